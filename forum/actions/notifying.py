"""Tells of posts that can be read: those whom one names, and those who follow its topic or list, at once.

A mail says who wrote where, and never what: whoever can still read the list when they open it reads it there.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django_q.tasks import async_task

from forum.access import people_with
from forum.following import address_of, keys_of, told_key
from forum.mentions import named_in
from forum.models import Delivery, DeliveryState, Post, PostNews
from forum.quoting import name_of
from portal.members import follows, mail
from portal.members.models import Cadence, Follow

BATCH = 100
# A queue that was out of order tells late; what is older than this is in the weekly mail or known already.
LATEST = timedelta(days=7)


def announce(post: Post, now: datetime) -> None:
    """Has those told who are to hear of a post that readers see now. Nobody is told twice of one post."""
    PostNews.objects.update_or_create(post=post, defaults={"made_at": now, "reached": 0, "told_at": None})
    transaction.on_commit(lambda: async_task("forum.actions.notifying.tell", post.pk), robust=True)


def tell(post_id: int, now: datetime | None = None) -> int:
    """Writes to everybody who is to hear of a post: one mail each.

    Safe to run twice and at the same time; killed at any moment, the next run goes on where this one was. Returns how many
    people it has been through.
    """
    now = now or timezone.now()
    reached = 0
    while batch := _tell_batch(post_id, now):
        reached += batch
    return reached


def tell_waiting(now: datetime | None = None) -> int:
    """Tells what a killed worker, or a queue that was out of order, has left untold."""
    now = now or timezone.now()
    waiting = PostNews.objects.filter(told_at=None, made_at__gt=now - LATEST).order_by("made_at", "pk")
    return sum(tell(post_id, now) for post_id in list(waiting.values_list("post_id", flat=True)))


@transaction.atomic
def _tell_batch(post_id: int, now: datetime) -> int:
    news = PostNews.objects.select_for_update().filter(post=post_id, told_at=None).first()
    if news is None:
        return 0
    post = Post.objects.select_related("poster", "topic__forum__mailing_list").get(pk=post_id)
    is_news = post.approved and news.made_at > now - LATEST
    people = _concerned(post, news.reached) if is_news else []
    if not people:
        news.told_at = now
        news.save(update_fields=["told_at"])
        return 0
    _write_to(post, people, now)
    news.reached = people[-1]
    news.save(update_fields=["reached"])
    return len(people)


def _concerned(post: Post, reached: int) -> list[int]:
    """The next people who are to hear of a post at once, by their keys."""
    following = _follows_of(post).filter(cadence=Cadence.AT_ONCE, created_at__lte=post.created)
    ids = set(following.filter(user__gt=reached).order_by("user").values_list("user", flat=True)[:BATCH])
    ids |= {person for person in named_in(post.content.raw) if person > reached}
    return sorted(ids - {post.poster_id})[:BATCH]


def _write_to(post: Post, people: Sequence[int], now: datetime) -> None:
    """Writes to those of the people who may read the list at this moment, and are not sent the post itself."""
    mailing_list = post.topic.forum.mailing_list
    told = people_with(mailing_list, now).filter(pk__in=people)
    sent = Delivery.objects.filter(post=post).exclude(state=DeliveryState.LEFT_OUT)
    may_read = set(told.exclude(pk__in=sent.values("subscription__user")).values_list("pk", flat=True))
    named = set(named_in(post.content.raw))
    followed: dict[int, list[Follow]] = defaultdict(list)
    for follow in _follows_of(post).filter(user__in=people, cadence=Cadence.AT_ONCE):
        followed[follow.user_id].append(follow)
    for address in _addresses(may_read):
        person = address.user_id
        context = {
            "user": address.user,
            "sender": name_of(post),
            "subject": post.topic.subject,
            "list": mailing_list,
            "link": address_of(post),
            "is_new_topic": post.topic.first_post_id == post.pk,
        }
        # Whoever is named and follows is told once: the key is that of the post and the person.
        if person in named:
            _send("post_mention", address, context, [], told_key(post, person))
        else:
            _send("post_new", address, context, followed[person], told_key(post, person))


def _send(
    template: str, address: EmailAddress, context: dict[str, object], followed: Sequence[Follow], key: str
) -> None:
    stop = follows.stop_these_address(followed) if followed else ""
    mail.send(
        template=template,
        to=address.email,
        context={**context, "stop": stop, "following": settings.BASE_URL + reverse("following")},
        key=key,
        headers=mail.unsubscribe_headers(stop) if stop else None,
    )


def _follows_of(post: Post) -> QuerySet[Follow]:
    return Follow.objects.filter(key__in=keys_of(post))


def _addresses(people: Iterable[int]) -> list[EmailAddress]:
    """The primary address of each of these people who has one that is verified and whose account is in use."""
    found = EmailAddress.objects.filter(user_id__in=people, primary=True, verified=True, user__is_active=True)
    return list(found.select_related("user").order_by("user_id"))
