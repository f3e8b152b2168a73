"""Markdown of posts as safe HTML: nothing in it runs, and nothing is loaded from anywhere but the portal's own attachments."""

import re
from html import escape
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Beyond these a post is shown as it was typed. `forum.rules.posting` takes none that is longer.
MOST_CHARACTERS = 20_000
MOST_CELLS = 20_000  # lines by columns of the widest: Markdown fills up short rows of a table, a thousandfold
MOST_HTML = 200_000  # a long address that is used again and again
HIGHEST_HEADING = 3  # a post stands below the heading that says who wrote it
TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre"}
TAGS |= {"s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"alt", "src"}, "ol": {"start"}}
TABLE = '<div class="table" role="region" aria-label="Table" tabindex="0"><table>'
ATTACHMENT = re.compile(r"attachment:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
SIGNS = re.compile(r"[\\`*_\[\]<&~]")
PERSON = re.compile(r"person:(\d{1,18})")
UNPAIRED = re.compile("[\ud800-\udfff]")  # halves of characters, which no file and no database can hold
PICTURE = re.compile(r"/forum/attachments/[0-9a-f-]{36}/picture")

_markdown = MarkdownIt(
    "commonmark", {"html": False, "maxNesting": 20, "breaks": True, "linkify": True}
).enable(["table", "strikethrough", "linkify"])


def to_html(text: str) -> str:
    """Safe HTML of a post. HTML in it is shown as it was typed.

    `![words](attachment:KEY)` is a picture that was added to the post, `[words](attachment:KEY)` a link to a file, and
    `[@Name](person:12)` names a person. Pictures from elsewhere become links.
    """
    text = UNPAIRED.sub("\ufffd", text)
    html = None if _is_overgrown(text) else _rendered(text)
    if html is None or len(html) > MOST_HTML:
        return f"<pre>{escape(text)}</pre>"
    html = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_only_own_pictures,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="nofollow noopener",
    )
    return html.replace("<table>", TABLE).replace("</table>", "</table></div>")


def people_named(text: str) -> set[int]:
    """The numbers of the accounts that a post names with `[@Name](person:12)`."""
    return {int(match[1]) for target in _targets(text) if (match := PERSON.fullmatch(target))}


def attachments_named(text: str) -> set[str]:
    """The keys of the attachments that a post shows or links to."""
    return {match[1] for target in _targets(text) if (match := ATTACHMENT.fullmatch(target))}


def parsed(text: str) -> list[Token] | None:
    """A post as the tokens of Markdown; `None` if it is shown as it was typed."""
    return None if _is_overgrown(text) else _markdown.parse(text)


def _is_overgrown(text: str) -> bool:
    """Whether reading the text as Markdown would take too long."""
    lines = text.splitlines()
    widest = max((line.count("|") for line in lines), default=0)
    return len(text) > MOST_CHARACTERS or widest * len(lines) > MOST_CELLS


def _rendered(text: str) -> str:
    tokens = _markdown.parse(text)
    _lower_headings(tokens)
    for token in tokens:
        if token.children:
            token.children = _settled(token.children)
    return _markdown.renderer.render(tokens, _markdown.options, {})


def _targets(text: str) -> list[str]:
    """The addresses of the links and pictures of a text that is shown as Markdown."""
    return [_target(child) for token in parsed(text) or () for child in token.children or []]


def escaped(words: str) -> str:
    """Words that mean nothing but themselves within a link or as the description of a picture."""
    return SIGNS.sub(r"\\\g<0>", " ".join(words.split()))


def _target(token: Token) -> str:
    return str(token.attrs.get("href") or token.attrs.get("src") or "")


def _settled(tokens: list[Token]) -> list[Token]:
    """Tokens whose addresses are the portal's own where they name something in it. Pictures from elsewhere become links."""
    settled: list[Token] = []
    links = 0
    for token in tokens:
        target = _target(token)
        attachment, person = ATTACHMENT.fullmatch(target), PERSON.fullmatch(target)
        links += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type == "image" and not attachment:
            settled += _instead_of_picture(target, token.content or unquote(target), linked=links > 0)
            continue
        if token.type == "image":
            token.attrs["src"] = f"/forum/attachments/{attachment[1]}/picture"
        elif token.type == "link_open" and attachment:
            token.attrs["href"] = f"/forum/attachments/{attachment[1]}/file"
        elif token.type == "link_open" and person:
            token.attrs["href"] = f"/forum/people/{person[1]}/"
        settled.append(token)
    return settled


def _instead_of_picture(target: str, words: str, *, linked: bool) -> list[Token]:
    """A link to a picture, or its words alone if they stand in a link already."""
    text = Token("text", "", 0, content=words)
    if linked:
        return [text]
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
