"""What networks have done of a toolkit's checklist; documents that readers fill in; figures of funding and their calculator."""

from portal.toolkits.models.checklists import Checklist, ChecklistItem
from portal.toolkits.models.documents import FillableDocument
from portal.toolkits.models.figures import ALL_OF_IT, OF_ROLES, Figure, Unit
from portal.toolkits.models.pages import CalculatorPage

__all__ = [
    "ALL_OF_IT",
    "OF_ROLES",
    "CalculatorPage",
    "Checklist",
    "ChecklistItem",
    "Figure",
    "FillableDocument",
    "Unit",
]
