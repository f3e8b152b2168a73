"""Markdown becomes safe HTML, and blocks that hold every word of it."""

import html
import os
import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.pages.markdown import MOST_CHARACTERS, to_blocks, to_html
from portal.pages.prose import Link, Picture, keep_ids


def plain(blocks: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(block["type"], block["value"]) for block in blocks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title\n\nWords", "<h1>Title</h1>\n<p>Words</p>\n"),
        ("~~gone~~", "<p><s>gone</s></p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[x](javascript&colon;alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[a](/page/ 'T')", '<p><a href="/page/" title="T">a</a></p>\n'),
        ("```py\nx\n```", '<pre><code class="language-py">x\n</code></pre>\n'),
        ('```x"onclick=y\nx\n```', "<pre><code>x\n</code></pre>\n"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n'),
    ],
)
def test_html_is_safe_and_complete(text: str, expected: str) -> None:
    got = to_html(text)

    assert got == expected


def test_html_of_a_very_long_text_is_the_text_itself() -> None:
    got = to_html("<" * (MOST_CHARACTERS + 1))

    assert got == "<pre>" + "&lt;" * (MOST_CHARACTERS + 1) + "</pre>"


def test_html_of_deep_nesting_does_not_fail() -> None:
    got = to_html(">" * 2000 + " deep")

    assert got.count("<blockquote>") == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Some *it* **bold** `co  de`.", [("text", "<p>Some <i>it</i> <b>bold</b> <code>co  de</code>.</p>")]),
        ("one\ntwo  \nthree", [("text", "<p>one two<br/>three</p>")]),
        ("a\n\n## B\n\nc\n\n### D\n\n## E", [
            ("text", "<p>a</p>"), ("text", "<h2>B</h2><p>c</p><h3>D</h3>"), ("text", "<h2>E</h2>"),
        ]),
        ("# A\n\n## B\n\n#### C", [("text", "<h2>A</h2><h3>B</h3><h4>C</h4>")]),
        ("- a\n  1. b\n- c", [("text", "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>")]),
        ("- a\n\n- b", [("text", "<ul><li>a</li><li>b</li></ul>")]),
        ("- a\n\n  b\n\nc", [("markdown", "- a\n\n  b"), ("text", "<p>c</p>")]),
        ("1. a\n\n   ```\n   b\n   ```", [("markdown", "1. a\n\n   ```\n   b\n   ```")]),
        ("3. c\n4. d", [("markdown", "3. c\n4. d")]),
        ("~~old~~ new", [("markdown", "~~old~~ new")]),
        ("a\n\n---\n\nb", [("text", "<p>a</p><hr/><p>b</p>")]),
        ("```py\nif x:\n    y <z>\n```", [("code", {"language": "py", "code": "if x:\n    y <z>"})]),
        ("    a\n\n    b", [("code", {"language": "", "code": "a\n\nb"})]),
        ("> quoted *words*\n> - a", [("inset", {"body": "<p>quoted <i>words</i></p><ul><li>a</li></ul>"})]),
        ("> ## h", [("markdown", "> ## h")]),
        ("Dear <name>,<br>hello <!-- not shown -->", [("text", "<p>Dear &lt;name&gt;,<br/>hello</p>")]),
        ("H<sub>2</sub>O <script>x</script>", [("text", "<p>H<sub>2</sub>O x</p>")]),
        ("<details><summary>More</summary>\n\nHidden\n\n</details>", [("text", "<p>More</p><p>Hidden</p>")]),
        ("<style>\nnever closed", []),
        ("[a](https://x.test/?a=1&b=2)", [("text", '<p><a href="https://x.test/?a=1&amp;b=2">a</a></p>')]),
        ("[a](javascript:x)", [("text", "<p>[a](javascript:x)</p>")]),
        ("![Alt](https://x.test/i.png)", [("text", '<p><a href="https://x.test/i.png">Alt</a></p>')]),
        ("![Alt](i.png)", [("text", "<p>Alt</p>")]),
    ],
)  # fmt: skip
def test_blocks_of_markdown(text: str, expected: list[tuple[str, Any]]) -> None:
    got = plain(to_blocks(text))

    assert got == expected


def test_table_has_columns_of_text_and_of_numbers() -> None:
    got = plain(
        to_blocks(
            "| Role | Fee | Note |\n|---|--:|---|\n| **GP** | £1,250.50 | |\n| Nurse | 80% | see [x](/x/) |"
        )
    )

    assert got == [
        (
            "table",
            {
                "columns": [
                    {"type": "text", "heading": "Role"},
                    {"type": "number", "heading": "Fee"},
                    {"type": "text", "heading": "Note"},
                ],
                "rows": [
                    {"values": ["<p><b>GP</b></p>", "£1,250.50", ""]},
                    {"values": ["<p>Nurse</p>", "80%", '<p>see <a href="/x/">x</a></p>']},
                ],
                "caption": "",
            },
        )
    ]


def test_html_table_inside_markdown_is_a_table() -> None:
    got = plain(to_blocks("<table><tr><td>a</td><td colspan=2>b</td></tr><tr><td>1</td></tr></table>"))

    assert got == [
        (
            "table",
            {
                "columns": [{"type": kind, "heading": ""} for kind in ("text", "text", "text")],
                "rows": [{"values": ["<p>a</p>", "<p>b</p>", ""]}, {"values": ["<p>1</p>", "", ""]}],
                "caption": "",
            },
        )
    ]


def resolve(href: str) -> Link | None:
    return {"page.md": Link("/h/page/", page=7), "page.md#part": Link("/h/page/#part")}.get(href)


def picture(src: str, alt: str) -> Picture | None:
    return Picture(3, lambda: "/media/i.png") if src == "i.png" else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](page.md)", [("text", '<p><a linktype="page" id="7">a</a></p>')]),
        ("[a *b*](page.md#part)", [("text", '<p><a href="/h/page/#part">a <i>b</i></a></p>')]),
        ("see [a](gone.md) now", [("text", "<p>see a now</p>")]),
        ("![Alt](i.png)", [("image", {"image": 3, "alt_text": "Alt", "caption": ""})]),
        ("before ![Alt](i.png) after", [
            ("text", "<p>before  after</p>"), ("image", {"image": 3, "alt_text": "Alt", "caption": ""}),
        ]),
        ("[![Alt](i.png)](page.md)", [
            ("text", '<p><a linktype="page" id="7">Alt</a></p>'),
            ("image", {"image": 3, "alt_text": "Alt", "caption": ""}),
        ]),
        ("- a [b](page.md) [c](gone.md)\n\n  ![Alt](i.png)\n\n  `[d](page.md)` [e][] [f]\n\n[e]: page.md\n[f]: gone.md", [
            ("markdown", "- a [b](/h/page/) c\n\n  ![Alt](/media/i.png)\n\n  `[d](page.md)` [e][] [f]\n\n[E]: </h/page/>"),
        ]),
        ("- a\n\n  ```\n  [b](page.md)\n  ```\n\n  [b](page.md)", [
            ("markdown", "- a\n\n  ```\n  [b](page.md)\n  ```\n\n  [b](/h/page/)"),
        ]),
    ],
)  # fmt: skip
def test_links_and_images_are_resolved(text: str, expected: list[tuple[str, Any]]) -> None:
    got = plain(to_blocks(text, link=resolve, image=picture))

    assert got == expected


def test_equal_and_edited_blocks_keep_their_ids() -> None:
    old = [{"type": kind, "value": value, "id": name} for kind, value, name in [
        ("text", "a", "1"), ("text", "b", "2"), ("code", "c", "3"), ("text", "d", "4"),
    ]]  # fmt: skip
    new = [{"type": kind, "value": value, "id": name} for kind, value, name in [
        ("text", "a", "5"), ("text", "b2", "6"), ("text", "c", "7"), ("text", "new", "8"), ("text", "d", "9"),
    ]]  # fmt: skip

    assert [block["id"] for block in keep_ids(old, new)] == ["1", "2", "7", "8", "4"]
    assert keep_ids(old, old) == old


def test_ids_of_an_unchanged_text_are_those_of_before() -> None:
    text = "a\n\n## B\n\nc\n\n| x |\n|---|\n| 1 |\n\n- a\n\n  b"
    first = to_blocks(text)

    assert keep_ids(first, to_blocks(text)) == first


WORD = st.from_regex(r"[a-zA-Z0-9é]{1,8}", fullmatch=True)
LINE = st.lists(
    st.one_of(WORD, WORD.map("*{}*".format), WORD.map("**{}**".format), WORD.map("`{}`".format), WORD.map("[{}](/x/)".format),
              st.from_regex(r"your-[a-z]{1,5}", fullmatch=True).map("<{}>".format), WORD.map("~~{}~~".format), WORD.map("![{}](p.png)".format), st.just("<br>"),
              st.text("[]()<>!*_`#|&\\", max_size=3)),
    min_size=1, max_size=6,
).map(" ".join)  # fmt: skip


def prefixed(prefixes: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(st.sampled_from(prefixes), LINE).map("".join), min_size=1, max_size=4).map(
        "\n".join
    )


TABLE = st.lists(st.tuples(WORD, WORD), min_size=1, max_size=3).map(
    lambda rows: "| a | b |\n|---|---|\n" + "\n".join(f"| {one} | {two} |" for one, two in rows)
)
TEXT = st.lists(
    st.one_of(
        LINE, TABLE, prefixed(["# ", "## ", "#### "]), prefixed(["- ", "  - ", "    ", "1. ", "   3. "]), prefixed(["> ", "> - "]),
        LINE.map("```py\n{}\n```".format), LINE.map("    {}".format), LINE.map("- x\n\n      {}".format),
    ),
    max_size=6,
).map("\n\n".join)  # fmt: skip


def words_of(html_text: str) -> list[str]:
    return re.findall(r"[a-zA-Z0-9é]+", html.unescape(re.sub(r"<[^>]*>", " ", html_text)))


def shown(block: dict[str, Any]) -> str:
    value = block["value"]
    match block["type"]:
        case "text":
            return value
        case "markdown":
            return re.sub(r'<img src="[^"]*" alt="([^"]*)"[^>]*>', r"\1", to_html(value))
        case "code":
            return html.escape(value["code"])
        case "inset":
            return value["body"]
        case "table":
            cells = [column["heading"] for column in value["columns"]] + [
                cell for row in value["rows"] for cell in row["values"]
            ]
            return " ".join(cells)
    raise AssertionError(block)


@settings(max_examples=1000 if os.environ.get("SOAK") else 80, deadline=None)
@given(TEXT)
@example("- <br>\n  - <your-a>")
def test_every_word_is_kept(text: str) -> None:
    as_page = re.sub(r'<img src="[^"]*" alt="([^"]*)"[^>]*>', r"\1", to_html(text))
    wanted = sorted(set(words_of(as_page)))

    found = {word for block in to_blocks(text) for word in words_of(shown(block))}

    assert [word for word in wanted if word not in found | {"br"}] == []
