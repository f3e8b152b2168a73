"""How useful readers find the sections, for editors. Reads only."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from handbook.models import Change, Edition, EditionSection, SectionFeedback, State

COMMENTS_SHOWN = 3


@dataclass
class Answers:
    """What readers have answered about one section, and its newest comments."""

    key: UUID
    yes: int
    no: int
    section: EditionSection | None = None
    comments: list[SectionFeedback] = field(default_factory=list)

    @property
    def share(self) -> int:
        """How many of a hundred found it useful."""
        return round(100 * self.yes / (self.yes + self.no))


def answers_to(edition: Edition | None) -> QuerySet[SectionFeedback]:
    """The answers about an edition, or about all of them."""
    answers = SectionFeedback.objects.select_related("edition")
    return answers.filter(edition=edition) if edition else answers


def counted(answers: QuerySet[SectionFeedback]) -> QuerySet[SectionFeedback]:
    """The number of answers for each section: `key`, `yes`, `no`; what most readers did not find useful comes first."""
    useful = Q(useful=True)
    counts = answers.order_by().values("key").annotate(yes=Count("pk", useful), no=Count("pk", ~useful))
    return counts.order_by("-no", "yes", "key")


def in_words(rows: Iterable[dict[str, object]], answers: QuerySet[SectionFeedback]) -> list[Answers]:
    """Those lines of `counted` with the sections' titles and newest comments. Two queries, however many there are."""
    lines = {row["key"]: Answers(**row) for row in rows}
    sections = sections_of(lines)
    for line in lines.values():
        line.section = sections.get(line.key)
    newest = Window(RowNumber(), partition_by=F("key"), order_by=[F("sent_at").desc(), F("pk").desc()])
    commented = answers.filter(key__in=lines).exclude(comment="").annotate(place=newest)
    for answer in commented.filter(place__lte=COMMENTS_SHOWN).order_by("-sent_at", "-pk"):
        lines[answer.key].comments.append(answer)
    return list(lines.values())


def sections_of(keys: Iterable[UUID]) -> dict[UUID, EditionSection]:
    """The sections as the newest published edition that has them calls them, by key. One query."""
    rows = (
        EditionSection.objects.filter(key__in=set(keys), edition__state=State.PUBLISHED)
        .exclude(change=Change.REMOVED)
        .order_by("edition__sequence")
        .only("key", "number", "title", "anchor", "edition_id")
    )
    return {row.key: row for row in rows}


def as_rows(answers: QuerySet[SectionFeedback]) -> Iterator[Sequence[object]]:
    """Every answer, newest first: edition, number and title of the section then, answer, comment, moment."""
    titles = {
        (edition, key): (number, title)
        for edition, key, number, title in EditionSection.objects.filter(
            edition__in=answers.order_by().values("edition")
        ).values_list("edition_id", "key", "number", "title")
    }
    for answer in answers.order_by("-sent_at", "-pk").iterator():
        number, title = titles.get((answer.edition_id, answer.key), ("", ""))
        useful = "Yes" if answer.useful else "No"
        yield answer.edition.number, number, title, useful, answer.comment, answer.sent_at
