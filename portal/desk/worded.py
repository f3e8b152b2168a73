"""What readers may stumble over in the live pages that somebody may change. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from portal.members.models import User
from portal.pages.advising import passages_in, vague_links_in
from portal.pages.wording import long_sentences, unexplained


@dataclass(frozen=True)
class Worded:
    """A page, how many of its sentences are long, how many links say nothing, and the abbreviations that it does not explain."""

    page: Page
    long: int
    vague: int
    unexplained: list[str]


def live_pages(user: User) -> QuerySet[Page]:
    """The pages that readers see and `user` may change, by title."""
    may_change = page_permission_policy.instances_user_has_permission_for(user, "change")
    return (
        Page.objects.filter(pk__in=may_change.order_by().values("pk"), depth__gt=1)
        .live()
        .select_related("owner", "content_type")
        .order_by("title", "pk")
    )


def owners_of_live(user: User) -> QuerySet[User]:
    """Those who own one of them."""
    found = User.objects.filter(pk__in=live_pages(user).order_by().values("owner"))
    return found.order_by("last_name", "first_name", "pk")


def worded(page: Page, terms: Mapping[str, str]) -> Worded:
    """What there is in one page, which has to be of its specific type."""
    passages = passages_in(page)
    return Worded(
        page, len(long_sentences(passages)), len(vague_links_in(page)), unexplained(passages, terms)
    )
