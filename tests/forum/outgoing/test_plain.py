"""Markdown of posts as text that reads well in a mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.markup import to_html
from forum.outgoing.html import for_mail
from forum.outgoing.plain import to_text
from tests.forum.payloads import HOSTILE, KEY, PAYLOADS

BASE = "https://portal.example/forum/setting-up/posts/1/"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("One\ntwo\n\nthree", "One\ntwo\n\nthree"),
        ("Windows\r\nlines\rand old ones", "Windows\nlines\nand old ones"),
        ("*a* **b** ~~c~~ `d`", "_a_ *b* ~c~ `d`"),
        ("# Title\ntext", "Title\n=====\n\ntext"),
        ("[words](https://example.org/a)", "words <https://example.org/a>"),
        ("[words](/handbook/)", "words <https://portal.example/handbook/>"),
        ("[words](other)", "words <https://portal.example/forum/setting-up/posts/1/other>"),
        ("https://example.org/a and www.example.org", "https://example.org/a and www.example.org"),
        ("<a@example.org>", "a@example.org"),
        ("[@Ada Example](person:12)", "@Ada Example"),
        (f"[file](attachment:{KEY})", f"file <https://portal.example/forum/attachments/{KEY}/file>"),
        (f"![plan](attachment:{KEY})", f"plan <https://portal.example/forum/attachments/{KEY}/file>"),
        ("![x](https://example.org/x.png)", "x <https://example.org/x.png>"),
        ("[x](ftp://a.example/b)", "x"),
        ("[](https://example.org/)", "<https://example.org/>"),
        ("> a\n> b\n>\n> > c", "> a\n> b\n>\n> > c"),
        ("* a\n* b\n  - c", "* a\n* b\n  * c"),
        ("* a\n\n  more\n\n* b", "* a\n\n  more\n\n* b"),
        ("9. a\n1. b", "9. a\n10. b"),
        ("- [ ] a\n-\n- c", "* [ ] a\n*\n* c"),
        ("```\ncode  x\n\n\n-- \n```", "    code  x\n\n\n    --"),
        ("a\n\n---\n\nb", "a\n\n* * *\n\nb"),
        ("|a|long one|\n|-|-|\n|1|2|\n|333||", "a    long one\n---  --------\n1    2\n333"),
        ("|" + "a" * 50 + "|" + "b" * 50 + "|\n|-|-|\n|1|2|", f"{'a' * 50} | {'b' * 50}\n1 | 2"),
        ("a\x1b[31mb\x07", "a[31mb"),
        ("\\*not\\* &amp; <b>", "*not* & <b>"),
    ],
)
def test_a_post_as_text(markdown: str, text: str) -> None:
    assert to_text(markdown, BASE) == text


def test_what_is_shown_as_it_was_typed_is_so_in_a_mail() -> None:
    overgrown = "|" * 300 + "\n" + "|\n" * 300

    assert to_text(overgrown, BASE) == overgrown.strip("\n")


@given(st.text(st.sampled_from("ab *_`~[](){}<>|-#>1.\n\t!:\\&\"'=\x1b\u202e/@")))
def test_no_text_breaks_the_writer_and_nothing_ends_a_post_early(markdown: str) -> None:
    lines = to_text(markdown, BASE).split("\n")

    assert [line for line in lines if line.startswith("-" * 30) or line == "-- "] == []


@pytest.mark.parametrize("text", [*PAYLOADS.values(), *HOSTILE.values()], ids=[*PAYLOADS, *HOSTILE])
def test_nothing_in_the_html_of_a_mail_is_loaded_or_relative(text: str) -> None:
    html = for_mail(to_html(text), BASE)

    assert "<img" not in html
    assert [
        part
        for part in html.split('href="')[1:]
        if not part.startswith(("http://", "https://", "mailto:", "tel:"))
    ] == []


def test_pictures_in_a_mail_are_links_and_lists_within_lists_are_close() -> None:
    picture = f"/forum/attachments/{KEY}/picture"
    html = for_mail(
        to_html(f'![a > "b"](attachment:{KEY})\n\n[![c](attachment:{KEY})](/x)\n\n* d\n  * e'), BASE
    )

    assert (
        f'<a href="https://portal.example{picture}" style="color:#005eb8;overflow-wrap:anywhere">Picture: a &gt; &quot;b&quot;</a>'
        in html
    )
    assert '<a href="https://portal.example/x" style="color:#005eb8;overflow-wrap:anywhere">c</a>' in html
    assert html.count('<ul style="margin:0 0 16px;') == html.count('<ul style="margin:0;') == 1
