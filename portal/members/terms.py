"""Terms, asked of the database: which there are, what a person has accepted of them, and what they still owe."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from portal.members.models import Acceptance, Terms, TermsVersion, User
from portal.members.rules import Owed, current_version, grace_days_left, owed


@dataclass(frozen=True)
class Standing:
    """Terms that are published, and where a person stands with them at the moment `at`.

    `accepted` is the newest version that they accepted.
    """

    terms: Terms
    current: TermsVersion
    accepted: Acceptance | None
    owed: Owed | None
    at: datetime

    @property
    def is_overdue(self) -> bool:
        """Whether the person has to accept a version before they can go on."""
        return self.owed is not None and self.owed.is_overdue(self.at)

    @property
    def days_left(self) -> int:
        """How many days the person still has; 0 on the last day, and if nothing is owed."""
        return grace_days_left(self.owed.due_at, self.at) if self.owed else 0


def versions_of(terms: Iterable[Terms], now: datetime) -> dict[int, list[TermsVersion]]:
    """The versions of terms that are published at the moment `now`, by the terms' primary key. Without their texts."""
    found: dict[int, list[TermsVersion]] = defaultdict(list)
    rows = TermsVersion.objects.published(now).filter(terms__in=terms).defer("text").order_by("number")
    for version in rows:
        found[version.terms_id].append(version)
    return found


def listed(now: datetime) -> list[tuple[Terms, TermsVersion]]:
    """All terms that have a published version, with the current one. Two queries."""
    every = list(Terms.objects.all())
    versions = versions_of(every, now)
    pairs = ((terms, current_version(versions[terms.pk], now)) for terms in every)
    return [(terms, current) for terms, current in pairs if current is not None]


def standings(user: User | None, now: datetime, terms: Iterable[Terms] | None = None) -> list[Standing]:
    """Where `user` stands with the terms that are published, or with some of them. Three queries at most.

    Without a `user`, where somebody stands who has no account yet.
    """
    every = list(Terms.objects.all()) if terms is None else list(terms)
    versions = versions_of(every, now)
    accepted: dict[int, Acceptance] = {}
    rows = Acceptance.objects.filter(user=user, version__terms__in=every).select_related("version")
    for row in rows.defer("version__text").order_by("version__number"):
        accepted[row.version.terms_id] = row
    return [
        Standing(
            terms=one,
            current=current,
            accepted=accepted.get(one.pk),
            owed=owed(versions[one.pk], _number(accepted.get(one.pk)), now),
            at=now,
        )
        for one in every
        if (current := current_version(versions[one.pk], now)) is not None
    ]


def people_who_accepted(terms: Terms) -> int:
    """How many people have accepted some version of the terms, and so have to accept a new one."""
    return Acceptance.objects.filter(version__terms=terms).aggregate(n=Count("user", distinct=True))["n"]


def _number(acceptance: Acceptance | None) -> int:
    return acceptance.version.number if acceptance else 0
