"""HTML of mails as the Markdown of posts: what a reader sees, and nothing that is fetched from anywhere.

A converter of our own. Of those in libraries, markdownify 1.2 raises RecursionError for elements 2,000 deep, html2text 2025.4 shows signs
that were typed as something else in 33 of 400 random lines, and neither knows Outlook's lists, hidden text or where an older mail begins.
"""

import re
from collections.abc import Mapping
from html import unescape

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from forum.incoming.blocks import Writer, joined
from forum.incoming.charsets import clean
from forum.incoming.marks import MARKS, is_mark
from forum.incoming.plain import plain_to_markdown

MOST_HTML = 1_000_000
MOST_DEPTH = 150
MOST_TAGS = 80_000
# Word writes `<!--[if …]>`, and as `<![if …]>` around text that is meant to be seen.
CONDITIONAL = re.compile(r"<!\[[^>]{0,200}\]>|<\?xml[^>]{0,200}>")
UNSEEN = re.compile(
    r"<(script|style|head|title|noscript|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:]{0,30})[^<>]*?(/?)>")
BREAKS = re.compile(r"</?(?:p|div|br|tr|li|h[1-6]|table|blockquote)\b[^<>]{0,2000}>", re.IGNORECASE)
ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
UNNESTED = {
    "p", "br", "img", "hr", "li", "tr", "td", "th", "meta", "link", "input", "col", "tbody", "thead", "area", "wbr", "option", "dd", "dt",
    "o:p",
}  # fmt: skip
PRIVATE = re.compile(f"[{MARKS}]")


def to_markdown(html: str, pictures: Mapping[str, str] | None = None) -> str:
    """HTML as Markdown. `pictures` has, by content-id, what to write instead of a picture that came with the mail."""
    return "\n".join(line for line in to_lines(html, pictures) if not is_mark(line)).strip("\n")


def to_lines(html: str, pictures: Mapping[str, str] | None = None) -> list[str]:
    """HTML as lines of Markdown, and between them marks where an older mail or a signature begins and ends.

    HTML that is too large or too deep comes out as its words alone.
    """
    html = PRIVATE.sub("\ufffd", clean(html))
    body = CONDITIONAL.sub("", _without_comments(html))
    if len(html) > MOST_HTML or _is_overgrown(body):
        return _words_alone(html)
    root = _parsed(body)
    if root is None:
        return _words_alone(html)
    return joined(Writer(root, pictures or {}).blocks(root))


def _without_comments(html: str) -> str:
    """HTML without comments. One that is never closed would hide all that follows it: it is none."""
    kept: list[str] = []
    end = 0
    while (start := html.find("<!--", end)) >= 0:
        kept.append(html[end:start])
        close = html.find("-->", start + 2)
        if close < 0:
            return "".join([*kept, html[start:].replace("<!--", "&lt;!--")])
        end = close + 3
    return "".join([*kept, html[end:]])


def _parsed(html: str) -> HtmlElement | None:
    try:
        parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        return document_fromstring(html.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None


def _is_overgrown(html: str) -> bool:
    """Whether elements lie too deep within one another, or are too many. Those that close themselves do not count."""
    depth = 0
    for tags, (closing, name, empty) in enumerate(TAG.findall(html)):
        if name.lower() not in UNNESTED and not empty:
            depth = max(depth + (-1 if closing else 1), 0)
        if depth > MOST_DEPTH or tags > MOST_TAGS:
            return True
    return False


def _words_alone(html: str) -> list[str]:
    html = UNSEEN.sub("", CONDITIONAL.sub("", _without_comments(html)))
    words = unescape(ANY_TAG.sub("", BREAKS.sub("\n", html)))
    text = re.sub(r"\n\s*\n+", "\n\n", clean(PRIVATE.sub("\ufffd", words))).strip()
    return plain_to_markdown(text).split("\n")
