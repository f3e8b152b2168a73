"""What followers are told: the news of an edition or an erratum, cut down to what concerns one person. Reads only."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from handbook.amendments import Amendment, amendments_of
from handbook.models import Announcement, Edition, EditionSection
from portal.members import follows
from portal.members.models import Follow, User

# A mail that lists more than this is not read; the amendments page has them all.
MOST_LINES = 30


@dataclass(frozen=True)
class Line:
    """A section that the news is about: an amendment, or the section of an erratum, whose words are its `note`."""

    key: str
    number: str
    title: str
    change: str
    note: str
    url: str | None
    redline_url: str | None = None


@dataclass(frozen=True)
class News:
    """An announcement in words. `handbook_key` and the keys of its lines are what one may follow to hear of it."""

    announcement: Announcement
    edition: Edition
    handbook_key: str
    handbook_title: str
    url: str
    amendments_url: str
    lines: tuple[Line, ...]
    left_out: int = 0
    is_for_sections: bool = False

    @property
    def is_erratum(self) -> bool:
        return self.announcement.erratum_id is not None

    @property
    def is_first(self) -> bool:
        return self.edition.previous_id is None

    @property
    def titles(self) -> dict[str, str]:
        """What lies behind each key that one may follow to hear of this."""
        return {
            self.handbook_key: self.handbook_title,
            **{line.key: f"{line.number} {line.title}" for line in self.lines},
        }

    def concerning(self, keys: Collection[str]) -> "News | None":
        """The part that concerns somebody who follows `keys`, or None: all of it for a follower of the handbook, else their
        sections."""
        whole = self.handbook_key in keys
        lines = self.lines if whole else tuple(line for line in self.lines if line.key in keys)
        if not whole and not lines:
            return None
        return replace(
            self,
            lines=lines[:MOST_LINES],
            left_out=max(0, len(lines) - MOST_LINES),
            is_for_sections=not whole,
        )


def announcements() -> QuerySet[Announcement]:
    """All that followers are told of, with what it takes to put it into words."""
    return Announcement.objects.select_related("edition__handbook", "edition__previous", "erratum")


def news_of(announcements: Sequence[Announcement]) -> list[News]:
    """The announcements in words, in the same order. They come from `announcements()`.

    A few queries for each handbook, and one for all errata.
    """
    editions = [found.edition for found in announcements if found.erratum_id is None]
    homes = {edition.handbook_id: edition.handbook.url for edition in editions}
    amended: dict[int, list[Amendment]] = {}
    for handbook_id, home in homes.items():
        amended |= amendments_of(
            home, [edition for edition in editions if edition.handbook_id == handbook_id]
        )
    sections = _sections_of_errata([found for found in announcements if found.erratum_id is not None])
    return [
        _news(found, [_erratum_line(found, sections[found.erratum_id])])
        if found.erratum_id
        else _news(found, [_line(amendment, found.edition) for amendment in amended[found.edition_id]])
        for found in announcements
    ]


def news_followed(user: User, *, since: datetime, until: datetime) -> list[News]:
    """What was announced in that time (half-open) and concerns somebody, by what they followed then, the oldest first."""
    follows = list(user.follows.filter(key__regex=r"^(handbook|section):").values_list("key", "created_at"))
    if not follows:
        return []
    made = Announcement.objects.filter(made_at__gte=since, made_at__lt=until).order_by("made_at", "pk")
    found = news_of(list(made.select_related("edition__handbook", "edition__previous", "erratum")))
    concerning = (
        one.concerning({key for key, begun in follows if begun <= one.announcement.made_at}) for one in found
    )
    return [one for one in concerning if one is not None]


def _news(announcement: Announcement, lines: Iterable[Line]) -> News:
    edition = announcement.edition
    home = _absolute(edition.handbook.url)
    return News(
        announcement=announcement,
        edition=edition,
        handbook_key=handbook_key(edition.handbook_id),
        handbook_title=edition.handbook.title,
        url=f"{home}{edition.number}/",
        amendments_url=f"{home}amendments/",
        lines=tuple(lines),
    )


def _line(amendment: Amendment, edition: Edition) -> Line:
    row = amendment.row
    redline = None
    if amendment.words_changed and amendment.url:
        redline = f"{edition.handbook.url}compare/{edition.previous.number}/{edition.number}/{row.anchor}/"
    url = amendment.url or amendment.before_url
    return Line(
        key=section_key(row.key),
        number=row.number,
        title=row.title,
        change=row.change,
        note=row.note,
        url=url and _absolute(url),
        redline_url=redline and _absolute(redline),
    )


def _erratum_line(announcement: Announcement, row: EditionSection) -> Line:
    edition = announcement.edition
    return Line(
        key=section_key(row.key),
        number=row.number,
        title=row.title,
        change="erratum",
        note=announcement.erratum.text,
        url=_absolute(f"{edition.handbook.url}{edition.number}/{row.anchor}/"),
    )


def _sections_of_errata(announcements: Sequence[Announcement]) -> dict[int, EditionSection]:
    rows = EditionSection.objects.filter(
        edition__in={found.edition_id for found in announcements},
        key__in={found.erratum.key for found in announcements},
    )
    found = {(row.edition_id, row.key): row for row in rows}
    return {
        announcement.erratum_id: found[announcement.edition_id, announcement.erratum.key]
        for announcement in announcements
    }


def handbook_key(page_id: int) -> str:
    """What one follows to hear of every amendment."""
    return f"handbook:{page_id}"


def section_key(key: Any) -> str:
    """What one follows to hear of one section, by its key in every edition."""
    return f"section:{key}"


def _absolute(path: str) -> str:
    return path if path.startswith("http") else f"{settings.BASE_URL}{path}"


# --- What the mail at once holds --------------------------------------------------------------------------------------


def told_key(news: News) -> str:
    """What the key of the mail at once begins with. The person's primary key comes behind it."""
    return f"handbook-news:{news.announcement.pk}:"


def context_for(user: User, news: News, followed: Sequence[Follow]) -> dict[str, Any]:
    """What the templates of news need: the news, why this person gets it, and how to stop each of that and all of it."""
    titles = news.titles
    return {
        "user": user,
        "news": [news],
        **follows.why((follow, titles[follow.key]) for follow in followed),
    }


# --- Samples ----------------------------------------------------------------------------------------------------------


def sample_news(now: datetime) -> tuple[News, News]:
    """An edition and an erratum, such as a preview shows."""
    home = f"{settings.BASE_URL}/handbook/"
    edition = Edition(
        number="2.0",
        effective_on=date(2026, 4, 1),
        summary="Two thirds of the practices are now a quorum.",
        previous_id=1,
    )
    told = News(
        announcement=Announcement(made_at=now),
        edition=edition,
        handbook_key="handbook:1",
        handbook_title="Handbook",
        url=f"{home}2.0/",
        amendments_url=f"{home}amendments/",
        lines=(
            Line(
                key="section:1",
                number="3.2",
                title="Quorum",
                change="amended",
                note="Meetings need two thirds of the practices, not half. Check the dates of your next meetings.",
                url=f"{home}2.0/quorum/",
                redline_url=f"{home}compare/1.0/2.0/quorum/",
            ),
            Line(
                "section:2", "4.1", "Funding", "added", "New: how to ask for funding.", f"{home}2.0/funding/"
            ),
        ),
    )
    erratum = replace(
        told,
        announcement=Announcement(made_at=now, erratum_id=1),
        lines=(
            replace(
                told.lines[0],
                change="erratum",
                redline_url=None,
                note="The deadline is 30 September, not 30 June.",
            ),
        ),
    )
    return told, erratum


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of one of the handbook's mails is filled with; nothing for any other mail."""
    if not template.startswith("handbook_"):
        return {}
    told, erratum = sample_news(now)
    stop = f"{settings.BASE_URL}/follow/stop/a-secret/"
    reasons = [follows.Reason("Handbook", stop), follows.Reason("3.2 Quorum", stop)]
    return {
        "news": [erratum] if template == "handbook_erratum" else [told],
        "reasons": reasons,
        "stop_these": stop,
        "following": f"{settings.BASE_URL}/accounts/following/",
        "report": f"{settings.BASE_URL}/admin/handbook-editions/sections-to-review/",
        "sections": [
            {
                "title": "3.2 Quorum",
                "handbook": "Handbook",
                "day": now.date(),
                "url": f"{settings.BASE_URL}/admin/pages/1/edit/",
            }
        ],
    }
