"""A toolkit's checklist and what a network has done of it, laid side by side. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from portal.toolkits.models import ChecklistItem

MOST_ARCHIVED_A_DAY = 5


@dataclass(frozen=True)
class ToDo:
    """Something to do, as the toolkit has it now."""

    key: UUID
    heading: str
    text: str
    help: str = ""


@dataclass(frozen=True)
class Line:
    """A thing to do and what the network has said about it, if anything. `is_gone`: the toolkit has it no longer."""

    todo: ToDo
    item: ChecklistItem | None = None
    is_gone: bool = False

    @property
    def is_done(self) -> bool:
        return self.item is not None and self.item.is_done

    @property
    def version(self) -> str:
        """Differs whenever something of the line does: a page that shows another one is out of date."""
        item = self.item
        said = (
            (item.is_done, item.marked_at, item.assigned_to_id, item.due_on, item.note_number) if item else ()
        )
        return "|".join(map(str, (self.todo.text, self.todo.help, self.is_gone, *said)))

    @property
    def reworded_from(self) -> str:
        """What the line said when it was ticked, if the toolkit says it differently now; empty otherwise."""
        if not self.is_done or self.is_gone or self.item.marked_text == self.todo.text:
            return ""
        return self.item.marked_text

    def is_late(self, today: date) -> bool:
        """Whether its day is past and it is not done. On the day itself it is not late."""
        return (
            self.item is not None and not self.is_done and bool(self.item.due_on) and self.item.due_on < today
        )


@dataclass(frozen=True)
class Group:
    """Lines under one heading of the toolkit."""

    heading: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Shown:
    """A checklist as it is shown: the toolkit's groups, and what is no longer in the toolkit."""

    groups: Sequence[Group] = ()
    gone: Sequence[Line] = field(default_factory=tuple)

    @property
    def lines(self) -> list[Line]:
        """Those of the toolkit, in order, without what is gone."""
        return [line for group in self.groups for line in group.lines]

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)

    @property
    def total(self) -> int:
        return len(self.lines)


def laid_out(todos: Sequence[ToDo], items: Iterable[ChecklistItem]) -> Shown:
    """The lines of the toolkit with what was said of each. What the toolkit has taken out stays while something hangs on it."""
    said = {item.key: item for item in items}
    groups: list[Group] = []
    for todo in todos:
        if not groups or groups[-1].heading != todo.heading:
            groups.append(Group(todo.heading, []))
        groups[-1].lines.append(Line(todo, said.pop(todo.key, None)))
    return Shown(groups, [gone(item) for item in said.values() if outlives_its_line(item)])


def gone(item: ChecklistItem) -> Line:
    """The line of something that the toolkit has no longer, in the words that it last had."""
    return Line(ToDo(item.key, item.heading, item.text), item, is_gone=True)


def outlives_its_line(item: ChecklistItem) -> bool:
    """Whether something is shown although the toolkit has it no longer: as long as it is ticked or has a note."""
    return item.is_done or bool(item.note)


def refusal_to_write(*, based_on: int, number: int, written: str, there: str) -> str | None:
    """Why a note that began from number `based_on` cannot take the place of number `number`; `None` if it can.

    Whoever writes what is there already takes nothing away from anybody.
    """
    if based_on == number or written == there:
        return None
    return "Somebody else has changed this note since you opened it. Both are shown. Put together what you want to keep, then save."


def refusal_to_archive(*, archived_today: int) -> str | None:
    """Why a network cannot put a list aside once more; `None` if it can."""
    if archived_today >= MOST_ARCHIVED_A_DAY:
        return f"Your network has put this list aside {archived_today} times today. Go on with the list that is there, or try again tomorrow."
    return None
