"""Markdown, shown and brought in: to safe HTML for a page, and to the blocks that editors work with."""

import re
from html import escape
from itertools import groupby
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.pages.prose import ProseWriter, RawBlock, ResolveImage, ResolveLink, no_image, same_link
from portal.pages.vocabulary import INLINE, clean

MOST_CHARACTERS = 200_000  # beyond this, Markdown is shown as it was typed

# Elements that are markup when they stand in Markdown. Any other word in angle brackets is a word that somebody typed.
KNOWN = nh3.ALLOWED_TAGS | {
    "button",
    "font",
    "form",
    "iframe",
    "input",
    "label",
    "main",
    "object",
    "script",
    "section",
}
KNOWN |= {"select", "style", "svg", "textarea", "title", "video"}
TAG = re.compile(r"\s*</?([a-zA-Z][a-zA-Z0-9-]*)[\s/>]")
ANY_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])[^<>]*>")
# Code, which is left alone, or an inline link or image: [words](address "title").
LINK = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<mark>!?)\[(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]*\](?:\([^()\s]*\))?)*)\]"
    r"\(\s*(?:<(?P<bracketed>[^<>\n]*)>|(?P<href>[^()\s<]*(?:\([^()\s]*\)[^()\s]*)*))(?P<title>\s+[\"'(][^\n]*?[\"')])?\s*\)",
    re.DOTALL,
)

_shown = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
_read = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"])


def to_html(text: str) -> str:
    """Safe HTML of Markdown: nothing in it runs, nothing is loaded from an address other than http(s).

    HTML inside the Markdown is shown as it was typed, and so is the whole of a text longer than `MOST_CHARACTERS`.
    """
    if len(text) > MOST_CHARACTERS:
        return f"<pre>{escape(text)}</pre>"
    return clean(_shown.render(text))


def to_blocks(text: str, *, link: ResolveLink = same_link, image: ResolveImage = no_image) -> list[RawBlock]:
    """The blocks of `portal.pages.blocks.ProseBlock` that hold the Markdown `text`, as a StreamField stores them.

    `link` is asked about the address of each link and `image` about the address and description of each picture, as
    `portal.pages.prose.ProseWriter` says. No word is lost. What the text editor cannot hold, such as a list with a table in an
    item, becomes a block of Markdown. If there is a heading of level 1, all headings go one level down.
    """
    env: dict[str, Any] = {}
    tokens = _read.parse(text, env)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shift = int(any(token.type == "heading_open" and token.tag == "h1" for token in tokens))
    writer = ProseWriter(link, image, shift)
    for group in _top_level(tokens):
        _settle_html(group)
        source = None
        if group[0].map and group[0].type != "html_block":
            source = _with_links(group, lines, env, link, image)
        writer.feed(_read.renderer.render(group, _read.options, env), markdown=source)
    return writer.finish()


def _top_level(tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each block that is inside no other."""
    groups: list[list[Token]] = []
    depth = 0
    for token in tokens:
        if depth == 0:
            groups.append([])
        groups[-1].append(token)
        depth += token.nesting
    return groups


def _settle_html(tokens: list[Token]) -> None:
    """Decide for each piece of HTML whether it is markup or a word in angle brackets, such as <name>."""
    for token in tokens:
        for child in token.children or []:
            if child.type == "html_inline":
                _settle_inline(child)
        if token.type == "html_block":
            tag = TAG.match(token.content)
            if tag and tag[1].lower() not in KNOWN:
                token.content = f"<p>{escape(token.content)}</p>"
            else:
                token.content = ANY_TAG.sub(_word_or_tag, token.content)


def _word_or_tag(tag: re.Match[str]) -> str:
    return tag[0] if tag[1].lower() in KNOWN else escape(tag[0])


def _settle_inline(token: Token) -> None:
    tag = TAG.match(token.content)
    name = tag[1].lower() if tag else ""
    if not name or name in INLINE:
        return
    if name in KNOWN:
        token.content = ""
    else:
        token.type = "text"


def _with_links(
    group: list[Token], lines: list[str], env: dict[str, Any], link: ResolveLink, image: ResolveImage
) -> str | None:
    """The Markdown of a block that can stand alone: addresses replaced, definitions of its links below. None if not needed."""
    needs_source = {"bullet_list_open", "ordered_list_open", "blockquote_open", "s_open"}
    children = [child for token in group for child in token.children or []]
    if not any(token.type in needs_source for token in [*group, *children]):
        return None
    definitions = []
    used = {child.attrs.get("href") or child.attrs.get("src") for child in children}
    for label, reference in env.get("references", {}).items():
        target = link(reference["href"]) if reference["href"] in used else None
        if target:
            definitions.append(f"[{label}]: <{target.href}>")
    return "\n".join(
        [
            _replace_addresses(_passage(group, lines), link, image),
            *(["", *definitions] if definitions else []),
        ]
    )


def _replace_addresses(passage: list[tuple[bool, str]], link: ResolveLink, image: ResolveImage) -> str:
    def replaced(match: re.Match[str]) -> str:
        if match["code"]:
            return match["code"]
        words = match["words"]
        address = match["bracketed"] if match["bracketed"] is not None else match["href"]
        if match["mark"]:
            picture = image(address, words)
            return f"![{words}]({_address(picture.src())}{match['title'] or ''})" if picture else words
        words = LINK.sub(replaced, words)
        target = link(address)
        return f"[{words}]({_address(target.href)}{match['title'] or ''})" if target else words

    return "\n".join(text if is_code else LINK.sub(replaced, text) for is_code, text in passage)


def _passage(group: list[Token], lines: list[str]) -> list[tuple[bool, str]]:
    """The source of a block in runs of lines, each with whether it is code, which is left alone."""
    first, end = group[0].map or (0, 0)
    while end > first and not lines[end - 1].strip():
        end -= 1
    spans = [token.map for token in group if token.type in {"fence", "code_block"} and token.map]
    code = {number for span in spans for number in range(*span)}
    runs = groupby(range(first, end), key=lambda number: number in code)
    return [(is_code, "\n".join(lines[number] for number in numbers)) for is_code, numbers in runs]


def _address(href: str) -> str:
    return f"<{href}>" if re.search(r"[\s()]", href) else href
