"""Keeps what people are writing, and throws it away."""

from datetime import datetime

from django.db import transaction

from forum.access import access_of
from forum.actions.states import refuse_unless
from forum.models import Draft, MailingList
from forum.rules.drafts import REMOVED, refusal_of_draft
from forum.rules.posting import refusal_to_post
from forum.topics import has_place
from portal.members.actions import RefusedError
from portal.members.models import User


class DraftChangedError(RefusedError):
    """The draft is not the one that these words began from: another window has saved it, or it was posted (`now_there` is None)."""

    def __init__(self, now_there: Draft | None) -> None:
        super().__init__("This draft was changed in another window.")
        self.now_there = now_there


@transaction.atomic
def save_draft(
    *,
    mailing_list: MailingList,
    user: User,
    place: str,
    subject: str,
    text: str,
    based_on: datetime | None,
    now: datetime,
) -> Draft:
    """Keeps what `user` is writing. `based_on` is the moment of the draft that they began from, if there was one.

    Raises `RefusedError`, and `DraftChangedError` if that is not the draft which is there now.
    """
    # Of two windows at once the second finds what the first has saved.
    User.objects.select_for_update().get(pk=user.pk)
    access = access_of(mailing_list, user, now)
    others = user.drafts.exclude(list=mailing_list, place=place).count()
    refuse_unless(
        refusal_to_post(access),
        refusal_of_draft(subject, text, others=others),
        None if has_place(mailing_list, user, access, place) else REMOVED,
    )
    found = Draft.objects.filter(user=user, list=mailing_list, place=place).first()
    if found is not None and (found.subject, found.text) == (subject, text):
        return found
    if (found.saved_at if found else None) != based_on:
        raise DraftChangedError(found)
    draft = found or Draft(user=user, list=mailing_list, place=place)
    draft.subject, draft.text, draft.saved_at = subject, text, now
    draft.save()
    return draft


@transaction.atomic
def throw_away(*, mailing_list: MailingList, user: User, place: str) -> None:
    """Deletes a draft, whether or not there is one."""
    Draft.objects.filter(user=user, list=mailing_list, place=place).delete()
