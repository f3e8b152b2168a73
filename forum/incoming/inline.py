"""Words of HTML within a line as Markdown: emphasis, links, pictures by their words, and breaks."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from lxml.html import HtmlElement

from forum.incoming import styles
from forum.incoming.escaping import in_line, shown, target, within_link

BREAK = "\n"
EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "strike": "~~", "del": "~~"}
UNSEEN = {
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "head",
    "meta",
    "link",
    "object",
    "embed",
    "svg",
    "select",
    "textarea",
}
BLANKS = re.compile(r"[ \t\r\n\xa0]+")
SCHEMES = ("http://", "https://", "mailto:", "tel:")
ZERO_WIDTH = re.compile("[\u200b\u200c\u2060\u00ad\u034f]")
BOLD = re.compile(r"font-weight:(?:bold|[6-9]00)")


class Inline:
    """Writes what lies within a line."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        self.pictures = pictures
        self.open: list[str] = []  # signs of emphasis around, and "[" within a link

    def words(self, text: str, element: HtmlElement) -> str:
        """Words of an element with their blanks run together, or kept where the style says so."""
        text = ZERO_WIDTH.sub("", text)
        if element.tag == "pre" or (element.get("style") and "white-space:pre" in styles.style_of(element)):
            return BREAK.join(self._escaped(line) for line in text.replace("\r", "").split("\n"))
        return self._escaped(BLANKS.sub(" ", text))

    def of(self, element: HtmlElement) -> str:
        """An element without blocks in it."""
        if element.tag in UNSEEN or styles.is_hidden(element):
            return ""
        if element.tag == "br":
            return BREAK
        if element.tag == "img":
            return self._picture(element)
        if element.tag == "a":
            return self._link(element)
        if element.tag in {"code", "tt", "kbd", "samp"} and not len(element):
            return self._code(element)
        sign = EMPHASIS.get(element.tag, "")
        if element.tag == "span" and element.get("style") and BOLD.search(styles.style_of(element)):
            sign = "**"
        if not sign or sign in self.open:
            return self._within(element)
        self.open.append(sign)
        within = self._within(element)
        self.open.pop()
        return BREAK.join(_emphasised(line, sign) for line in within.split(BREAK))

    def _escaped(self, text: str) -> str:
        return within_link(text) if "[" in self.open else in_line(text)

    def _within(self, element: HtmlElement) -> str:
        pieces = [self.words(element.text, element)] if element.text else []
        for child in element:
            if isinstance(child.tag, str):
                pieces.append(self.of(child))
            if child.tail:
                pieces.append(self.words(child.tail, element))
        return "".join(pieces)

    def _code(self, element: HtmlElement) -> str:
        text = " ".join((element.text or "").split())
        return f"`{text}`" if text and "`" not in text and "[" not in self.open else self._escaped(text)

    def _picture(self, element: HtmlElement) -> str:
        """A picture that came with the mail by what the caller has for it, any other by its words, a counting pixel not at all."""
        source, words = element.get("src") or "", " ".join((element.get("alt") or "").split())
        if source.lower().startswith("cid:"):
            key = unquote(source[4:]).strip("<> ")
            return self.pictures.get(key) or self._escaped(f"[{words or key}]")
        if {element.get("width"), element.get("height")} & {"0", "1"}:
            return ""
        return self._escaped(f"[{words}]") if words else ""

    def _link(self, element: HtmlElement) -> str:
        address = unwrapped((element.get("href") or "").strip())
        if "[" in self.open or not address.lower().startswith(SCHEMES) or len(address) > 2000:
            return self._within(element)
        self.open.append("[")
        within = self._within(element)
        self.open.pop()
        bare = " ".join(shown(within).split())
        if not bare:
            return within
        if bare.rstrip("/") == address.removeprefix("mailto:").rstrip("/") and not re.search(
            r"[\s<>]", address
        ):
            return f"<{address.removeprefix('mailto:')}>"
        lead, trail = within[: len(within) - len(within.lstrip())], within[len(within.rstrip()) :]
        words = " ".join(within.split())
        return f"{lead}[{words}]({target(address)}){trail}"


def unwrapped(address: str) -> str:
    """The address that a mail gateway has wrapped in one of its own. Microsoft's Safe Links names it openly."""
    try:
        parts = urlsplit(address)
        if (parts.hostname or "").endswith(".safelinks.protection.outlook.com"):
            inner = parse_qs(parts.query).get("url", [""])[0]
            return inner if inner.startswith(SCHEMES) else address
    except ValueError:
        return address if "[" not in address else ""
    return address


TOUCHES = re.compile(r"(?:\*{1,2}|~~)*(?:[^\W_]|\[|<)")
CLOSES = re.compile(r"(?:[^\W_]|[)>])(?:\*{1,2}|~~)*$|[.:!?,;](?:\*{1,2}|~~)*$")


def _emphasised(line: str, sign: str) -> str:
    """A line between signs, which must touch words, or it as it is: signs that would be shown help nobody."""
    core = line.strip()
    if not core or not TOUCHES.match(core) or not CLOSES.search(core):
        return line
    lead, trail = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    ends = re.search(r"[.:!?,;)>]+$", core)
    if ends and not trail and ends[0][-1] not in ")>":
        # After punctuation a sign closes only before a blank: the punctuation goes outside.
        core, trail = core[: ends.start()], ends[0]
    return f"{lead}{sign}{core}{sign}{trail}" if core else line
