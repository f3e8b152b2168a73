"""The amendments of editions: what changed, where it stands now and where it stood, and its redline. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from handbook.models import Body, Change, Edition, EditionSection, Significance, State
from handbook.reading import CONTENTS_FIELDS, Reading
from handbook.redline import Redline


@dataclass(frozen=True)
class Amendment:
    """A line of the amendments list: the section as it is, as it was, and the addresses of both where they exist.

    `compare_url` is where both stand beside each other; None for a section that is new.
    """

    row: EditionSection
    before: EditionSection | None
    url: str | None
    before_url: str | None

    redline: Redline | None = None
    compare_url: str | None = None

    @property
    def old_title(self) -> str | None:
        """The title it had, when that was another one."""
        return self.before.title if self.before and self.before.title != self.row.title else None

    @property
    def old_number(self) -> str | None:
        return self.before.number if self.before and self.before.number != self.row.number else None

    @property
    def words_changed(self) -> bool:
        return bool(self.before and self.before.body_id != self.row.body_id)

    def as_json(self) -> dict[str, str | None]:
        """As `manage.py amendments --json` prints it."""
        path = self.row.path or self.row.anchor
        return {
            "change": self.row.change,
            "key": str(self.row.key),
            "title": self.row.title,
            "path": path,
            "old_path": (self.before.path or self.before.anchor) if self.before else None,
            "significance": self.row.significance,
            "note": self.row.note,
        }


def waiting_for_a_note() -> QuerySet[EditionSection]:
    """The major amendments of editions that are being prepared and of which nobody has said yet what changed."""
    rows = EditionSection.objects.amendments().filter(
        edition__state=State.PREPARED, significance=Significance.MAJOR, note__regex=r"^\s*$"
    )
    return rows.select_related("edition__handbook").order_by("edition", "position")


def amendments_of(
    handbook_url: str, editions: Sequence[Edition], known: Iterable[Edition] = ()
) -> dict[int, list[Amendment]]:
    """The amendments of each edition in reading order, by the edition's id.

    Three queries, however many there are; two if the edition before each is one of them or of those that are `known`.
    """
    fields = (*CONTENTS_FIELDS, "path", "significance", "note")
    rows = list(EditionSection.objects.filter(edition__in=editions).amendments().only(*fields))
    previous = {edition.pk: edition.previous_id for edition in editions}
    earlier = EditionSection.objects.present().filter(
        edition__in=[pk for pk in previous.values() if pk], key__in={row.key for row in rows}
    )
    before = {(row.edition_id, row.key): row for row in earlier.only(*fields)}
    numbers = {edition.pk: edition.number for edition in (*editions, *known)}
    if others := {pk for pk in previous.values() if pk} - numbers.keys():
        numbers |= Edition.objects.filter(pk__in=others).values_list("pk", "number")
    lines: dict[int, list[Amendment]] = {edition.pk: [] for edition in editions}
    for row in rows:
        old = before.get((previous[row.edition_id], row.key))
        url = (
            None if row.change == Change.REMOVED else f"{handbook_url}{numbers[row.edition_id]}/{row.anchor}/"
        )
        old_url = compare_url = None
        if old:
            old_number = numbers[previous[row.edition_id]]
            old_url = f"{handbook_url}{old_number}/{old.anchor}/"
            compare_url = f"{handbook_url}compare/{old_number}/{numbers[row.edition_id]}/{row.anchor}/"
        lines[row.edition_id].append(Amendment(row, old, url, old_url, compare_url=compare_url))
    return lines


def with_redlines(lines: Sequence[Amendment], opened: Reading) -> list[Amendment]:
    """The same lines, each with its redline where the words differ, its links leading to what is `opened`.

    One query, and one lookup in the cache for each.
    """
    wanted = {line.row.body_id for line in lines} | {line.before.body_id for line in lines if line.before}
    html = dict(Body.objects.filter(pk__in=wanted).values_list("sha256", "html"))
    return [
        replace(
            line,
            redline=opened.redline(html, line.before.body_id, line.row.body_id, f"s{line.row.position}"),
        )
        if line.before and line.words_changed and line.row.change != Change.REMOVED
        else line
        for line in lines
    ]
