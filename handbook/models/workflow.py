"""The step of a workflow in which somebody else approves an edition."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from wagtail.forms import TaskStateCommentForm
from wagtail.models import AbstractGroupApprovalTask, TaskState

from handbook.models.edition import Edition
from handbook.models.files import EditionPdf


class ReasonForm(TaskStateCommentForm):
    """Asks for the comment that Wagtail would let one leave out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = True


class EditionApprovalTask(AbstractGroupApprovalTask):
    """Members of the chosen groups approve an edition, but never the person who submitted it, and not before its PDF is there."""

    class Meta:
        verbose_name = "Approval of an edition by a second person"
        verbose_name_plural = "Approvals of editions by a second person"

    @classmethod
    def get_description(cls) -> str:
        return "Members of the chosen groups can approve an edition, except the person who submitted it"

    def get_actions(self, obj: models.Model, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        """What `user` may do now, as Wagtail asks: name, label, whether it opens a form."""
        return [
            action for action in super().get_actions(obj, user) if not self._refusal(action[0], obj, user)
        ]

    def get_form_for_action(self, action: str) -> type[TaskStateCommentForm]:
        """Whoever sends an edition back says why: the person who prepared it has to know what to do."""
        return ReasonForm if action == "reject" else super().get_form_for_action(action)

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Raises PermissionDenied for an action that `get_actions` does not offer, or when somebody else has just decided."""
        edition = Edition.objects.locked(int(task_state.workflow_state.object_id))
        # Read again behind the lock: of two people who decide at once, the second finds it decided.
        stored = TaskState.objects.get(pk=task_state.pk).specific
        offered = {name for name, _, _ in self.get_actions(edition, user)}
        if (
            stored.status != TaskState.STATUS_IN_PROGRESS
            or not edition.is_submitted
            or action_name not in offered
        ):
            raise PermissionDenied
        return super().on_action(stored, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(
        self, user: AbstractBaseUser, **kwargs: Any
    ) -> models.QuerySet[TaskState]:
        return (
            super()
            .get_task_states_user_can_moderate(user, **kwargs)
            .exclude(workflow_state__requested_by=user)
        )

    def locked_for_user(self, obj: models.Model, user: AbstractBaseUser) -> bool:
        """An edition that waits for approval is locked for everybody: it is what will go out."""
        return True

    def _refusal(self, action: str, edition: models.Model, user: AbstractBaseUser) -> bool:
        state = edition.current_workflow_state
        if state is not None and state.requested_by_id == user.pk:
            return True
        return (
            action == "approve"
            and isinstance(edition, Edition)
            and not EditionPdf.objects.made().filter(edition=edition).exists()
        )
