"""Has a network of the demonstration work through a toolkit's checklist: half of it is done."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.demo.load_people import Days
from portal.members.models import Network, User
from portal.pages.models import ToolkitPage
from portal.toolkits.models import Checklist, ChecklistItem
from portal.toolkits.reading import todos_of

FILE = Path(__file__).parent / "checklists.toml"


@transaction.atomic
def load_checklists(*, now: datetime) -> None:
    """Fill the lists that `checklists.toml` describes, unless their networks have begun them. As rows: no mail is wanted."""
    days = Days(timezone.localdate(now))
    for facts in tomllib.loads(FILE.read_text(encoding="utf-8"))["checklist"]:
        toolkit = ToolkitPage.objects.get(slug=facts["toolkit"])
        network = Network.objects.get(code=facts["network"])
        if Checklist.objects.filter(toolkit=toolkit, network=network).exists():
            continue
        begun_at = min(days.at(line["days_ago"], "08:30") for line in facts["line"])
        checklist = Checklist.objects.create(toolkit=toolkit, network=network, begun_at=begun_at)
        people = {
            f"{user.first_name} {user.last_name}": user
            for user in User.objects.filter(appointments__network=network).distinct()
        }
        todos = {todo.text: todo for todo in todos_of(toolkit)}
        for line in facts["line"]:
            todo = todos[line["text"]]
            ChecklistItem.objects.create(
                checklist=checklist,
                key=todo.key,
                heading=todo.heading,
                text=todo.text,
                **_said(line, people, days),
            )


def _said(line: dict[str, Any], people: dict[str, User], days: Days) -> dict[str, Any]:
    """What was said of a line: `by` did so so many days ago."""
    by, at = people[line["by"]], days.at(line["days_ago"], "17:40")
    said: dict[str, Any] = {}
    if line.get("done"):
        said |= {
            "is_done": True,
            "marked_by": by,
            "marked_at": at,
            "marked_text": line.get("was", line["text"]),
        }
    if "note" in line:
        said |= {"note": line["note"], "note_by": by, "note_at": at, "note_number": 1}
    if "for" in line:
        said |= {"assigned_to": people[line["for"]], "assigned_by": by}
    if "due_in" in line:
        said["due_on"] = days.today + timedelta(days=line["due_in"])
    return said
