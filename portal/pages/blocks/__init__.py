"""The blocks that pages and sections are made of."""

from portal.pages.blocks.library import ChapterBlock, GatheredBlock, QuestionBlock, StepBlock
from portal.pages.blocks.page import LinkBlock, LinkedCardBlock, PageBodyBlock
from portal.pages.blocks.parts import ChecklistGroupBlock, DownloadBlock, InBriefBlock, TipBlock
from portal.pages.blocks.prose import ProseBlock

__all__ = [
    "ChapterBlock",
    "ChecklistGroupBlock",
    "DownloadBlock",
    "GatheredBlock",
    "InBriefBlock",
    "LinkBlock",
    "LinkedCardBlock",
    "PageBodyBlock",
    "ProseBlock",
    "QuestionBlock",
    "StepBlock",
    "TipBlock",
]
