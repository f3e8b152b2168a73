"""What readers may stumble over in a text: long sentences, abbreviations that nobody explains, links that say nothing. Pure."""

import re
from collections.abc import Iterable, Mapping

from lxml import html as lxml_html

MOST_WORDS = 25  # in a sentence, as the NHS content style has it
ENDS = re.compile(r"(?<=[.!?…])[”’\"')\]]*\s+(?=[“‘\"'(\[]*[A-Z0-9])")
# A full stop behind one of these ends no sentence.
NO_END = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|e\.g|i\.e|etc|approx)\.$", re.IGNORECASE)
# What holds a passage of its own: words on either side of its edge belong to no common sentence.
PASSAGES = (
    "address", "blockquote", "br", "caption", "dd", "div", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol",
    "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul",
)  # fmt: skip
EDGE = "\u2029"  # between passages
# The words of links that do not say where they lead; read out by themselves, as screen readers do, they are all the same.
VAGUE = frozenset(
    {
        "click", "click here", "click this link", "find out more", "follow this link", "here", "learn more", "link", "more",
        "more information", "read more", "see here", "see more", "this", "this link", "this page",
    }
)  # fmt: skip
SHOWN = 80  # characters of a sentence that is named


def passages_of(html: str) -> list[str]:
    """The words of HTML, a string for each paragraph, item of a list, cell and the like. Code is none."""
    root = lxml_html.fragment_fromstring(html, create_parent=True)
    for tag in root.xpath(".//pre | .//code | .//script | .//style"):
        tag.drop_tree()
    for tag in root.iter(*PASSAGES):
        tag.text = f"{EDGE}{tag.text or ''}"
        tag.tail = f"{EDGE}{tag.tail or ''}"
    found = (" ".join(part.split()) for part in root.text_content().split(EDGE))
    return [part for part in found if part]


def long_sentences(passages: Iterable[str]) -> list[str]:
    """The sentences of more than 25 words, in their order."""
    return [
        sentence
        for passage in passages
        for sentence in _sentences(passage)
        if len(sentence.split()) > MOST_WORDS
    ]


def _sentences(passage: str) -> list[str]:
    found: list[str] = []
    for part in ENDS.split(passage):
        if found and NO_END.search(found[-1]):
            found[-1] = f"{found[-1]} {part}"
        else:
            found.append(part)
    return found


def unexplained(passages: Iterable[str], terms: Mapping[str, str]) -> list[str]:
    """Those of the `terms` that are used and nowhere explained, in the order of their first use.

    `terms` are abbreviations with their plain words. One is explained if the plain words stand anywhere in the text.
    """
    text = "\n".join(passages)
    plain = text.casefold()
    used = {
        term: match.start()
        for term, words in terms.items()
        if words.casefold() not in plain and (match := re.search(rf"(?<!\w){re.escape(term)}s?(?!\w)", text))
    }
    return sorted(used, key=lambda term: (used[term], term))


def vague_links(html: str) -> list[str]:
    """The words of the links in HTML that do not say where they lead, in their order."""
    links = lxml_html.fragment_fromstring(html, create_parent=True).iter("a")
    words = (" ".join(link.text_content().split()) for link in links if link.get("href"))
    return [said for said in words if said.strip(" .…:>→»").casefold() in VAGUE]


def in_short(sentence: str) -> str:
    """The beginning of a sentence, to find it by."""
    return sentence if len(sentence) <= SHOWN else f"{sentence[:SHOWN].rsplit(' ', 1)[0]} …"


def advice_on(passages: list[str], terms: Mapping[str, str], vague: Iterable[str] = ()) -> list[str]:
    """What an editor should look at again, a sentence for each; empty if there is nothing. `vague`: the words of such links."""
    advice = [
        f"A sentence has {len(sentence.split())} words. Can it be two? “{in_short(sentence)}”"
        for sentence in long_sentences(passages)
    ]
    advice += [f"A link says only “{said}”. Say where it leads." for said in vague]
    return advice + [
        f"“{term}” is not explained on this page. Write “{terms[term]} ({term})” where it first stands."
        for term in unexplained(passages, terms)
    ]
