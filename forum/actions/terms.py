"""Telling the people on lists that terms of theirs have a new version, and until when they can go on without accepting it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from forum.mail import address
from forum.models import State, Subscription, SubscriptionPeriod, holds_at
from forum.rules.sentences import moment
from portal.members import mail
from portal.members.models import Acceptance, Mail, TermsVersion, User
from portal.members.rules import owed
from portal.members.terms import versions_of

BATCH = 200
# Who comes onto a list later has accepted the version that was current then.
TOLD_WITHIN = timedelta(days=30)


def tell_of_new_terms(now: datetime | None = None) -> int:
    """Writes to everybody on a list who has accepted an earlier version of its terms, once for each new version.

    Safe to run twice; killed at any moment, the next run goes on where this one was. Returns how many mails it wrote.
    """
    now = now or timezone.now()
    recent = TermsVersion.objects.published(now).filter(number__gt=1, published_at__gt=now - TOLD_WITHIN)
    needed = {version.terms for version in recent.select_related("terms") if version.terms.lists.exists()}
    return sum(_tell(versions, now) for versions in versions_of(needed, now).values())


def _tell(versions: Sequence[TermsVersion], now: datetime) -> int:
    told = 0
    while people := list(_untold(versions[-1], now)[:BATCH]):
        _tell_batch(versions, people, now)
        told += len(people)
    return told


@transaction.atomic
def _tell_batch(versions: Sequence[TermsVersion], people: Sequence[User], now: datetime) -> None:
    version = TermsVersion.objects.select_related("terms").get(pk=versions[-1].pk)
    accepted = Acceptance.objects.filter(user__in=people, version__terms=version.terms_id)
    numbers = dict(accepted.order_by().values_list("user").annotate(Max("version__number")))
    for person in people:
        due_at = owed(versions, numbers[person.pk], now).due_at
        on = _on_lists(version, now).filter(user=person)
        mail.send(
            template="joining_terms",
            to=person.email,
            context={
                "user": person,
                "title": version.terms.title,
                "version": version.number,
                "change": version.change,
                "lists": list(on.order_by("list__name").values_list("list__name", flat=True)),
                "due": moment(due_at) if now < due_at else "",
                "link": address("terms_accept", version.terms.slug),
            },
            key=f"{_key(version)}{person.pk}",
        )


def _untold(version: TermsVersion, now: datetime) -> QuerySet[User]:
    """Who is on a list that needs the terms, has accepted an earlier version and not this one, and has not been told."""
    accepted = Acceptance.objects.filter(user=OuterRef("pk"), version__terms=version.terms_id)
    text = TextField()
    key = Concat(Value(_key(version), output_field=text), Cast(OuterRef("pk"), text), output_field=text)
    return User.objects.filter(
        Exists(_on_lists(version, now).filter(user=OuterRef("pk"))),
        Exists(accepted.filter(version__number__lt=version.number)),
        ~Exists(accepted.filter(version__number__gte=version.number)),
        ~Exists(Mail.objects.filter(key=key)),
        is_active=True,
    ).order_by("pk")


def _on_lists(version: TermsVersion, now: datetime) -> QuerySet[Subscription]:
    """The active subscriptions of lists that need the terms and have not closed."""
    active = SubscriptionPeriod.objects.filter(holds_at(now), state=State.ACTIVE, subscription=OuterRef("pk"))
    subscriptions = Subscription.objects.filter(Exists(active), list__terms=version.terms_id)
    return subscriptions.exclude(list__closes_at__lte=now)


def _key(version: TermsVersion) -> str:
    return f"joining_terms:{version.pk}:"
