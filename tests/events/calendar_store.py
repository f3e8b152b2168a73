"""A calendar that takes what mails bring, as programs do: by UID, and never an older state than the one that it has (RFC 5546)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import vobject
from django.core import mail as outgoing

from portal.members import mail
from portal.members.models import Mail


@dataclass(frozen=True)
class Entry:
    """What two libraries read of an entry alike. Moments are in UTC."""

    method: str
    uid: str
    sequence: int
    title: str
    place: str
    attendee: str
    starts_at: datetime | None
    ends_at: datetime | None
    status: str = ""


def by_icalendar(content: bytes) -> list[Entry]:
    calendar = icalendar.Calendar.from_ical(content)
    return [
        Entry(
            str(calendar["method"]),
            str(one["uid"]),
            int(one["sequence"]),
            str(one["summary"]),
            str(one["location"]),
            str(one.get("attendee", "")),
            one["dtstart"].dt.astimezone(UTC) if "dtstart" in one else None,
            one["dtend"].dt.astimezone(UTC) if "dtend" in one else None,
            str(one["status"]),
        )
        for one in calendar.walk("VEVENT")
    ]


def by_vobject(content: bytes) -> list[Entry]:
    calendar = vobject.readOne(content.decode())

    def value(one: Any, name: str) -> Any:
        return getattr(one, name).value if hasattr(one, name) else None

    return [
        Entry(
            calendar.method.value,
            one.uid.value,
            int(one.sequence.value),
            one.summary.value,
            one.location.value,
            value(one, "attendee") or "",
            value(one, "dtstart") and one.dtstart.value.astimezone(UTC),
            value(one, "dtend") and one.dtend.value.astimezone(UTC),
            one.status.value,
        )
        for one in getattr(calendar, "vevent_list", [])
    ]


Reader = Callable[[bytes], list[Entry]]


@dataclass
class CalendarStore:
    """The calendars of everybody, by their addresses, and every number that an entry was told with."""

    read: Reader
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)
    told: dict[str, list[int]] = field(default_factory=dict)
    known: dict[tuple[str, str], int] = field(default_factory=dict)

    def take(self, message: EmailMessage) -> None:
        """Takes what a mail brings, in each of the two ways; both say the same."""
        parts = {part.get_content_type(): part for part in message.walk()}
        if "text/calendar" not in parts:
            return
        invitation, file = parts["text/calendar"], parts["application/ics"]
        content = invitation.get_content().encode()
        assert file.get_content() == content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        [entry] = self.read(file.get_content())
        assert invitation.get_param("method") == entry.method
        whose = str(message["To"])
        assert entry.attendee.lower() == f"mailto:{whose}"
        self.told.setdefault(entry.uid, []).append(entry.sequence)
        if entry.sequence < self.known.get((whose, entry.uid), -1):
            return
        self.known[whose, entry.uid] = entry.sequence
        mine = self.entries.setdefault(whose, {})
        if entry.method == "CANCEL":
            mine.pop(entry.uid, None)
        else:
            mine[entry.uid] = entry

    def of(self, email: str) -> list[Entry]:
        return list(self.entries.get(email, {}).values())


def letters() -> list[EmailMessage]:
    """Hands over the mails that wait, in their order, and gives them as a mail server gets them."""
    outgoing.outbox = []
    for number in Mail.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True):
        mail.deliver(number)
    return [
        message_from_bytes(one.message().as_bytes(linesep="\r\n"), policy=policy.default)
        for one in outgoing.outbox
    ]
