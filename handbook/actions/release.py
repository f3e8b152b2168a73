"""The way of an edition to its readers: submitted, approved by somebody else, published; or withdrawn."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.log_actions import log
from wagtail.models import Revision, WorkflowState

from handbook import rules
from handbook.actions import telling
from handbook.actions.editions import Refused, locked, refuse_unless
from handbook.manifest import seal
from handbook.models import Announcement, Edition, State
from portal import page_cache
from portal.members.models import User


@transaction.atomic
def submit_edition(*, edition: Edition, by: User, now: datetime) -> None:
    """Seals a prepared edition and hands it to Wagtail's workflow; its PDF is made in the background.

    From here on it stays as it is, unless it is withdrawn or sent back. Raises Refused with every reason against it.
    """
    edition = locked(edition, State.PREPARED)
    workflow = edition.get_workflow()
    reasons = refusals_to_submit(edition, now)
    if workflow is None:
        reasons.append(
            "No workflow says who approves editions. An administrator can choose one under Settings, Workflows."
        )
    refuse_unless(reasons)
    edition.state, edition.sha256 = State.SUBMITTED, seal(edition)
    edition.save()
    edition.save_revision(user=by)
    current = edition.current_workflow_state
    if current is not None and current.status == WorkflowState.STATUS_NEEDS_CHANGES:
        current.requested_by = by  # whoever submits it now is the one who may not approve it
        current.resume(user=by)
    else:
        workflow.start(edition, by)
    queue_pdf(edition)


@transaction.atomic
def withdraw_edition(*, edition: Edition, by: User) -> None:
    """Takes an edition back that waits for approval or for its time: it is being prepared again. Raises Refused."""
    edition = locked(edition, State.SUBMITTED)
    reopen(edition)
    current = edition.current_workflow_state
    if current is not None:
        current.cancel(user=by)
    log(instance=edition, action="handbook.withdraw", user=by, data={"number": edition.number})


def reopen(edition: Edition) -> None:
    """A submitted edition is being prepared again: its seal is broken and its PDF thrown away. The caller holds the lock."""
    if not edition.is_submitted:
        return
    edition.state, edition.sha256 = State.PREPARED, ""
    edition.save()
    edition.revisions.update(approved_go_live_at=None)
    for pdf in edition.pdfs.all():
        name, storage = pdf.file.name, pdf.file.storage
        pdf.delete()
        if name:
            transaction.on_commit(lambda storage=storage, name=name: storage.delete(name), robust=True)


@transaction.atomic
def release(
    *, edition: Edition, revision: Revision, by: User | None, now: datetime, log_action: bool | str = True
) -> None:
    """What Wagtail does on approval, and again when the time set for publication has come: the edition goes live, or is scheduled.

    An edition that is published already, or being prepared again, is left as it is. Raises Refused when nobody has approved it.
    """
    edition = locked(edition, *State)
    if not edition.is_submitted:
        edition.revisions.update(approved_go_live_at=None)
        return
    approval = edition.workflow_states.order_by("-created_at", "-pk").first()
    if approval is None or approval.status != WorkflowState.STATUS_APPROVED:
        raise Refused([f"Edition {edition.number} has not been approved."])
    PublishRevisionAction(revision, user=by, log_action=log_action).execute(skip_permission_checks=True)
    edition.refresh_from_db()
    if edition.live:
        _go_live(edition, by, now)


@transaction.atomic
def publish_edition(*, edition: Edition, by: User | None, now: datetime) -> None:
    """Publishes an edition that is being prepared, without approval: for commands of those who run the portal.

    Raises Refused with every reason against it.
    """
    edition = locked(edition, State.PREPARED)
    refuse_unless(refusals(edition))
    edition.live, edition.has_unpublished_changes = True, False
    edition.first_published_at = edition.last_published_at = now
    edition.sha256 = seal(edition)
    _go_live(edition, by, now)
    queue_pdf(edition)


def _go_live(edition: Edition, by: User | None, now: datetime) -> None:
    edition.state, edition.published_at = State.PUBLISHED, now
    edition.save()
    telling.queue(Announcement.objects.create(edition=edition, made_at=now))
    facts = {"number": edition.number, "sha256": edition.sha256}
    log(instance=edition, action="handbook.publish", user=by, data=facts)
    page_cache.bump()


def refusals(edition: Edition) -> list[str]:
    """Everything that keeps a prepared edition from being submitted or published."""
    previous = edition.previous
    return rules.refusals_to_publish(
        number=edition.number,
        effective_on=edition.effective_on,
        previous=(previous.number, previous.effective_on) if previous else None,
        sections=edition.sections.present().count(),
        amendments=[
            rules.AmendmentFacts(row.title, row.significance, row.note)
            for row in edition.sections.amendments()
        ],
    )


def refusals_to_submit(edition: Edition, now: datetime) -> list[str]:
    """The same, and what has become wrong with its days since they were typed."""
    far = rules.refusal_of_far_day(edition.effective_on, timezone.localdate(now))
    late = edition.go_live_at and rules.refusal_of_time(edition.go_live_at, now)
    return [*refusals(edition), *(reason for reason in (far, late) if reason)]


@transaction.atomic
def retry_pdf(*, edition: Edition) -> None:
    """Has a PDF made again that could not be made."""
    edition.pdfs.filter(file="").delete()
    queue_pdf(edition)


def queue_pdf(edition: Edition) -> None:
    """Has the PDF made once the transaction has committed. Robust: if the queue is out of order, the sweep makes it."""
    transaction.on_commit(lambda: async_task("handbook.actions.pdfs.make_pdf", edition.pk), robust=True)
