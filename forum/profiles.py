"""What readers of a list may know of one another: names, confirmed roles, and the lists that they share. No addresses."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from forum.access import visible_to
from forum.models import MailingList, Post, Subscription
from portal.members.models import Appointment, User


def name_of(user: User | None, former: str = "A former member") -> str:
    """The name of a person, never an address; `former` stands for somebody whose account is no longer there."""
    if user is None:
        return former
    return user.get_full_name() or "Somebody without a name"


def author_of(post: Post, former: str = "A former member") -> str:
    """The name of whoever wrote a post. Of an archive that was brought in, somebody without an account has the name that the mail bore."""
    return name_of(post.poster, post.username or former)


def roles_of(users: Iterable[int], on: date) -> dict[int, list[str]]:
    """The confirmed roles of people on a day, in words: “Clinical director, Harbour and Heath PCN”. One query."""
    found: dict[int, list[str]] = {}
    rows = Appointment.objects.confirmed().current(on).filter(user__in=users).select_related("network")
    for row in rows.order_by("starts_on", "pk"):
        found.setdefault(row.user_id, []).append(f"{row.get_role_display()}, {row.network.name}")
    return found


def shared_lists(lists: Collection[MailingList], person: User, now: datetime) -> list[MailingList]:
    """Those of `lists`, which a reader may read at `now`, in which `person` may read too, or has written.

    `joined_on` of each is the day on which the person joined it, if they did.
    """
    wrote = Post.objects.filter(poster=person, approved=True).order_by().values("topic__forum")
    theirs = visible_to(person, now).values("pk")
    shared = MailingList.objects.filter(pk__in=[one.pk for one in lists])
    joined = Subscription.objects.filter(user=person, list=OuterRef("pk")).values("joined_on")
    found = shared.filter(Q(pk__in=theirs) | Q(forum__in=wrote))
    return list(found.annotate(joined_on=Subquery(joined)))


def posts_by(person: User, lists: Collection[MailingList]) -> QuerySet[Post]:
    """What `person` wrote in `lists`, which the reader may read now, the newest first."""
    return (
        Post.objects.filter(poster=person, approved=True, topic__forum__in=[one.forum_id for one in lists])
        .select_related("topic__forum__mailing_list")
        .defer("content", "_content_rendered")
        .order_by("-created", "-pk")
    )
