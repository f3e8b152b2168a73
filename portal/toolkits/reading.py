"""The checklist of a toolkit, and how far networks are with it. Reads only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from portal.members.models import Network, User
from portal.pages.models import ToolkitPage
from portal.pages.models.toolkit import name_things
from portal.toolkits.models import Checklist, ChecklistItem
from portal.toolkits.rules.checklists import Shown, ToDo, laid_out
from portal.toolkits.standing import networks_of

PEOPLE = ("marked_by", "assigned_to", "note_by")


def todos_of(toolkit: ToolkitPage) -> list[ToDo]:
    """The things to do of a toolkit as published now, in order."""
    name_things(toolkit.checklist)
    return [
        ToDo(UUID(child.id), group.value["heading"], child.value["text"], child.value["help"] or "")
        for group in toolkit.checklist
        for child in group.value["items"].bound_blocks
    ]


def open_checklist(toolkit: ToolkitPage, network: Network) -> Checklist | None:
    """What the network is working on; None if it has not begun."""
    return Checklist.objects.open().filter(toolkit=toolkit, network=network).first()


def items_of(checklist: Checklist | None) -> QuerySet[ChecklistItem]:
    items = ChecklistItem.objects.select_related(*PEOPLE).order_by("pk")
    return items.filter(checklist=checklist) if checklist else items.none()


def shown(toolkit: ToolkitPage, checklist: Checklist | None) -> Shown:
    """The toolkit's checklist with what the network has said of each line."""
    return laid_out(todos_of(toolkit), items_of(checklist))


@dataclass(frozen=True)
class Progress:
    """How far a network is with the checklist of a toolkit."""

    network: Network
    toolkit: ToolkitPage
    checklist: Checklist
    done: int
    total: int
    mine: int

    @property
    def address(self) -> dict[str, Any]:
        """The arguments of the address `checklist`."""
        return {"page": self.toolkit.pk, "code": self.network.code}


def checklists_of(user: User, now: datetime) -> list[Progress]:
    """The checklists that the person's networks are working on, by network and toolkit, in two queries.

    `mine` counts what is assigned to the person and not done. Toolkits that were taken down are left out.
    """
    open_now = (
        Checklist.objects.open()
        .filter(network__in=networks_of(user, now).order_by().values("pk"), toolkit__live=True)
        .select_related("network", "toolkit")
        .order_by("network__name", "toolkit__title", "pk")
    )
    found = list(open_now)
    items: dict[int, dict[UUID, ChecklistItem]] = defaultdict(dict)
    for item in ChecklistItem.objects.filter(checklist__in=[one.pk for one in found]):
        items[item.checklist_id][item.key] = item
    return [_progress(one, items[one.pk], user) for one in found]


def _progress(checklist: Checklist, items: dict[UUID, ChecklistItem], user: User) -> Progress:
    said = [items.get(todo.key) for todo in todos_of(checklist.toolkit)]
    return Progress(
        network=checklist.network,
        toolkit=checklist.toolkit,
        checklist=checklist,
        done=sum(item is not None and item.is_done for item in said),
        total=len(said),
        mine=sum(item is not None and item.assigned_to_id == user.pk and not item.is_done for item in said),
    )
