"""Markdown of posts becomes HTML in which nothing runs, nothing is loaded from elsewhere, and nothing takes long."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, fragments_fromstring

from forum.markup import MOST_CHARACTERS, attachments_named, people_named, to_html
from forum.rules.posting import refusal_of_text
from tests.effort import effort
from tests.forum.payloads import HOSTILE, KEY, PAYLOADS

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "div",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
}
TAGS |= {"strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {
    "a": {"href", "rel", "title"},
    "div": {"aria-label", "class", "role", "tabindex"},
    "img": {"alt", "src"},
    "ol": {"start"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
OURS = re.compile(r"/forum/attachments/[0-9a-f-]{36}/picture")


def elements(html: str) -> list[HtmlElement]:
    """Every element of a piece of HTML, comments and instructions too."""
    tops = [top for top in fragments_fromstring(html) if not isinstance(top, str)] if html.strip() else []
    return [element for top in tops for element in top.iter()]


def scheme(address: str) -> str | None:
    """The scheme of an address as a browser reads it, without blanks and control characters; `None` if it has none."""
    found = re.match(r"([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", address).lower())
    return found[1] if found else None


def harm(html: str) -> list[str]:
    """Whatever in a piece of HTML is not on the lists above."""
    found = []
    for element in elements(html):
        if element.tag not in TAGS:
            found.append(f"<{element.tag}>")
            continue
        for name, value in element.attrib.items():
            if name not in ATTRIBUTES.get(element.tag, set()):
                found.append(f"{element.tag} {name}={value}")
            elif name == "href" and scheme(value) not in SCHEMES | {None}:
                found.append(f"href={value}")
            elif name == "src" and not OURS.fullmatch(value):
                found.append(f"src={value}")
        if element.tag == "a" and (element.get("rel") != "nofollow noopener" or element.xpath(".//a")):
            found.append("a link without rel, or in a link")
        if element.tag == "div" and dict(element.attrib) != {
            "class": "table", "role": "region", "aria-label": "Table", "tabindex": "0",
        }:  # fmt: skip
            found.append("a division that is not ours")
    return found


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>", "<p onclick=x>a</p>", "<a href='java\tscript:x' rel='nofollow noopener'>a</a>", "<!-- x -->",
        "<img src=/accounts/logout/>", "<div class=x>a</div>", "<a href=/>a</a>", "<p style='color:red'>a</p>", "<svg></svg>",
    ],
)  # fmt: skip
def test_what_is_asked_below_would_see_harm(html: str) -> None:
    assert len(harm(html)) == 1


def test_there_are_enough_payloads() -> None:
    assert len(set(PAYLOADS.values())) >= 60
    assert len(set(HOSTILE.values())) >= 40


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_is_harmless_and_quick(name: str) -> None:
    html = to_html(PAYLOADS[name])

    assert effort(lambda: to_html(PAYLOADS[name])) < 0.5
    assert harm(html) == []
    assert html.encode().decode() == html


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_post_is_harmless_quick_and_small(name: str) -> None:
    text = HOSTILE[name]
    html = to_html(text)

    assert effort(lambda: to_html(text)) < 3
    assert (people_named(text), attachments_named(text)) == (set(), set())
    assert len(html) < 400_000
    assert harm(html) == []


pieces = st.sampled_from(
    [
        *"[]()<>!*_`~|#&;:\"'\\/\n\t =-",
        "javascript", "&colon;", "&#58;", "data:", "![", "](", "http://a.example", "onerror=x", "<img src=x ", "<svg>", "<!--",
        "-->", "\0", "\ud800", "\u202e", "attachment:" + KEY, "person:1", "|-|\n", "    ", "> ", "- ", "1. ", "```", "x",
    ]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(pieces, max_size=30).map("".join) | st.text(alphabet=st.characters(), max_size=60))
def test_any_text_is_harmless(text: str) -> None:
    html = to_html(text)

    assert harm(html) == []
    assert html.encode().decode() == html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("# a\n## b", "<h3>a</h3>\n<h4>b</h4>\n"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"),
        ("[a](/b/)", '<p><a href="/b/" rel="nofollow noopener">a</a></p>\n'),
        ("[a](javascript:b)", "<p>[a](javascript:b)</p>\n"),
        (f"![a](attachment:{KEY})", f'<p><img src="/forum/attachments/{KEY}/picture" alt="a"></p>\n'),
        (f"[a](attachment:{KEY})", f'<p><a href="/forum/attachments/{KEY}/file" rel="nofollow noopener">a</a></p>\n'),
        ("[@a](person:12)", '<p><a href="/forum/people/12/" rel="nofollow noopener">@a</a></p>\n'),
        ("![a](http://b.example/)", '<p><a href="http://b.example/" rel="nofollow noopener">a</a></p>\n'),
        ("[![a](http://b.example/)](/c/)", '<p><a href="/c/" rel="nofollow noopener">a</a></p>\n'),
        ("a\ud800b", "<p>a\ufffdb</p>\n"),
        ("[a]: /b/", ""),
    ],
)  # fmt: skip
def test_ordinary_markdown_and_what_is_made_of_the_rest(text: str, expected: str) -> None:
    assert to_html(text) == expected


def test_a_text_that_is_too_long_or_would_grow_too_much_is_shown_as_it_was_typed() -> None:
    longest = "*" + "a" * (MOST_CHARACTERS - 2) + "*"

    assert to_html(longest).startswith("<p><em>")
    assert to_html(longest + "*") == f"<pre>{longest}*</pre>"
    assert to_html("|" * 10_000 + "\n" + "|\n" * 2) == "<pre>" + "|" * 10_000 + "\n" + "|\n" * 2 + "</pre>"
    assert to_html(HOSTILE["one long definition, used often"]).startswith("<pre>[a]: /uuu")


def test_a_table_of_many_rows_is_a_table() -> None:
    html = to_html("|a|b|c|d|e|\n|-|-|-|-|-|\n" + "|1|2|3|4|5|\n" * 1_500)

    assert (html.count("<tr>"), html.count("<table>"), html.count("</table></div>")) == (1_501, 1, 1)


@pytest.mark.parametrize("character", ["\0", "\ud800", "\udfff"])
def test_a_character_that_cannot_be_kept_is_refused(character: str) -> None:
    assert (
        refusal_of_text(f"a{character}b") == "The post has a character that cannot be kept. Write it again."
    )
    assert refusal_of_text("a😀b") is None
