"""What a section of the handbook is made of: the closed vocabulary that an edition can freeze."""

from portal.pages.blocks import ProseBlock


class SectionBlock(ProseBlock):
    """The blocks of a section. All of them render to tags that `handbook.body` lets through."""
