"""Shows texts: blocks with an anchor on every heading, and Markdown."""

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe

from portal.pages import markdown as markdown_text
from portal.pages.anchors import with_anchors

register = template.Library()


@register.simple_tag(takes_context=True)
def prose(context: Context, value: Any) -> SafeString:
    """The HTML of a StreamField's value, every heading with an anchor of its own."""
    html, _ = with_anchors(value.render_as_block(context.flatten()) if value else "")
    return mark_safe(html)  # noqa: S308 - made by our own templates, which escape


@register.filter
def anchored(html: str) -> SafeString:
    """For `{% filter %}`: several texts of a page, every heading with an anchor of its own among all of them."""
    return mark_safe(with_anchors(html)[0])  # noqa: S308 - made by our own templates, which escape


@register.filter
def markdown(text: str) -> SafeString:
    """Safe HTML of Markdown."""
    return mark_safe(markdown_text.to_html(text))  # noqa: S308 - to_html lets nothing through that runs
