"""Texts that managers write in Markdown, as safe HTML."""

from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_CHARACTERS = 200_000  # beyond this, Markdown is shown as it was typed
TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "s",
}
TAGS |= {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
TABLE = '<div class="table" role="region" aria-label="Table" tabindex="0"><table>'

_markdown = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])


def to_html(text: str) -> str:
    """Safe HTML of Markdown, to stand below a heading of level 1: nothing in it runs or is loaded from anywhere.

    HTML in the Markdown is shown as it was typed. Pictures are left out.
    """
    if len(text) > MOST_CHARACTERS:
        return f"<pre>{escape(text)}</pre>"
    tokens = _markdown.parse(text)
    _move_headings_below_the_title(tokens)
    html = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return html.replace("<table>", TABLE).replace("</table>", "</table></div>")


def _move_headings_below_the_title(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + 2 - highest, 6)}"
