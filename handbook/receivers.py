"""What the handbook does when something happens elsewhere."""

from typing import Any

from django.db import transaction
from wagtail.models import WorkflowState


@transaction.atomic
def reopen_edition(sender: type[WorkflowState], instance: WorkflowState, **_: Any) -> None:
    """An edition that was sent back, or whose workflow was cancelled, can be changed again."""
    from handbook.actions.release import reopen
    from handbook.models import Edition

    if instance.base_content_type.model_class() is not Edition:
        return
    if Edition.objects.filter(pk=instance.object_id).exists():
        reopen(Edition.objects.locked(int(instance.object_id)))
