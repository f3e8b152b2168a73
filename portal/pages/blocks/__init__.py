"""The blocks that pages and sections are made of."""

from portal.pages.blocks.page import LinkBlock, LinkedCardBlock, PageBodyBlock
from portal.pages.blocks.parts import ChecklistGroupBlock, DownloadBlock, InBriefBlock, TipBlock
from portal.pages.blocks.prose import ProseBlock

__all__ = [
    "ChecklistGroupBlock",
    "DownloadBlock",
    "InBriefBlock",
    "LinkBlock",
    "LinkedCardBlock",
    "PageBodyBlock",
    "ProseBlock",
    "TipBlock",
]
