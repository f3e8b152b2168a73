"""Working on a network's checklist: each change is of one line, at once, by somebody who works for the network at that moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from portal.members import mail
from portal.members.actions import RefusedError
from portal.members.audit import record
from portal.members.models import Network, User
from portal.pages.models import ToolkitPage
from portal.toolkits.models import Checklist, ChecklistItem
from portal.toolkits.reading import todos_of
from portal.toolkits.rules.checklists import refusal_to_archive, refusal_to_write
from portal.toolkits.standing import works_for


class NotYoursError(RefusedError):
    """The person does not work for the network, or no longer."""

    def __init__(self) -> None:
        super().__init__("You have no confirmed appointment in this network today.")


class NoSuchLineError(RefusedError):
    """The toolkit has no such thing to do, and nothing was ever said about it."""

    def __init__(self) -> None:
        super().__init__("This is no longer in the toolkit.")


class NoteChangedError(RefusedError):
    """Somebody else has changed the note meanwhile. `item` has what is there."""

    def __init__(self, item: ChecklistItem, refusal: str) -> None:
        super().__init__(refusal)
        self.item = item


@dataclass(frozen=True)
class Place:
    """One line of one network's checklist, and who is at it when."""

    toolkit: ToolkitPage
    network: Network
    key: UUID
    by: User
    now: datetime


@transaction.atomic
def mark(*, place: Place, is_done: bool) -> ChecklistItem:
    """Ticks the line, or takes the tick back. Who does so last counts. Raises `RefusedError`."""
    item = _locked(place)
    if item.is_done != is_done:
        item.is_done, item.marked_at, item.marked_by = is_done, place.now, place.by
        item.marked_text = item.text if is_done else ""
    item.save()
    return item


@transaction.atomic
def assign(*, place: Place, to: User | None) -> ChecklistItem:
    """Gives the line to somebody of the network, or to nobody. They are told by mail, once. Raises `RefusedError`."""
    item = _locked(place)
    if to is not None and not works_for(to, place.network, place.now):
        raise RefusedError("Choose somebody who has a confirmed appointment in your network.")
    if item.assigned_to_id != (to.pk if to else None):
        item.assigned_to, item.assigned_by = to, place.by
    item.save()
    if to is not None and to.pk != place.by.pk:
        _tell(item, to, place)
    return item


@transaction.atomic
def set_due(*, place: Place, on: date | None) -> ChecklistItem:
    """Says until which day it is to be done, or that there is no such day. Raises `RefusedError`."""
    item = _locked(place)
    item.due_on = on
    item.save()
    return item


@transaction.atomic
def write_note(*, place: Place, text: str, based_on: int) -> ChecklistItem:
    """Writes the note of a line in the place of number `based_on`.

    Raises `NoteChangedError` if there is another one by now, and otherwise `RefusedError`.
    """
    item = _locked(place)
    refusal = refusal_to_write(based_on=based_on, number=item.note_number, written=text, there=item.note)
    if refusal:
        raise NoteChangedError(item, refusal)
    if text != item.note:
        item.note, item.note_by, item.note_at = text, place.by, place.now
        item.note_number += 1
    item.save()
    return item


@transaction.atomic
def archive(*, toolkit: ToolkitPage, network: Network, by: User, now: datetime) -> Checklist:
    """Puts the network's list aside, so that it can start again. What was on it can still be read. Raises `RefusedError`."""
    if not works_for(by, network, now):
        raise NotYoursError
    lists = Checklist.objects.filter(toolkit=toolkit, network=network)
    found = lists.open().select_for_update().first()
    if found is None:
        raise RefusedError("Your network has not begun this checklist, or has just put it aside.")
    today = lists.filter(archived_at__gt=now - timedelta(days=1)).count()
    if refusal := refusal_to_archive(archived_today=today):
        raise RefusedError(refusal)
    found.archived_at, found.archived_by = now, by
    found.save(update_fields=["archived_at", "archived_by"])
    record(
        "checklist.archived",
        now=now,
        by=by,
        subject=f"network:{network.pk}",
        subject_name=f"{toolkit}: {network}",
    )
    return found


def _locked(place: Place) -> ChecklistItem:
    """The row of the line under the lock of its list, with the toolkit's words of now. Raises `RefusedError`."""
    if not works_for(place.by, place.network, place.now):
        raise NotYoursError
    found = Checklist.objects.open().filter(toolkit=place.toolkit, network=place.network)
    todo = next((one for one in todos_of(place.toolkit) if one.key == place.key), None)
    if todo is None and not ChecklistItem.objects.filter(checklist__in=found, key=place.key).exists():
        raise NoSuchLineError
    checklist, _ = Checklist.objects.open().get_or_create(
        toolkit=place.toolkit, network=place.network, archived_at=None, defaults={"begun_at": place.now}
    )
    checklist = Checklist.objects.select_for_update().get(pk=checklist.pk)
    if checklist.archived_at is not None:
        raise RefusedError("Somebody has just put this checklist aside. Open it again.")
    words = {"heading": todo.heading, "text": todo.text} if todo else {}
    item, _ = ChecklistItem.objects.get_or_create(checklist=checklist, key=place.key, defaults=words)
    for name, value in words.items():
        setattr(item, name, value)
    return item


def _tell(item: ChecklistItem, to: User, place: Place) -> None:
    address = mail.addresses_of([to.pk]).get(to.pk)
    if address is None:
        return
    where = reverse("checklist", kwargs={"page": place.toolkit.pk, "code": place.network.code})
    mail.send(
        template="checklist_assigned",
        to=address.email,
        context={
            "user": to,
            "by": place.by,
            "item": item,
            "network": place.network,
            "toolkit": place.toolkit,
            "link": f"{settings.BASE_URL}{where}#item-{item.key}",
        },
        # Once for each line and person, however often it goes to and fro.
        key=f"checklist:{item.pk}:{to.pk}",
    )
