"""Wagtail's mails about workflows, sent through the portal's own post: stored with what caused them, sent after the commit."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from wagtail.admin import mail as wagtail_mail
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from portal.members import mail
from portal.members.models import User


class ThroughOurPost:
    """Mixed into a notifier of Wagtail's: the words stay those of its templates, the way out is ours."""

    def send_emails(
        self, template_set: dict[str, str], context: dict[str, Any], recipients: Iterable[User], **_: Any
    ) -> bool:
        for recipient in sorted(recipients, key=lambda one: one.pk):
            full = {**context, "user": recipient}
            subject = render_to_string(template_set["subject"], full).strip()
            words = render_to_string(template_set["text"], full).strip()
            mail.send(
                template="workflow_notice",
                to=recipient.email,
                context={"user": recipient, "subject": subject, "words": words},
            )
        return True


class StepBegun(ThroughOurPost, wagtail_mail.GroupApprovalTaskStateSubmissionEmailNotifier):
    """Tells those who may approve."""


class Submitted(ThroughOurPost, wagtail_mail.WorkflowStateSubmissionEmailNotifier):
    """Tells administrators of the whole portal, as Wagtail does."""


class Approved(ThroughOurPost, wagtail_mail.WorkflowStateApprovalEmailNotifier):
    """Tells whoever submitted it."""


class Rejected(ThroughOurPost, wagtail_mail.WorkflowStateRejectionEmailNotifier):
    """Tells whoever submitted it."""


def connect() -> None:
    """Takes the places of Wagtail's own notifiers: they are connected later, under the same names, which then are taken."""
    for signal, sender, notifier, uid in (
        (task_submitted, TaskState, StepBegun(), "group_approval_task_submitted"),
        (workflow_submitted, WorkflowState, Submitted(), "workflow_state_submitted"),
        (workflow_rejected, WorkflowState, Rejected(), "workflow_state_rejected"),
        (workflow_approved, WorkflowState, Approved(), "workflow_state_approved"),
    ):
        signal.connect(notifier, sender=sender, dispatch_uid=f"{uid}_email_notification", weak=False)


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the previews of mails about workflows need."""
    if template == "workflow_notice":
        words = f"Ada Example has submitted “Network meetings”.\n\nLook at it: {settings.BASE_URL}/admin/"
        return {"subject": "“Network meetings” waits for your approval", "words": words}
    if template == "workflow_reminder":
        return {
            "title": "Network meetings",
            "task": "Clinical review",
            "since": now,
            "by": "Ada Example",
            "link": f"{settings.BASE_URL}/admin/pages/1/edit/",
        }
    return {}
