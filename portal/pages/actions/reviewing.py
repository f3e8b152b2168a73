"""Saying of a page that it has been read again and still holds."""

from datetime import datetime
from typing import Any

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page

from portal.members.models import User
from portal.pages.models import PageReview

REVIEWED = "portal.pages.review"


class MayNotReviewError(Exception):
    """The page is not published, or the person may not change it."""


@transaction.atomic
def mark_reviewed(*, page: Page, by: User, now: datetime) -> PageReview:
    """Notes that `by` has read the page again and that it still holds. Raises `MayNotReviewError` if that is not theirs to say."""
    if refusal := refusal_to_review(page, by):
        raise MayNotReviewError(refusal)
    review, _ = PageReview.objects.update_or_create(page_id=page.pk, defaults={"reviewed_at": now})
    log(instance=page, action=REVIEWED, user=by)
    return review


def refusal_to_review(page: Page, by: Any) -> str | None:
    """Why somebody cannot say of a page that they have read it again; `None` if they can."""
    if not page.live:
        return "This page is not published, so there is nothing to read again."
    return None if page.permissions_for_user(by).can_edit() else "You may not change this page."
