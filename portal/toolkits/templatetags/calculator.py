"""Sums and sources as the calculator shows them."""

from collections.abc import Mapping

from django import template

from portal.toolkits.models import Figure
from portal.toolkits.rules.funding import Line, money
from portal.toolkits.sources import Source

register = template.Library()
register.filter("money", money)


@register.filter
def sources_in(line: Line, sources: Mapping[int, Source]) -> list[Source]:
    """The sources of a line's figures: a section once, even if it says several things."""
    found: dict[str, Source] = {}
    for figure in line.figures:
        found.setdefault(figure.source, sources[figure.pk])
    return list(found.values())


@register.filter
def newest_address(figure: Figure) -> str:
    """The address of a figure's section in whichever edition is in force."""
    handbook, _, section = figure.source.strip("/").split("/")[-3:]
    return f"/{handbook}/{section}/"
