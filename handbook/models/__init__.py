"""The handbook's working copy and its editions."""

from handbook.models.edition import (
    Body,
    Change,
    Edition,
    EditionSection,
    PublishedEditionError,
    Significance,
    State,
)
from handbook.models.errata import Announcement, Erratum
from handbook.models.files import Asset, EditionAsset, EditionPdf
from handbook.models.handbook import HandbookPage, SectionPage
from handbook.models.readers import ReadMark, SectionFeedback
from handbook.models.workflow import EditionApprovalTask

__all__ = [
    "Announcement",
    "Asset",
    "Body",
    "Change",
    "Edition",
    "EditionApprovalTask",
    "EditionAsset",
    "EditionPdf",
    "EditionSection",
    "Erratum",
    "HandbookPage",
    "PublishedEditionError",
    "ReadMark",
    "SectionFeedback",
    "SectionPage",
    "Significance",
    "State",
]
