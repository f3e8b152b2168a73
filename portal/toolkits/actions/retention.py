"""Which lists that networks put aside have been kept for long enough."""

from datetime import datetime

from django.db.models import QuerySet

from portal.toolkits.models import Checklist


def archived_checklists(until: datetime) -> QuerySet[Checklist]:
    """Those that were put aside at a moment or before it."""
    return Checklist.objects.archived().filter(archived_at__lte=until)
