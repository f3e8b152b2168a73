"""The step of a workflow in which somebody else looks at a page."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models
from wagtail.models import AbstractGroupApprovalTask, TaskState

from portal.pages.fields import is_fit_for_readers


class PageApprovalTask(AbstractGroupApprovalTask):
    """Members of the chosen groups approve a page, but never the person who submitted it."""

    class Meta:
        verbose_name = "Approval of a page by a second person"
        verbose_name_plural = "Approvals of pages by a second person"

    @classmethod
    def get_description(cls) -> str:
        return "Members of the chosen groups can approve a page, except the person who submitted it"

    def get_actions(self, obj: models.Model, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        """What `user` may do now, as Wagtail asks: name, label, whether it opens a form."""
        state = obj.current_workflow_state
        is_own = state is not None and state.requested_by_id == user.pk
        return [] if is_own else super().get_actions(obj, user)

    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Raises PermissionDenied for an action that `get_actions` does not offer, and for approving what lacks something."""
        page = task_state.workflow_state.content_object
        if action_name not in {name for name, _, _ in self.get_actions(page, user)}:
            raise PermissionDenied
        if action_name == "approve" and not is_fit_for_readers(task_state.revision.as_object()):
            raise PermissionDenied("Open the page and publish or submit it there to see what it needs.")
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(
        self, user: AbstractBaseUser, **kwargs: Any
    ) -> models.QuerySet[TaskState]:
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(workflow_state__requested_by=user)
