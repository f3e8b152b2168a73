"""Which announcement banners are on a page at a moment, and at which moments that changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from portal.pages.models import Banner
from portal.pages.navigation import BANNERS_KEY, kept_with_frame

MOST_AT_ONCE = 3
# A turn says since when pages are as they are, which they say by the day anyhow once midnight in London has gone by.
TURNS_COUNT_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A banner as pages show it."""

    title: str
    text: str
    kind: str
    signed_in_only: bool
    starts_at: datetime
    ends_at: datetime
    link_text: str
    href: str


def shown_at(now: datetime, *, signed_in: bool) -> list[Announcement]:
    """What a reader sees at a moment: warnings first, then what began first; three at most."""
    found = [
        one
        for one in _known()
        if one.starts_at <= now < one.ends_at and (signed_in or not one.signed_in_only)
    ]
    return sorted(found, key=lambda one: (one.kind != Banner.Kind.WARNING, one.starts_at))[:MOST_AT_ONCE]


def turns() -> list[datetime]:
    """The moments, of late and to come, at which a banner begins or ends."""
    return [moment for one in _known() for moment in (one.starts_at, one.ends_at)]


def _known() -> tuple[Announcement, ...]:
    """All that are not over for long: what is shown of them is asked at each moment anew."""
    return kept_with_frame(BANNERS_KEY, _read)


def _read() -> tuple[Announcement, ...]:
    late = Banner.objects.not_over(timezone.now() - TURNS_COUNT_FOR)
    return tuple(
        Announcement(
            title=banner.title,
            text=banner.text,
            kind=banner.kind,
            signed_in_only=banner.readers == Banner.Readers.SIGNED_IN,
            starts_at=banner.starts_at,
            ends_at=banner.ends_at,
            link_text=banner.link_text,
            href=banner.href,
        )
        for banner in late.select_related("link_page").order_by("starts_at", "pk")
    )
