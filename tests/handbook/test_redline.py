"""Two versions of a section in one text: what a reader sees of each kind of change, and that both can be had back exactly."""

import os
import re
from collections import Counter
from html import escape
from html.parser import HTMLParser
from itertools import combinations, count
from pathlib import Path
from random import Random
from typing import Any
from xml.etree.ElementTree import Element

import lxml.html
import pytest
import tinyhtml5
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from handbook.blocks import SectionBlock
from handbook.body import render
from handbook.models import Edition
from handbook.redline import Redline, accept, redline, reject
from portal.demo.load_handbook import load_handbook
from tests import factories
from tests.effort import effort

DEMO = Path(__file__).parents[2] / "portal/demo/handbook"
EXAMPLES = settings(max_examples=5000 if os.environ.get("SOAK") else 150, derandomize=True, deadline=None)


def short(html: str) -> str:
    """A redline written briefly: (-1 …-) was deleted and (+2 …+) inserted as changes 1 and 2, (3 …) is a note in words."""
    html = re.sub(
        r'<(ins|del) class="(?:new|gone)"(?: id="change-(\d+)")? data-change="(?:inserted|deleted)">'
        r'(?:<span class="redline-note nhsuk-u-visually-hidden">(?:inserted|deleted): </span>)?',
        lambda tag: f"({'+' if tag[1] == 'ins' else '-'}{tag[2] or ''} ",
        html,
    )
    html = re.sub(r'<span class="redline-note" id="change-(\d+)">\s*(.*?)</span>', r"(\1 \2)", html)
    return html.replace("</ins>", "+)").replace("</del>", "-)")


# --- What a reader sees ---------------------------------------------------------------------------------------------------

CASES = {
    "word": (
        "<p>At least half must attend.</p>",
        "<p>At least two-thirds must attend.</p>",
        "<p>At least (-1 half-)(+2 two-thirds+) must attend.</p>",
        (1, 1, 0, 0, 2),
    ),
    "number is one word": (
        "<p>Pay £1,500 a year.</p>",
        "<p>Pay £1,700 a year.</p>",
        "<p>Pay £(-1 1,500-)(+2 1,700+) a year.</p>",
        (1, 1, 0, 0, 2),
    ),
    "address of a link": (
        '<p>See <a href="/a/">the rule</a>.</p>',
        '<p>See <a href="/b/">the rule</a>.</p>',
        '<p>See <a href="/b/" data-change="changed" data-was="&lt;a href=&quot;/a/&quot;&gt;">the rule</a>(1 (link changed)).</p>',
        (0, 0, 0, 1, 1),
    ),
    "link added": (
        "<p>See the rule.</p>",
        '<p>See the <a href="/b/">rule</a>.</p>',
        '<p>See the <span data-change="changed" data-old="rule"><a href="/b/">rule</a></span>(1 (link added)).</p>',
        (0, 0, 0, 1, 1),
    ),
    "words of a link": (
        '<p>See <a href="/a/">the rule</a>.</p>',
        '<p>See <a href="/a/">the new rule</a>.</p>',
        '<p>See <a href="/a/">the (+1 new +)rule</a>.</p>',
        (1, 0, 0, 0, 1),
    ),
    "words made bold": (
        "<p>Do not vote.</p>",
        "<p>Do <strong>not</strong> vote.</p>",
        '<p>Do <span data-change="changed" data-old="not"><strong>not</strong></span>(1 (formatting changed)) vote.</p>',
        (0, 0, 0, 1, 1),
    ),
    "tag that looks the same": (
        "<p>Do <b>not</b> vote.</p>",
        "<p>Do <strong>not</strong> vote.</p>",
        '<p>Do <strong data-was="&lt;b&gt;">not</strong> vote.</p>',
        (0, 0, 0, 0, 0),
    ),
    "bold with a word more": (
        "<p>Do not vote twice.</p>",
        "<p>Do <b>not ever</b> vote twice.</p>",
        '<p>Do <span data-change="changed" data-old="not "><b>not (+1 ever+)</b></span>(2 (formatting changed))<span data-old=""> </span>vote twice.</p>',
        (1, 0, 0, 1, 2),
    ),
    "sentence more at the end": (
        "<p>Vote at once.</p>",
        "<p>Vote at once. Then tell all.</p>",
        "<p>Vote at once.(+1  Then tell all.+)</p>",
        (3, 0, 0, 0, 1),
    ),
    "paragraph moved past an edited one": (
        "<p>Votes by letter count.</p><p>Send papers to all of the practices.</p>",
        "<p>Send papers to all of the members.</p><p>Votes by letter count.</p>",
        '<div class="redline-moved" data-change="moved-away">(1 Moved from here: )<p>Votes by letter count.</p></div><p>Send papers to all of the (-2 practices-)(+3 members+).</p><div class="redline-moved" data-change="moved-here">(4 Moved here: )<p>Votes by letter count.</p></div>',
        (1, 1, 1, 0, 4),
    ),
    "list item inserted": (
        "<ul>\n<li>One</li>\n<li>Two</li>\n</ul>",
        "<ul>\n<li>One</li>\n<li>New</li>\n<li>Two</li>\n</ul>",
        '<ul>\n<li>One</li><li data-change="inserted" data-before="\n">(+1 New+)</li>\n<li>Two</li>\n</ul>',
        (1, 0, 0, 0, 1),
    ),
    "list reordered": (
        "<ol><li>One</li><li>Two</li><li>Three</li></ol>",
        "<ol><li>Three</li><li>One</li><li>Two</li></ol>",
        '<ol><li data-change="moved-here">(1 Moved here: )Three</li><li>One</li><li>Two</li><li data-change="moved-away">(2 Moved from here: )Three</li></ol>',
        (0, 0, 1, 0, 2),
    ),
    "cell changed": (
        '<div class="table"><table><thead><tr><th scope="col">Role</th><th scope="col">Posts</th></tr></thead><tbody><tr><td>Nurse</td><td class="number">4</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th><th scope="col">Posts</th></tr></thead><tbody><tr><td>Nurse</td><td class="number">5</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th><th scope="col">Posts</th></tr></thead><tbody><tr><td>Nurse</td><td class="number">(-1 4-)(+2 5+)</td></tr></tbody></table></div>',
        (1, 1, 0, 0, 2),
    ),
    "row added": (
        '<div class="table"><table><thead><tr><th scope="col">Role</th></tr></thead><tbody><tr><td>Nurse</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th></tr></thead><tbody><tr><td>Nurse</td></tr><tr><td>Pharmacist</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th></tr></thead><tbody><tr><td>Nurse</td></tr><tr data-change="inserted"><td>(+1 Pharmacist+)</td></tr></tbody></table></div>',
        (1, 0, 0, 0, 1),
    ),
    "column added": (
        '<div class="table"><table><thead><tr><th scope="col">Role</th></tr></thead><tbody><tr><td>Nurse</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th><th scope="col">Posts</th></tr></thead><tbody><tr><td>Nurse</td><td>4</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th><th scope="col" data-change="inserted">(+1 Posts+)</th></tr></thead><tbody><tr><td>Nurse</td><td data-change="inserted">(+ 4+)</td></tr></tbody></table></div>',
        (2, 0, 0, 0, 1),
    ),
    "column added and row deleted": (
        '<div class="table"><table><thead><tr><th scope="col">Role</th></tr></thead><tbody><tr><td>Nurse</td></tr><tr><td>Pharmacist</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th><th scope="col">Posts</th></tr></thead><tbody><tr><td>Nurse</td><td>4</td></tr></tbody></table></div>',
        '<div class="table"><table><thead><tr><th scope="col">Role</th><th scope="col" data-change="inserted">(+1 Posts+)</th></tr></thead><tbody><tr><td>Nurse</td><td data-change="inserted">(+ 4+)</td></tr><tr data-change="deleted"><td>(-2 Pharmacist-)</td><td data-change="padding"></td></tr></tbody></table></div>',
        (2, 1, 0, 0, 2),
    ),
    "heading renamed": (
        '<h2 id="old-rule">Old rule</h2>',
        '<h2 id="new-rule">New rule</h2>',
        '<h2 id="new-rule" data-was="&lt;h2 id=&quot;old-rule&quot;&gt;">(-1 Old-)(+2 New+) rule</h2>',
        (1, 1, 0, 0, 2),
    ),
    "level of a heading": (
        '<h2 id="rule">Rule</h2>',
        '<h3 id="rule">Rule</h3>',
        '<h3 id="rule" data-change="changed" data-was="&lt;h2 id=&quot;rule&quot;&gt;">Rule(1 (level of heading changed))</h3>',
        (0, 0, 0, 1, 1),
    ),
    "paragraph moved": (
        "<p>One is first of all.</p><p>Two.</p><p>Three.</p>",
        "<p>Two.</p><p>Three.</p><p>One is first of all.</p>",
        '<div class="redline-moved" data-change="moved-away">(1 Moved from here: )<p>One is first of all.</p></div><p>Two.</p><p>Three.</p><div class="redline-moved" data-change="moved-here">(2 Moved here: )<p>One is first of all.</p></div>',
        (0, 0, 1, 0, 2),
    ),
    "paragraph moved into a box": (
        "<p>One is first of all.</p><p>Two.</p>",
        '<p>Two.</p><div class="inset"><p>One is first of all.</p><p>And more of this.</p></div>',
        '<div class="redline-moved" data-change="moved-away">(1 Moved from here: )<p>One is first of all.</p></div><p>Two.</p>(+2 <div class="inset"><div class="redline-moved" data-change="moved-here">(3 Moved here: )<p>One is first of all.</p></div><p>And more of this.</p></div>+)',
        (4, 0, 1, 0, 3),
    ),
    "paragraph split": (
        "<p>Agree the date with all. Then send the papers to everyone.</p>",
        "<p>Agree the date with all.</p><p>Then send the papers to everyone.</p>",
        '<div data-change="changed" data-old="&lt;p&gt;Agree the date with all. Then send the papers to everyone.&lt;/p&gt;">(1 Paragraph split: )<p>Agree the date with all.</p><p>Then send the papers to everyone.</p></div>',
        (0, 0, 0, 1, 1),
    ),
    "paragraphs joined": (
        "<p>Agree the date with all.</p><p>Then send the papers to everyone.</p>",
        "<p>Agree the date with all. Then send papers to everyone.</p>",
        '<div data-change="changed" data-old="&lt;p&gt;Agree the date with all.&lt;/p&gt;&lt;p&gt;Then send the papers to everyone.&lt;/p&gt;">(1 Paragraphs joined: )<p>Agree the date with all. Then send (-2 the -)papers to everyone.</p></div>',
        (0, 1, 0, 1, 2),
    ),
    "picture replaced": (
        '<figure><img src="asset:a" alt="A map"><figcaption>The map</figcaption></figure>',
        '<figure><img src="asset:b" alt="A map"><figcaption>The map</figcaption></figure>',
        '<figure>(-1 <img src="asset:a" alt="A map">-)(+2 <img src="asset:b" alt="A map">+)<figcaption>The map</figcaption></figure>',
        (0, 0, 0, 0, 2),
    ),
    "nested list": (
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
        "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul>",
        '<ul><li>a<ul><li>b</li><li data-change="inserted">(+1 c+)</li></ul></li></ul>',
        (1, 0, 0, 0, 1),
    ),
    "summary of details": (
        "<details><summary>If you differ</summary><div><p>Talk.</p></div></details>",
        "<details><summary>If you disagree</summary><div><p>Talk.</p></div></details>",
        '<details data-opened="" open><summary>If you (-1 differ-)(+2 disagree+)</summary><div><p>Talk.</p></div></details>',
        (1, 1, 0, 0, 2),
    ),
    "paragraph rewritten": (
        '<p id="x">One.</p>',
        "<p>Quite another thing.</p>",
        '(-1 <p data-id="x">One.</p>-)(+2 <p>Quite another thing.</p>+)',
        (3, 1, 0, 0, 2),
    ),
    "kind of list": (
        "<ul><li>a</li></ul>",
        "<ol><li>a</li></ol>",
        '(1 (kind of list changed))<ol data-change="changed" data-was="&lt;ul&gt;"><li>a</li></ol>',
        (0, 0, 0, 1, 1),
    ),
    "kind of box": (
        '<div class="inset"><p>a b c</p></div>',
        '<div class="warning"><p>a b c</p></div>',
        '(1 (formatting changed))<div class="warning" data-change="changed" data-was="&lt;div class=&quot;inset&quot;&gt;"><p>a b c</p></div>',
        (0, 0, 0, 1, 1),
    ),
    "code": (
        "<pre><code>a\n  b</code></pre>",
        "<pre><code>a\n    b\nc</code></pre>",
        "<pre><code>a\n(-1   -)(+2     +)b(+3 \nc+)</code></pre>",
        (1, 0, 0, 0, 3),
    ),
    "blanks alone": (
        "<p>a b</p><p>c</p>",
        "<p>a\nb</p>\n<p>c</p>",
        '<p>a<span data-old=" ">\n</span>b</p><template data-old="" data-new="\n"></template><p>c</p>',
        (0, 0, 0, 0, 0),
    ),
    "word with a tag in it": (
        "<p>H2O is wet.</p>",
        "<p>H<sub>2</sub>O is wet.</p>",
        '<p><span data-change="changed" data-old="H2O">H<sub>2</sub>O</span>(1 (formatting changed)) is wet.</p>',
        (0, 0, 0, 1, 1),
    ),
    "list of terms": (
        "<dl><dt>a</dt><dd>b</dd></dl>",
        "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>",
        '<dl><dt>a</dt><dd>b</dd><dt data-change="inserted">(+1 c+)</dt><dd data-change="inserted">(+2 d+)</dd></dl>',
        (2, 0, 0, 0, 2),
    ),
}  # old, new, redline, (inserted, deleted, moved, reformatted, changes)


@pytest.mark.parametrize(("old", "new", "expected", "counts"), CASES.values(), ids=CASES)
def test_a_reader_sees_each_kind_of_change(
    old: str, new: str, expected: str, counts: tuple[int, int, int, int, int]
) -> None:
    found = redline(old, new)

    assert short(found.html) == expected
    assert (found.inserted, found.deleted, found.moved, found.reformatted, found.changes) == counts
    assert (accept(found.html), reject(found.html)) == (new, old)
    assert faults(found.html) == []


def test_a_mark_says_in_words_what_its_colour_says() -> None:
    assert redline("<p>Half of you.</p>", "<p>All of you.</p>") == Redline(
        '<p><del class="gone" id="change-1" data-change="deleted">'
        '<span class="redline-note nhsuk-u-visually-hidden">deleted: </span>Half</del>'
        '<ins class="new" id="change-2" data-change="inserted">'
        '<span class="redline-note nhsuk-u-visually-hidden">inserted: </span>All</ins> of you.</p>',
        inserted=1,
        deleted=1,
        changes=2,
    )


def test_a_note_that_replaces_a_mark_is_visible() -> None:
    assert redline('<p><a href="/a/">x</a></p>', '<p><a href="/b/">x</a></p>').html == (
        '<p><a href="/b/" data-change="changed" data-was="&lt;a href=&quot;/a/&quot;&gt;">x</a>'
        '<span class="redline-note" id="change-1"> (link changed)</span></p>'
    )


def test_words_that_the_text_itself_strikes_out_are_not_taken_for_marks() -> None:
    found = redline("<p>a <del>b</del> c</p>", "<p>a <del>d</del> c</p>")

    assert found.html == (
        '<p>a <del class="gone" id="change-1" data-change="deleted">'
        '<span class="redline-note nhsuk-u-visually-hidden">deleted: </span><del>b</del></del>'
        '<ins class="new" id="change-2" data-change="inserted">'
        '<span class="redline-note nhsuk-u-visually-hidden">inserted: </span><del>d</del></ins> c</p>'
    )
    assert (accept(found.html), reject(found.html)) == ("<p>a <del>d</del> c</p>", "<p>a <del>b</del> c</p>")


def test_an_unchanged_section_has_no_marks() -> None:
    html = '<h2 id="a">A</h2><p>b</p>'

    assert redline(html, html) == Redline(html)
    assert (redline(html, html).is_empty, redline(html, html + "<p>c</p>").is_empty) == (True, False)
    assert (accept(html), reject(html)) == (html, html)


def test_changes_of_several_sections_are_told_apart_by_their_prefix() -> None:
    html = redline("<p>a b c</p>", "<p>a x b c y</p>", prefix="quorum").html

    assert re.findall(r' id="(.*?)"', html) == ["quorum-1", "quorum-2"]


def test_the_number_of_a_change_is_not_that_of_a_heading() -> None:
    html = redline(
        '<h2 id="change-1">Change 1</h2><p>a b</p>', '<h2 id="change-1">Change 1</h2><p>a c</p>'
    ).html

    assert re.findall(r' id="(.*?)"', html) == ["change-1", "change-2", "change-3"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Ask two of the three now.", "Ask half of the practices now.", "Ask (-1 two of the three-)(+2 half of the practices+) now."),
        ("Ask two member three now.", "Ask half member practices now.", "Ask (-1 two-)(+2 half+) member (-3 three-)(+4 practices+) now."),
        ("Ask two of the three now.", "Ask half of the now.", "Ask (-1 two-)(+2 half+) of the (-3 three -)now."),
        ("Ask two of the in three now.", "Ask half of the in practices now.", "Ask (-1 two-)(+2 half+) of the in (-3 three-)(+4 practices+) now."),
    ],
)  # fmt: skip
def test_two_little_words_at_most_are_marked_with_the_changes_around_them(
    old: str, new: str, expected: str
) -> None:
    assert short(redline(f"<p>{old}</p>", f"<p>{new}</p>").html) == f"<p>{expected}</p>"


@pytest.mark.parametrize("html", ["<p>a", "a</p>", "<p>a</div>"])
def test_tags_that_are_not_balanced_are_refused(html: str) -> None:
    with pytest.raises(ValueError, match="clos"):
        redline(html, "<p>b</p>")


# --- Any two sections -----------------------------------------------------------------------------------------------------

VOID = {"br", "hr", "img"}
INSIDE = {
    "ol": {"li"},
    "ul": {"li"},
    "dl": {"dd", "dt"},
    "table": {"caption", "thead", "tbody"},
    "tbody": {"tr"},
    "thead": {"tr"},
    "tr": {"td", "th"},
}


class Nesting(HTMLParser):
    """Which tag stands in which, as written: nothing is mended."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.open: list[tuple[str, list[Any]]] = [("", self.found)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside: list[Any] = []
        self.open[-1][1].append((tag, inside))
        if tag not in VOID:
            self.open.append((tag, inside))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag


def nesting(html: str) -> list[Any]:
    parser = Nesting()
    parser.feed(html)
    parser.close()
    assert len(parser.open) == 1
    return parser.found


def as_a_browser_reads(html: str) -> list[Any]:
    def below(element: Element) -> list[Any]:
        return [(child.tag, below(child)) for child in element]

    document = tinyhtml5.parse(f"<!doctype html><body>{html}</body>", namespace_html_elements=False)
    return below(document.find("body"))


def faults(html: str) -> list[str]:
    """What is not valid. Templates may stand in lists and tables too, but this parser is older than they are."""
    html = re.sub(r"<template[^>]*></template>", "", html)
    found = [] if as_a_browser_reads(html) == nesting(html) else ["A browser mends the nesting."]
    ids = re.findall(r'(?<=\s)id="([^"]*)"', html)
    found += [f"{name} is twice." for name, count in Counter(ids).items() if count > 1]
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in root.iter():
        children = [child.tag for child in element]
        if not set(children) <= INSIDE.get(element.tag, set(children)):
            found.append(f"{element.tag} holds {children}.")
        if element.tag == "a" and element.find(".//a") is not None:
            found.append("A link is in a link.")
        if element.tag == "details" and children[:1] != ["summary"]:
            found.append("The summary is not first.")
    return found


def visible(html: str, *, without: str) -> str:
    """The text of a redline less notes and the marks `without`, blanks aside, read by another parser."""
    change = {"new": ("inserted", "moved-here"), "gone": ("deleted", "moved-away")}[without]
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for element in list(
        root.iter("span", "ins", "del", "li", "dt", "dd", "tr", "td", "th", "div", "tbody", "thead")
    ):
        if element.get("class", "").startswith("redline-note") or element.get("data-change") in change:
            element.drop_tree() if element.getparent() is not None else None
    return "".join(root.text_content().split())


def text(html: str) -> str:
    return "".join(lxml.html.fragment_fromstring(html, create_parent="div").text_content().split())


def counted(html: str, kind: str, moved: str) -> int:
    """The words in the marks of one kind, less notes and blocks that moved."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    words = 0
    for part in root.xpath(
        f"//{kind}[@data-change]//text()[not(ancestor::span[starts-with(@class, 'redline-note')])"
        f" and not(ancestor::*[@data-change='{moved}'])]"
    ):
        words += len(re.findall(r"\d+(?:[.,]\d+)+(?!\w)|\w+(?:['’‑-]\w+)*", part))
    return words


def check(old: str, new: str) -> None:
    """All that must hold for any two sections."""
    found = redline(old, new)

    assert accept(found.html) == new
    assert reject(found.html) == old
    assert visible(found.html, without="gone") == text(new)
    assert visible(found.html, without="new") == text(old)
    assert faults(found.html) == []
    assert counted(found.html, "ins", "moved-here") == found.inserted
    assert counted(found.html, "del", "moved-away") == found.deleted
    assert re.findall(r' id="mark-(\d+)"', redline(old, new, prefix="mark").html) == [
        str(number + 1) for number in range(found.changes)
    ]


WORDS = [
    "the",
    "a",
    "of",
    "network",
    "practice",
    "director",
    "meeting",
    "5",
    "1,000",
    "don't",
    "co-op",
    "votes",
    "may",
    "must",
    "agree",
    "share",
    "data",
]


class Author:
    """Writes sections of the closed vocabulary, and edits them, by chance."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def words(self, most: int) -> str:
        return " ".join(self.chance.choice(WORDS) for _ in range(self.chance.randint(1, most)))

    def line(self, depth: int = 0) -> str:
        choice, parts = self.chance.choice, []
        for _ in range(self.chance.randint(1, 4)):
            kind = self.chance.randint(0, 9) if depth < 3 else 0
            if kind < 5:
                parts.append(self.words(6))
            elif kind == 5:
                tag = choice(["b", "strong", "i", "em", "code", "del", "s", "sub", "sup"])
                parts.append(f"<{tag}>{self.line(depth + 1)}</{tag}>")
            elif kind == 6:
                parts.append(f'<a href="/{choice("xyz")}?a=1&amp;b=2">{self.words(2)}</a>')
            elif kind == 7:
                parts.append(f"""<img src="asset:{choice("ab")}" alt='"a" > b data-x="y"'>""")
            else:
                parts.append(
                    choice(["<br>", "&amp;", "&lt;p&gt;", "&nbsp;", "\xa0", ", ", ".", " \n ", "é’s"])
                )
        return choice(["", " "]).join(parts)

    def block(self, depth: int = 0) -> str:
        choice, line, flow, end = self.chance.choice, self.line, self.flow, self.chance.choice(["", "\n"])
        kind = self.chance.randint(0, 11) if depth < 3 else 0
        if kind < 4:
            return f"<p>{line()}</p>"
        if kind == 4:
            tag = choice(["h2", "h3", "h4"])
            return f'<{tag} id="{choice("abc")}">{line()}</{tag}>'
        if kind < 7:
            tag = choice(["ul", "ol"])
            items = (choice([line(), flow(depth + 1)]) for _ in range(self.chance.randint(0, 4)))
            return f"<{tag}>{end}{end.join(f'<li>{item}</li>' for item in items)}{end}</{tag}>"
        if kind == 7:
            return self.table()
        if kind == 8:
            return f'<div class="{choice(["inset", "warning"])}">{flow(depth + 1)}</div>'
        if kind == 9:
            return f"<details><summary>{line()}</summary><div>{flow(depth + 1)}</div></details>"
        return choice(
            [
                f'<figure><img src="asset:{choice("ab")}" alt=""><figcaption>{line()}</figcaption></figure>',
                f"<dl>{end}<dt>{line()}</dt>{end}<dd>{flow(depth + 1)}</dd></dl>",
                f"<pre><code>{self.words(3)}\n  {self.words(3)}\n</code></pre>",
                f"<blockquote>{end}{flow(depth + 1)}{end}</blockquote>",
                "<hr>",
            ]
        )

    def table(self) -> str:
        columns, choice = self.chance.randint(1, 4), self.chance.choice
        caption = choice(["", f"<caption>{self.words(3)}</caption>"])
        head = "".join(f'<th scope="col">{self.words(1)}</th>' for _ in range(columns))
        rows = "".join(
            "<tr>"
            + "".join(f"<td>{choice([self.words(2), '', self.block(3)])}</td>" for _ in range(columns))
            + "</tr>"
            for _ in range(self.chance.randint(0, 4))
        )
        return f'<div class="table"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'

    def flow(self, depth: int = 0) -> str:
        blocks = [self.block(depth) for _ in range(self.chance.randint(0, 4))]
        if self.chance.random() < 0.2:
            blocks.insert(0, self.line())
        return self.chance.choice(["", "\n"]).join(blocks)

    def edited(self, html: str) -> str:
        for _ in range(self.chance.randint(1, 5)):
            html = self.chance.choice([self.edited_word, self.edited_blocks])(html)
        return html

    def edited_word(self, html: str) -> str:
        places = list(re.finditer(r"(?<![<\w/=\":&'])\b[a-z]+\b(?![^<]*>)(?!;)", html))
        if not places:
            return html
        place, choice = self.chance.choice(places), self.chance.choice
        instead = choice(["", choice(WORDS), f"<strong>{place[0]}</strong>", f"{place[0]} {self.words(3)}"])
        return html[: place.start()] + instead + html[place.end() :]

    def edited_blocks(self, html: str) -> str:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
        parts = [escape(root.text, quote=False)] if root.text else []
        parts += [lxml.html.tostring(part, encoding="unicode") for part in root]
        if not parts:
            return self.block()
        at, to = self.chance.randrange(len(parts)), self.chance.randrange(len(parts) + 1)
        change = self.chance.randint(0, 5)
        if change == 0:
            parts.pop(at)
        elif change == 1:
            parts.insert(to, self.block())
        elif change == 2:
            parts.insert(to, parts[at])
        elif change == 3:
            part = parts.pop(at)
            parts.insert(to, part)
        elif change == 4:
            parts[at] = re.sub(r'href="/.', 'href="/q', parts[at])
        else:
            parts[at] = f'<div class="inset">{parts[at]}<p>{self.words(5)}</p></div>'
        return "".join(parts)


def with_own_ids(html: str) -> str:
    """Every id once, as in any section."""
    numbers = count(1)
    seen: set[str] = set()

    def own(match: re.Match[str]) -> str:
        name = match[1] if match[1] not in seen else f"{match[1]}-{next(numbers)}"
        seen.add(name)
        return f' id="{name}"'

    return re.sub(r' id="([^"]*)"', own, html)


@EXAMPLES
@given(chance=st.randoms(use_true_random=False))
def test_any_two_versions_of_a_section_can_be_had_back(chance: Random) -> None:
    author = Author(chance)
    old = author.flow()
    new = author.edited(old) if chance.random() < 0.7 else author.flow()

    check(with_own_ids(old), with_own_ids(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("", "<p>a</p>"),
        ("<p>a</p>", ""),
        (" ", "\n"),
        ("", " \n "),
        ("<p></p>", "<p> </p>"),
        ('<ul><li><li id="x"><li>a</li>\n<li></ul>', "<ul><li>\n<li>a</li><li>b<ul><li></ul></li></ul>"),
        ("words", "other <b>words</b>"),
        ("<p>1 &lt; 2 &amp; 3&nbsp;&gt;</p>", "<p>1 &lt; 2 &amp;amp; 4\xa0&lt;</p>"),
        ('<p><img src="asset:a" alt="data-was"></p>', """<p><img src="asset:a" alt='" data-was="x" >'></p>"""),
        ('<ul id="x"><li id="y">a</li></ul>', '<ol id="x" start="3"><li id="z">a</li></ol>'),
        ("<table><tbody></tbody></table>", "<table><thead><tr><th>a</th></tr></thead><tbody></tbody></table>"),
        ('<table><tbody><tr><td colspan="2">a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>',
         '<table><tbody><tr><td>a</td><td>x</td></tr><tr><td>b</td></tr></tbody></table>'),
        ("<ul>" + "<li>a<ul>" * 20 + "<li>b</li>" + "</ul></li>" * 20 + "</ul>",
         "<ul>" + "<li>a<ul>" * 20 + "<li>c</li>" + "</ul></li>" * 20 + "</ul>"),
        ("<blockquote>" * 300 + "a" + "</blockquote>" * 300, "<blockquote>" * 300 + "b" + "</blockquote>" * 300),
        ("<p>" + "<b>" * 300 + "a b" + "</b>" * 300 + "</p>", "<p>" + "<b>" * 300 + "a c" + "</b>" * 300 + "</p>"),
    ],
)  # fmt: skip
def test_nothing_odd_is_lost(old: str, new: str) -> None:
    for one, other in ((old, new), (new, old)):
        found = redline(one, other)

        assert (accept(found.html), reject(found.html)) == (other, one)


def states_of_the_demonstration() -> list[dict[str, str]]:
    return [
        {
            str(file.relative_to(state)): file.read_text(encoding="utf-8")
            for file in sorted(state.rglob("*.md"))
        }
        for state in sorted(DEMO.iterdir())
    ]


def test_every_pair_of_texts_of_the_demonstration_can_be_had_back(db: None) -> None:
    def frozen(markdown: str) -> str:
        stream = SectionBlock().to_python([{"type": "markdown", "value": markdown, "id": "1"}])
        return render(stream, sections={}, home="/handbook/").html

    pairs = [
        (frozen(one[path]), frozen(other[path]))
        for one, other in combinations(states_of_the_demonstration(), 2)
        for path in one.keys() & other.keys()
    ]

    assert len(pairs) == 16
    for old, new in pairs:
        check(old, new)
        check(new, old)


@pytest.mark.soak
def test_every_pair_of_editions_of_the_demonstration_can_be_had_back(
    home: Page, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    load_handbook(by=factories.make_staff("Publisher"), now=factories.NOW)
    editions = [
        dict(edition.sections.values_list("key", "body__html"))
        for edition in Edition.objects.order_by("sequence")
    ]

    pairs = [
        (one[key], other[key]) for one, other in combinations(editions, 2) for key in one if key in other
    ]

    assert sum(old != new for old, new in pairs) == 25
    for old, new in pairs:
        check(old or "", new or "")


# --- Effort ---------------------------------------------------------------------------------------------------------------


def written(seed: int, each: str, size: int) -> str:
    chance = Random(seed)  # noqa: S311 - made-up words, no secret
    common = ["the", "of", "a", "to", "and", "in", "is", "for", "must", "may"]
    words = [
        chance.choice(common) if chance.random() < 0.4 else f"w{chance.randrange(2000)}"
        for _ in range(10_000)
    ]
    return "".join(each.format(" ".join(words[at : at + size])) for at in range(0, len(words), size))


@pytest.mark.parametrize(
    ("each", "size"),
    [("<p>{}</p>", 100), ("<p>{}</p>", 10_000), ("<ul><li>{}</li></ul>", 5), ("<p>{}</p>", 1)],
    ids=["paragraphs", "one paragraph", "lists", "words"],
)
def test_ten_thousand_words_written_anew_take_seconds_at_most(each: str, size: int) -> None:
    old, new = written(1, each, size), written(2, each, size)

    found = redline(old, new)

    assert effort(lambda: redline(old, new)) < 10
    assert (accept(found.html), reject(found.html)) == (new, old)
