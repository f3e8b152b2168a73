"""Markdown of posts as safe HTML: nothing in it runs, and nothing is loaded from anywhere but the portal's own attachments."""

import re
from html import escape
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_CHARACTERS = (
    20_000  # beyond this a post is not taken; what is longer all the same is shown as it was typed
)
HIGHEST_HEADING = 3  # a post stands below the heading that says who wrote it
TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre"}
TAGS |= {"s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"alt", "src"}, "ol": {"start"}}
TABLE = '<div class="table" role="region" aria-label="Table" tabindex="0"><table>'
ATTACHMENT = re.compile(r"attachment:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
PERSON = re.compile(r"person:(\d{1,18})")
PICTURE = re.compile(r"/forum/attachments/[0-9a-f-]{36}/picture")

_markdown = MarkdownIt(
    "commonmark", {"html": False, "maxNesting": 20, "breaks": True, "linkify": True}
).enable(["table", "strikethrough", "linkify"])


def to_html(text: str) -> str:
    """Safe HTML of a post. HTML in it is shown as it was typed.

    `![words](attachment:KEY)` is a picture that was added to the post, `[words](attachment:KEY)` a link to a file, and
    `[@Name](person:12)` names a person. Pictures from elsewhere become links.
    """
    if len(text) > MOST_CHARACTERS:
        return f"<pre>{escape(text)}</pre>"
    tokens = _markdown.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = [part for child in token.children for part in _settled(child)]
    html = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_own_pictures,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener",
    )
    return html.replace("<table>", TABLE).replace("</table>", "</table></div>")


def people_named(text: str) -> set[int]:
    """The numbers of the accounts that a post names with `[@Name](person:12)`."""
    found = (_target(child) for token in _markdown.parse(text) for child in token.children or [])
    return {int(match[1]) for target in found if (match := PERSON.fullmatch(target))}


def attachments_named(text: str) -> set[str]:
    """The keys of the attachments that a post shows or links to."""
    found = (_target(child) for token in _markdown.parse(text) for child in token.children or [])
    return {match[1] for target in found if (match := ATTACHMENT.fullmatch(target))}


def _target(token: Token) -> str:
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _settled(token: Token) -> list[Token]:
    """The token with its address turned into one of the portal's. A picture from elsewhere becomes a link."""
    if token.type == "link_open":
        target = str(token.attrs.get("href") or "")
        if attachment := ATTACHMENT.fullmatch(target):
            token.attrs["href"] = f"/forum/attachments/{attachment[1]}/file"
        elif person := PERSON.fullmatch(target):
            token.attrs["href"] = f"/forum/people/{person[1]}/"
    elif token.type == "image":
        target = str(token.attrs.get("src") or "")
        if attachment := ATTACHMENT.fullmatch(target):
            token.attrs["src"] = f"/forum/attachments/{attachment[1]}/picture"
        else:
            return _link(target, token.content or unquote(target))
    return [token]


def _link(target: str, words: str) -> list[Token]:
    text = Token("text", "", 0, content=words)
    return [Token("link_open", "a", 1, attrs={"href": target}), text, Token("link_close", "a", -1)]


def _only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src") and not PICTURE.fullmatch(value):
        return None
    return value


def _lower_headings(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=HIGHEST_HEADING)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) + HIGHEST_HEADING - highest, 6)}"
