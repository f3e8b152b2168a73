"""What managers are shown of the mail of a list: what went out to whom, what came in, and whose mail comes back. Reads only."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from forum import addresses
from forum.models import (
    Delivery,
    DeliveryState,
    Digest,
    IncomingMail,
    MailFormat,
    MailingList,
    Post,
    Subscription,
)
from forum.outgoing.digests import digest_template, posts_in
from forum.outgoing.messages import Personal
from forum.outgoing.posts import template_of

SHOWN = 30


@dataclass
class Sending:
    """A post or a digest, and how many of its mails are in which state."""

    name: str
    post: Post | None
    digest: Digest | None
    counts: dict[DeliveryState, int] = field(default_factory=dict)

    @property
    def lines(self) -> list[tuple[str, int]]:
        """“Handed over”, 12; those that there are, in a fixed order."""
        return [(state.label, self.counts[state]) for state in DeliveryState if self.counts.get(state)]


def sendings(mailing_list: MailingList) -> list[Sending]:
    """The latest posts and digests that went out, the newest first. Four queries, however many mails that were."""
    on_list = Delivery.objects.filter(subscription__list=mailing_list)
    posts = on_list.exclude(post=None).order_by("-post").values_list("post", flat=True).distinct()[:SHOWN]
    digests = on_list.exclude(digest=None).order_by("-digest").values_list("digest", flat=True).distinct()
    found: dict[tuple[str, int], Sending] = {}
    for post in Post.objects.filter(pk__in=list(posts)).select_related("topic").order_by("-pk"):
        found["post", post.pk] = Sending(post.topic.subject, post, None)
    for digest in Digest.objects.filter(pk__in=list(digests[:SHOWN])).order_by("-pk"):
        found["digest", digest.pk] = Sending(digest.get_period_display(), None, digest)
    shown = on_list.filter(
        Q(post__in=[key for kind, key in found if kind == "post"])
        | Q(digest__in=[key for kind, key in found if kind == "digest"])
    )
    counted = shown.order_by().values_list("post", "digest", "state").annotate(count=Count("pk"))
    for post_key, digest_key, state, count in counted:
        key = ("post", post_key) if post_key else ("digest", digest_key)
        found[key].counts[DeliveryState(state)] = count
    return list(found.values())


def deliveries(mailing_list: MailingList, post: Post, state: str) -> QuerySet[Delivery]:
    """The mails of a post, to whom and what became of each; of one state only, if that is given."""
    rows = Delivery.objects.filter(post=post, subscription__list=mailing_list)
    rows = rows.filter(state=state) if state in DeliveryState.values else rows
    return rows.select_related("subscription__user").order_by("subscription__user__last_name", "pk")


def as_it_went(delivery: Delivery) -> bytes:
    """A mail as it goes out to its person, but for the keys, which are theirs alone."""
    mail_format = MailFormat(delivery.subscription.mail_format)
    if delivery.post is not None:
        template = template_of(delivery.post, format=mail_format)
    else:
        template = digest_template(delivery.digest, list(posts_in(delivery.digest)), format=mail_format)
    # With the real keys whoever looks at it could answer as that person.
    hidden = Personal("somebody@hidden.invalid", dict.fromkeys(template.keys, "a" * addresses.KEY_LENGTH))
    return template.for_person(hidden)


def came(mailing_list: MailingList) -> QuerySet[IncomingMail]:
    """The mails that came to a list, the newest first, without their bytes."""
    rows = IncomingMail.objects.filter(list=mailing_list).defer("raw", "removed")
    return rows.select_related("person", "post__topic").order_by("-received_at", "-pk")


def coming_back(mailing_list: MailingList) -> QuerySet[Subscription]:
    """Whose mail has come back of late or has been stopped for it, those first. `said` is what the server said last."""
    rows = Subscription.objects.filter(list=mailing_list).filter(
        Q(bounce_score__gt=0) | Q(stopped_at__isnull=False)
    )
    return (
        rows.select_related("user")
        .prefetch_related("bounces")
        .order_by(F("stopped_at").desc(nulls_last=True), "-bounced_at", "pk")
    )


@dataclass(frozen=True)
class Trouble:
    """What is wrong with the mail of a list: mails that were refused or came back, and people whose mail is stopped for it."""

    failed: int = 0
    stopped: int = 0

    @property
    def total(self) -> int:
        return self.failed + self.stopped


def trouble_on(lists: Collection[MailingList], since: datetime) -> dict[int, Trouble]:
    """The trouble of each list from `since` on, by its key; lists without any are left out. Two queries."""
    failed = Delivery.objects.filter(
        subscription__list__in=lists,
        state__in=(DeliveryState.REFUSED, DeliveryState.BOUNCED),
        settled_at__gte=since,
    )
    stopped = Subscription.objects.filter(list__in=lists, stopped_at__isnull=False)
    failures = dict(failed.order_by().values_list("subscription__list").annotate(Count("pk")))
    stops = dict(stopped.order_by().values_list("list").annotate(Count("pk")))
    return {key: Trouble(failures.get(key, 0), stops.get(key, 0)) for key in sorted({*failures, *stops})}
