"""Reminds those who may approve a page or an edition that it waits for them."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import TaskState

from portal.members import mail
from portal.members.models import User
from portal.pages.models import EditingRules
from portal.pages.rules import reminder_due


@transaction.atomic
def remind_reviewers(now: datetime | None = None) -> int:
    """Writes to whoever may decide on what has waited long enough, then once a week. May run twice: each reminder has a key.

    Returns how many reminders were due.
    """
    now = now or timezone.now()
    today, days = timezone.localdate(now), EditingRules.current().remind_after_days
    count = 0
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).order_by("pk")
    for state in waiting.select_related("task", "workflow_state__requested_by"):
        number = reminder_due(timezone.localdate(state.started_at), today, days)
        if number is None:
            continue
        for user in _who_may_decide(state):
            _write(state, user, number)
            count += 1
    return count


def _who_may_decide(state: TaskState) -> list[User]:
    """Members of the step's groups who can be written to, but for whoever submitted it."""
    task = state.task.specific
    if not hasattr(task, "groups"):
        return []
    members = User.objects.filter(groups__in=task.groups.all()).exclude(
        pk=state.workflow_state.requested_by_id
    )
    found = mail.addresses_of(members.distinct().values_list("pk", flat=True))
    return [address.user for address in found.values()]


def _write(state: TaskState, user: User, number: int) -> None:
    thing = state.workflow_state.content_object
    context: dict[str, Any] = {
        "user": user,
        "title": str(thing),
        "task": state.task.name,
        "since": timezone.localtime(state.started_at),
        "by": str(state.workflow_state.requested_by or ""),
        "link": settings.BASE_URL + (AdminURLFinder(user).get_edit_url(thing) or "/admin/"),
    }
    key = f"workflow-reminder:{state.pk}:{number}:{user.pk}"
    mail.send(template="workflow_reminder", to=user.email, context=context, key=key)
