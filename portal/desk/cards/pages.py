"""Cards about pages: what has to be read again, and what waits in a workflow for the reader."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page, TaskState
from wagtail.permissions import page_permission_policy

from portal.desk.cards.base import SHOWN, Card, Line
from portal.desk.stale import to_read_again
from portal.members.models import User


def may_edit(user: User) -> bool:
    """Whether there are pages that somebody may change or publish."""
    return page_permission_policy.user_has_any_permission(user, ["add", "change", "publish"])


def stale(user: User, now: datetime) -> Iterator[Card]:
    """Pages and sections to read again: the reader's own first. Three queries."""
    if not may_edit(user):
        return
    found = to_read_again(user, now)
    yield Card(
        key="stale",
        title="Pages to read again",
        count=found.count(),
        lines=[_line(page, user) for page in found[:SHOWN]],
        empty="Every page has been read or published lately enough.",
        url=reverse("desk:stale"),
        link="All pages to read again, by owner",
    )


def _line(page: Page, user: User) -> Line:
    whose = "Yours" if page.owner_id == user.pk else str(page.owner or "Nobody’s")
    day = timezone.localdate(page.looked_at)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return Line(page.title, f"{whose}. Last looked at on {day:%-d %B %Y}.", url)


def workflow(user: User, now: datetime) -> Iterator[Card]:
    """What waits in a workflow for the reader's word."""
    if not may_edit(user) and not user.has_perm("handbook.prepare_edition"):
        return
    states = (
        TaskState.objects.reviewable_by(user)
        .select_related("workflow_state__requested_by", "task")
        .order_by("started_at", "pk")
    )
    waiting = list(states.prefetch_related("revision__content_object"))
    finder = AdminURLFinder(user)
    lines = [_step(state, finder) for state in waiting if state.revision.content_object]
    yield Card(
        key="workflow",
        title="Waiting for your approval",
        count=len(lines),
        lines=lines[:SHOWN],
        empty="Nothing waits for your approval.",
    )


def _step(state: TaskState, finder: AdminURLFinder) -> Line:
    thing = state.revision.content_object
    by = state.workflow_state.requested_by
    note = f"{state.task.name}, since {timezone.localdate(state.started_at):%-d %B %Y}."
    if by is not None:
        note = f"{note} Submitted by {by}."
    return Line(state.revision.object_str, note, finder.get_edit_url(thing) or "")
