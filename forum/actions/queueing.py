"""Puts posts and digests on their way: one row for each subscriber who wants them by mail and may read the list."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from forum.access import subscriptions_with
from forum.following import list_key, topic_key
from forum.models import (
    Delivery,
    DeliveryMode,
    DeliveryState,
    Digest,
    MailingList,
    Period,
    Post,
    Subscription,
)
from forum.outgoing.digests import posts_in
from forum.rules.delivering import last_span
from portal.members.models import Follow

POST_IS_HELD = "The post was held."
MODES = {Period.DAY: DeliveryMode.DAILY, Period.WEEK: DeliveryMode.WEEKLY}


def queue_post(post: Post, now: datetime) -> int:
    """Puts a post that can be read on its way to its subscribers. Belongs into the transaction in which it becomes readable.

    A post goes to each of them once, whenever it is queued again; to those it was kept from while it was held, it goes now.
    Returns how many it goes to.
    """
    mailing_list = post.topic.forum.mailing_list
    keys = [list_key(mailing_list.pk), topic_key(post.topic_id)]
    follows = Follow.objects.filter(user=OuterRef("user"), key__in=keys)
    wanted = wanting_mail(mailing_list, now).filter(
        Q(delivery=DeliveryMode.EACH) | Q(Exists(follows), delivery=DeliveryMode.FOLLOWED)
    )
    queued = _insert("post", post.pk, wanted.exclude(user=post.poster_id, own_posts=False), now)
    kept = Delivery.objects.filter(post=post, state=DeliveryState.LEFT_OUT, said=POST_IS_HELD)
    queued += kept.update(state=DeliveryState.QUEUED, settled_at=None, due_at=now, said="")
    if queued:
        send_after_commit()
    return queued


def send_after_commit() -> None:
    """Asks the workers to send what waits, once for each transaction, however much it queues."""
    if not any(hook is send_soon for _, hook, *_ in connection.run_on_commit):
        transaction.on_commit(send_soon, robust=True)


def send_soon() -> None:
    async_task("forum.actions.sending.send_waiting")


def queue_digests(now: datetime | None = None) -> int:
    """Makes the digests of the days and weeks that are over and queues them. Safe to run twice. Returns how many go out.

    What was missed for longer than one span is in no digest.
    """
    now = now or timezone.now()
    queued = 0
    for period, mode in MODES.items():
        since, until = last_span(period, now)
        made = Digest.objects.filter(period=period, ends_at=until, list=OuterRef("pk"))
        readers = Subscription.objects.filter(list=OuterRef("pk"), delivery=mode)
        for mailing_list in MailingList.objects.filter(Exists(readers), ~Exists(made)):
            queued += _make_digest(mailing_list, period, since, until, now)
    return queued


@transaction.atomic
def _make_digest(
    mailing_list: MailingList, period: Period, since: datetime, until: datetime, now: datetime
) -> int:
    """Makes a digest, so that it is made once, and queues it if there is something in it."""
    digest, made = Digest.objects.get_or_create(
        list=mailing_list, period=period, ends_at=until, defaults={"starts_at": since}
    )
    if not made or not posts_in(digest).exists():
        return 0
    wanted = wanting_mail(mailing_list, now).filter(delivery=MODES[period])
    if _insert("digest", digest.pk, wanted, now):
        send_after_commit()
    return 1


def wanting_mail(mailing_list: MailingList, now: datetime) -> QuerySet[Subscription]:
    """Who may read a list at `now` and has not stopped or paused its mail, whatever they want of it."""
    return subscriptions_with(mailing_list, now).filter(
        Q(paused_until__isnull=True) | Q(paused_until__lte=now), stopped_at__isnull=True
    )


def _insert(kind: str, pk: int, wanted: QuerySet[Subscription], now: datetime) -> int:
    """A row for each of the subscriptions that has none yet, in one statement: thousands of objects would take a second."""
    table, column = Delivery._meta.db_table, Delivery._meta.get_field(kind).column
    query, parameters = wanted.order_by("pk").values(wanted_id=F("pk")).query.sql_with_params()
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({column}, subscription_id, state, queued_at, due_at, attempts, said)"  # noqa: S608
            f" SELECT %s, wanted_id, %s, %s, %s, 0, '' FROM ({query}) AS wanted WHERE true ON CONFLICT DO NOTHING",
            [pk, DeliveryState.QUEUED, moment, moment, *parameters],
        )
        return cursor.rowcount
