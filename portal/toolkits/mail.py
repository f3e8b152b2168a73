"""What the mails about checklists say: samples for the preview. Reads only."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from portal.members.models import User
from portal.pages.models import ToolkitPage
from portal.toolkits.models import ChecklistItem

ASSIGNED = "checklist_assigned"


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of the mail shows."""
    if template != ASSIGNED:
        return {}
    item = ChecklistItem(
        heading="Money and tax",
        text="Open a separate account, with two people to approve each payment",
        due_on=timezone.localdate(now) + timedelta(days=14),
    )
    return {
        "by": User(first_name="Grace", last_name="Sample", email="grace@example.org"),
        "item": item,
        "toolkit": ToolkitPage(title="Setting up a network"),
        "network": "Harbour and Heath PCN",
    }
