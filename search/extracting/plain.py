"""The text of files that are text as they stand: plain, Markdown, CSV, and HTML without its tags."""

import re
from typing import BinaryIO

from lxml import etree

from forum.incoming.charsets import text_of as decoded
from search.extracting.markup import HTML, Collector, Enough
from search.extracting.results import MOST_BYTES_OF_TEXT, MOST_CHARACTERS, Problem, Text, UnreadableError

LOST = "\ufffd\u2400"  # what stands for bytes that are no character, and for NUL
MOST_LOST = 1 / 100  # of a text's characters: of bytes that are no text, more are none
LABEL = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
PAGE = re.compile(
    r"\s*(<\?xml[^>]{0,200}\?>\s*)?(<!--((?!-->).)*-->\s*)*<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
OTHER_MARKUP = re.compile(r"\s*<(\?xml|!doctype|svg)\b", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][a-z0-9]*[\s/>]", re.IGNORECASE)
LOOKED_AT = 4096
PAGE_ENDINGS = {"htm", "html", "xhtml"}
PIECE = 64 * 1024


def text_of_plain(file: BinaryIO, ending: str) -> Text:
    """The text of a file, in whichever character set it is."""
    content = file.read(MOST_BYTES_OF_TEXT)
    is_cut = bool(file.read(1))
    label = LABEL.search(content[:LOOKED_AT])
    head = decoded(content[:LOOKED_AT])
    if PAGE.match(head) or (ending in PAGE_ENDINGS and TAG.search(head)):
        return _text_of_page(decoded(content, label.group(1).decode("ascii") if label else ""), is_cut=is_cut)
    text = decoded(content)
    if OTHER_MARKUP.match(head) or sum(map(text.count, LOST)) > len(text) * MOST_LOST:
        raise UnreadableError(Problem.NO_TEXT)
    return Text(text, None, is_cut=is_cut)


def _text_of_page(page: str, *, is_cut: bool) -> Text:
    collector = Collector(HTML, MOST_CHARACTERS)
    parser = etree.HTMLParser(target=_Told(collector), encoding="utf-8", no_network=True, huge_tree=False)
    content = page.encode("utf-8", "replace")
    try:
        for start in range(0, len(content), PIECE):
            parser.feed(content[start : start + PIECE])
        parser.close()
    except Enough:
        is_cut = True
    except etree.LxmlError as error:
        raise UnreadableError(Problem.DAMAGED) from error
    return Text(collector.text(), None, is_cut=is_cut)


class _Told:
    """Hands on what the parser of HTML tells; comments it does not."""

    def __init__(self, collector: Collector) -> None:
        self.start, self.end, self.data = collector.start, collector.end, collector.data

    def close(self) -> None:
        """Parsers ask for it."""
