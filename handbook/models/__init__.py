"""The handbook's working copy and its editions."""

from handbook.models.edition import (
    Asset,
    Body,
    Change,
    Edition,
    EditionAsset,
    EditionFiles,
    EditionSection,
    PublishedEditionError,
    ReadMark,
    Significance,
    State,
)
from handbook.models.handbook import HandbookPage, SectionPage

__all__ = [
    "Asset",
    "Body",
    "Change",
    "Edition",
    "EditionAsset",
    "EditionFiles",
    "EditionSection",
    "HandbookPage",
    "PublishedEditionError",
    "ReadMark",
    "SectionPage",
    "Significance",
    "State",
]
