"""The lists as a reader finds them in the forum: their own with what is new there, their applications, and the others."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from forum.access import facts_on_lists
from forum.models import MailingList, Post, State
from forum.reading import MOST_COUNTED, unread_counts
from forum.rules import access
from forum.rules.ends import Ending, ending
from portal.members.models import User


@dataclass(frozen=True)
class Own:
    """A list that a reader may read: how many topics are unread, the last post, and whether access ends soon."""

    list: MailingList
    unread: int
    last_post: Post | None
    ending: Ending | None

    @property
    def unread_in_words(self) -> str:
        """“3 unread” or “more than 100 unread”; empty if nothing is."""
        if not self.unread:
            return ""
        return f"more than {MOST_COUNTED} unread" if self.unread > MOST_COUNTED else f"{self.unread} unread"


@dataclass(frozen=True)
class Lists:
    """The reader's own lists, those for which they have applied, and the others."""

    own: list[Own]
    applied: list[MailingList]
    others: list[MailingList]


def lists_for(user: User | AnonymousUser, now: datetime) -> Lists:
    """All lists, as `user` finds them at `now`. As many queries for many lists as for few."""
    lists = list(MailingList.objects.select_related("forum"))
    if not user.is_authenticated:
        return Lists([], [], lists)
    facts = facts_on_lists(lists, user)
    allowed = {one.pk: access(facts[one.pk], now) for one in lists}
    own = [one for one in lists if allowed[one.pk].may_read]
    applied = [one for one in lists if facts[one.pk].state(now) == State.APPLIED and one not in own]
    unread = unread_counts(own, user)
    last = Post.objects.select_related("topic", "poster").defer("content", "_content_rendered")
    last_posts = last.in_bulk([one.forum.last_post_id for one in own if one.forum.last_post_id])
    return Lists(
        own=[
            Own(
                one,
                unread.get(one.forum_id, 0),
                last_posts.get(one.forum.last_post_id),
                ending(allowed[one.pk], facts[one.pk], now),
            )
            for one in own
        ],
        applied=applied,
        others=[one for one in lists if one not in own and one not in applied],
    )
