"""The blocks that pages and sections are made of."""

from portal.pages.blocks.explaining import AnimationBlock, FigureBlock
from portal.pages.blocks.library import ChapterBlock, GatheredBlock, QuestionBlock, StepBlock
from portal.pages.blocks.page import LinkBlock, LinkedCardBlock, PageBodyBlock
from portal.pages.blocks.parts import ChecklistGroupBlock, DownloadBlock, InBriefBlock, TipBlock
from portal.pages.blocks.prose import ProseBlock

__all__ = [
    "AnimationBlock",
    "ChapterBlock",
    "ChecklistGroupBlock",
    "DownloadBlock",
    "FigureBlock",
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
