"""The words that an edition keeps: the closed vocabulary, what is left of hostile text, and where links lead."""

import re
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from handbook.blocks import SectionBlock
from handbook.body import Rendered, render, shown, text_of, without_dead_links
from handbook.freezing import freeze
from tests.handbook.working_copy import add_section, make_handbook

QUORUM = "11111111-2222-4333-8444-555555555555"
VOTES = "66666666-7777-4888-9999-aaaaaaaaaaaa"
SECTIONS = {"/handbook/quorum/": QUORUM, "/handbook/votes/": VOTES}
ASSET = "0123456789abcdef" * 4


def frozen(*blocks: tuple[str, Any]) -> Rendered:
    raw = [{"type": kind, "value": value, "id": f"{at}"} for at, (kind, value) in enumerate(blocks)]
    return render(SectionBlock().to_python(raw), sections=SECTIONS, home="/handbook/")


def frozen_text(html: str) -> Rendered:
    return frozen(("text", html))


# --- What each block becomes ----------------------------------------------------------------------------------------------

POSTS = {
    "columns": [{"type": "text", "heading": "Role"}, {"type": "number", "heading": "Posts"}],
    "rows": [{"values": ["<p>A <b>nurse</b></p>", "5"]}, {"values": ["", "3 & 4"]}],
    "caption": "Posts",
}
MARKDOWN = (
    '1. Agree the **date**\n2. Send\n\n   ```json\n   {"a": 1}\n   ```\n\n> quote\n\n5. five <b>raw</b>'
)


@pytest.mark.parametrize(
    ("kind", "value", "html", "text"),
    [
        (
            "text",
            (
                "<h2>How we <b>decide</b></h2><p>One<br/>two</p><ol><li>x<ul><li>y</li></ul></li></ol><hr/>"
                "<p><code>a &lt; b</code> 2<sup>3</sup> &amp; <i>so</i></p><h3>How we decide</h3>"
            ),
            (
                '<h2 id="how-we-decide">How we <b>decide</b></h2><p>One<br>two</p><ol><li>x<ul><li>y</li></ul></li></ol><hr>'
                "<p><code>a &lt; b</code> 2<sup>3</sup> &amp; <i>so</i></p>"
                '<h3 id="how-we-decide-2">How we decide</h3>'
            ),
            "How we decide One two x y a < b 23 & so How we decide",
        ),
        (
            "table",
            POSTS,
            (
                '<div class="table"><table><caption>Posts</caption><thead><tr>'
                '<th scope="col">Role</th><th scope="col" class="number">Posts</th></tr></thead><tbody><tr>'
                '<td><p>A <b>nurse</b></p></td><td class="number">5</td></tr><tr><td></td><td class="number">3 &amp; 4</td>'
                "</tr></tbody></table></div>"
            ),
            "Posts Role Posts A nurse 5 3 & 4",
        ),
        (
            "inset",
            {"body": "<p>Note this.</p><ul><li>a</li></ul>"},
            '<div class="inset"><p>Note this.</p><ul><li>a</li></ul></div>',
            "Note this. a",
        ),
        (
            "warning",
            {"title": "Important & urgent", "body": "<p>Stop.</p>"},
            '<div class="warning"><h3 id="important-urgent">Important &amp; urgent</h3><p>Stop.</p></div>',
            "Important & urgent Stop.",
        ),
        (
            "details",
            {"title": "If <you> differ", "body": "<p>Talk.</p>"},
            "<details><summary>If &lt;you&gt; differ</summary><div><p>Talk.</p></div></details>",
            "If <you> differ Talk.",
        ),
        (
            "code",
            {"language": "", "code": "select *\n  from <t>\n\n  where a & b"},
            "<pre><code>select *\n  from &lt;t&gt;\n\n  where a &amp; b</code></pre>",
            "select * from <t> where a & b",
        ),
        (
            "code",
            {"language": "SQL Server", "code": "x"},
            '<pre><code class="language-sql-server">x</code></pre>',
            "x",
        ),
        (
            "markdown",
            MARKDOWN,
            (
                "<ol>\n<li>\n<p>Agree the <strong>date</strong></p>\n</li>\n<li>\n<p>Send</p>\n"
                '<pre><code class="language-json">{"a": 1}\n</code></pre>\n</li>\n</ol>\n<blockquote>\n<p>quote</p>\n'
                '</blockquote>\n<ol start="5">\n<li>five &lt;b&gt;raw&lt;/b&gt;</li>\n</ol>'
            ),
            'Agree the date Send {"a": 1} quote five <b>raw</b>',
        ),
    ],
    ids=["text", "table", "inset", "warning", "details", "code", "code with a language", "markdown"],
)
def test_block_is_frozen_as_plain_html(db: None, kind: str, value: Any, html: str, text: str) -> None:
    rendered = frozen((kind, value))

    assert rendered.html == html
    assert (rendered.text, rendered.broken_links, rendered.assets) == (text, [], [])


def test_picture_is_known_by_its_content(db: None) -> None:
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))

    rendered = frozen(("image", {"image": image.pk, "alt_text": 'A "map" & more', "caption": "Source: <us>"}))

    use = rendered.assets[0]
    assert rendered.html == (
        f'<figure><img src="asset:{use.sha256}/{use.sha256[:12]}.png" width="640" height="480" '
        "alt='A \"map\" &amp; more'><figcaption>Source: &lt;us&gt;</figcaption></figure>"
    )
    assert (use.image_id, use.document_id, use.name) == (image.pk, None, f"{use.sha256[:12]}.png")
    assert rendered.text == "Source: <us>"


def test_blocks_are_kept_without_their_ids_as_the_source(db: None) -> None:
    rendered = frozen(("text", "<p>One.</p>"), ("inset", {"body": "<p>Two.</p>"}))

    assert rendered.source == [
        {"type": "text", "value": "<p>One.</p>"},
        {"type": "inset", "value": {"body": "<p>Two.</p>"}},
    ]


def test_freezing_twice_gives_the_same_hash(db: None) -> None:
    image = get_image_model().objects.create(title="Map", file=get_test_image_file("map.png"))
    blocks = [
        ("text", "<h2>Why</h2><p>Because.</p>"),
        ("table", POSTS),
        ("image", {"image": image.pk, "alt_text": "A map", "caption": ""}),
        ("markdown", MARKDOWN),
    ]

    first, second = frozen(*blocks), frozen(*blocks)
    again = frozen_text(first.html)

    assert first.sha256 == second.sha256
    assert frozen(*blocks[:2]).sha256 == frozen_text(frozen(*blocks[:2]).html).sha256
    assert again.html.startswith('<h2 id="why">Why</h2><p>Because.</p>')


# --- Hostile text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p>a</p><style>p { display: none }</style>", "<p>a</p>"),
        ('<p onclick="alert(1)" onerror=alert(1)>a</p>', "<p>a</p>"),
        ('<p style="position:fixed" class="nhsuk-button">a</p>', "<p>a</p>"),
        ('<div class="inset evil">a</div>', '<div class="inset">a</div>'),
        ('<span class="x">a</span>', "a"),
        ('<iframe src="https://evil.example/"></iframe><p>a</p>', "<p>a</p>"),
        ('<object data="x.swf"></object><svg onload="alert(1)"><a>x</a></svg><p>a</p>', "<p>a</p>"),
        ('<form action="https://evil.example/"><input name="q"><button>Go</button></form>', "Go"),
        ('<base href="https://evil.example/"><meta http-equiv="refresh" content="0"><p>a</p>', "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', "<p>a</p>"),
        ('<p><a href="java&#115;cript:alert(1)">a</a></p>', "<p>a</p>"),
        ('<p><a href=" &#9;javascript&colon;alert(1)">a</a></p>', "<p>a</p>"),
        ('<p><a href="data:text/html,<script>alert(1)</script>">a</a></p>', "<p>a</p>"),
        ('<p><a href="vbscript:x">a</a></p>', "<p>a</p>"),
        (f'<p><a href="section:{QUORUM}">a</a></p>', "<p>a</p>"),
        (f'<p><a href="asset:{ASSET}/x.png">a</a></p>', "<p>a</p>"),
        ('<p><img src="data:image/png;base64,AAAA" alt="x"/>a</p>', "<p>a</p>"),
        ('<p><img src=x onerror=alert(1)>a</p>', "<p>a</p>"),
        ('<p><img src="https://evil.example/pixel.png" alt="x"/>a</p>', "<p>a</p>"),
        ('<p><a href="https://example.org/" target="_blank" rel="x" ping="/p">a</a></p>',
         '<p><a href="https://example.org/">a</a></p>'),
        ('<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
         ""),
        ("<p>a<!-- <script>alert(1)</script> -->b</p>", "<p>ab</p>"),
        ("<p>1 &lt;script&gt; 2</p>", "<p>1 &lt;script&gt; 2</p>"),
        ('<p title="x" data-x="y" lang="cy">a</p>', "<p>a</p>"),
        ("<h1>a</h1>", "a"),
    ],
)  # fmt: skip
def test_nothing_hostile_is_left(db: None, html: str, left: str) -> None:
    assert frozen_text(html).html == left


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("warning", {"title": "<img src=x onerror=alert(1)>", "body": ""}),
        ("details", {"title": "<script>alert(1)</script>", "body": ""}),
        ("code", {"language": '"><script>', "code": "</code></pre><script>alert(1)</script>"}),
        ("markdown", "<script>alert(1)</script>\n\n[x](javascript:alert(1))"),
        ("table", {**POSTS, "caption": '"><script>alert(1)</script>', "rows": []}),
    ],
    ids=["warning", "details", "code", "markdown", "table"],
)
def test_words_typed_as_html_stay_words(db: None, kind: str, value: Any) -> None:
    root = lxml.html.fragment_fromstring(frozen((kind, value)).html, create_parent="div")

    assert [element.tag for element in root.iter("script", "img", "a")] == []


# --- Links ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("/handbook/quorum/", f"section:{QUORUM}"),
        ("/handbook/quorum", f"section:{QUORUM}"),
        ("/handbook/quorum/#exceptions", f"section:{QUORUM}#exceptions"),
        ("/handbook/quorum/?from=mail#exceptions", f"section:{QUORUM}#exceptions"),
        ("http://testserver/handbook/votes/#who", f"section:{VOTES}#who"),
        ("http://testserver/handbook/1.0/quorum/#exceptions", "/handbook/1.0/quorum/#exceptions"),
        ("/handbook/1.0/", "/handbook/1.0/"),
        ("/handbook/1.0/whole/", "/handbook/1.0/whole/"),
        ("/handbook/", "/handbook/"),
        ("/handbook/amendments/", "/handbook/amendments/"),
        ("/handbook/editions/", "/handbook/editions/"),
        ("/handbook/whole/#quorum", "/handbook/whole/#quorum"),
        ("/guidance/", "/guidance/"),
        ("http://testserver/guidance/?a=b&amp;c=d", "/guidance/?a=b&c=d"),
        ("https://www.gov.uk/handbook/quorum/", "https://www.gov.uk/handbook/quorum/"),
        ("//www.gov.uk/handbook/quorum/", "//www.gov.uk/handbook/quorum/"),
        ("mailto:office@example.org", "mailto:office@example.org"),
        ("tel:+441632960000", "tel:+441632960000"),
        ("#exceptions", "#exceptions"),
    ],
)
def test_link_is_kept_by_what_it_leads_to(db: None, href: str, kept: str) -> None:
    rendered = frozen_text(f'<p><a href="{href}">words</a></p>')

    link = lxml.html.fragment_fromstring(rendered.html).find("a")
    assert (link.get("href"), rendered.broken_links) == (kept, [])


@pytest.mark.parametrize(
    ("link", "complaint"),
    [
        (
            '<a href="/handbook/none/">the  old rule</a>',
            "The link “the old rule” leads to a section that is not in this edition (/handbook/none/).",
        ),
        (
            '<a href="http://testserver/handbook/none">that</a>',
            "The link “that” leads to a section that is not in this edition (/handbook/none).",
        ),
        (
            '<a linktype="page" id="999999">that</a>',
            "The link “that” leads to something that no longer exists.",
        ),
        (
            '<a linktype="document" id="999999">that</a>',
            "The link “that” leads to something that no longer exists.",
        ),
        ('<a href="/documents/999999/form.csv">The form</a>', "The document “The form” no longer exists."),
        ('<img src="/media/images/none.png" alt="A map"/>', "The picture “A map” no longer exists."),
    ],
)
def test_link_that_leads_nowhere_is_named(db: None, link: str, complaint: str) -> None:
    assert frozen_text(f"<p>{link}</p>").broken_links == [complaint]


def test_link_by_page_is_kept_by_the_section_s_key(db: None) -> None:
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>")
    add_section(handbook, "Votes", f'<p>See <a linktype="page" id="{quorum.pk}">Quorum</a>.</p>')

    votes = freeze(handbook)[1].body

    assert votes.html == f'<p>See <a href="section:{quorum.translation_key}">Quorum</a>.</p>'


def test_document_is_kept_by_its_content_however_it_is_linked(db: None) -> None:
    document = get_document_model().objects.create(title="Form", file=SimpleUploadedFile("form.csv", b"a,b"))

    chosen = frozen_text(f'<p><a linktype="document" id="{document.pk}">The form</a></p>')
    pasted = frozen_text(f'<p><a href="http://testserver{document.url}">The form</a></p>')

    use = chosen.assets[0]
    assert (use.content, use.document_id, chosen.assets) == (b"a,b", document.pk, pasted.assets)
    assert chosen.html == f'<p><a href="asset:{use.sha256}/{use.sha256[:12]}.csv">The form</a></p>'
    assert pasted.html == chosen.html


# --- Showing --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f'<a href="section:{QUORUM}">q</a>', '<a href="/handbook/2.0/quorum/">q</a>'),
        (f'<a href="section:{QUORUM}#who">q</a>', '<a href="/handbook/2.0/quorum/#who">q</a>'),
        (f'<a href="section:{VOTES}#who">v</a>', "<a data-missing>v</a>"),
        (f'<img src="asset:{ASSET}/a.png" alt="">', f'<img src="/files/{ASSET}/a.png" alt="">'),
        (f'<a href="asset:{ASSET}/a.csv">f</a>', f'<a href="/files/{ASSET}/a.csv">f</a>'),
        ('<a href="https://example.org/">x</a>', '<a href="https://example.org/">x</a>'),
        (
            '<div class="table"><table></table></div>',
            '<div class="table" role="group" aria-label="Table" tabindex="0"><table></table></div>',
        ),
        (f"<p>href=&quot;section:{QUORUM}&quot;</p>", f"<p>href=&quot;section:{QUORUM}&quot;</p>"),
    ],
)
def test_addresses_become_real_when_shown(html: str, expected: str) -> None:
    addresses = {QUORUM: "/handbook/2.0/quorum/"}

    assert shown(html, section_address=addresses.get, asset_address=lambda name: f"/files/{name}") == expected


def test_link_to_a_section_that_went_is_plain_words() -> None:
    html = f'<p><a href="section:{QUORUM}#x">The <b>q</b></a>, <a href="section:{VOTES}">v</a>, <a href="/x/">x</a></p>'

    assert without_dead_links(html, {VOTES}) == (
        f'<p>The <b>q</b>, <a href="section:{VOTES}">v</a>, <a href="/x/">x</a></p>'
    )


# --- Any rich text --------------------------------------------------------------------------------------------------------

VOCABULARY = {
    "a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure",
    "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong", "sub", "summary", "sup", "table", "tbody", "td",
    "th", "thead", "tr", "ul",
}  # fmt: skip
HARMLESS = {
    "id", "href", "src", "alt", "width", "height", "class", "role", "aria-label", "tabindex", "start", "colspan", "scope"
}  # fmt: skip
WORDS = st.text(alphabet="abcXYZ 019é’&<>\"'", min_size=1, max_size=12)
ATTRIBUTE = st.sampled_from(
    [
        "",
        ' class="inset"',
        ' class="evil"',
        ' style="color:red"',
        ' onclick="alert(1)"',
        ' id="x"',
        ' href="javascript:alert(1)"',
        ' href="/handbook/quorum/#a"',
        ' href="https://example.org/?a=1&amp;b=2"',
        ' colspan="2"',
        ' data-x="y"',
    ]
)
HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<style>x</style>",
        '<iframe src="/x"></iframe>',
        "<img src=x onerror=y>",
        "<!-- x -->",
    ]
)


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def element(draw: st.DrawFn, tags: tuple[str, ...], content: st.SearchStrategy[str]) -> str:
    tag = draw(st.sampled_from(tags))
    return f"<{tag}{draw(ATTRIBUTE)}> {draw(content)} </{tag}>"


INLINE = st.recursive(
    st.one_of(WORDS.map(escaped), HOSTILE),
    lambda inner: element(
        ("b", "i", "a", "code", "sup", "span", "font"), st.lists(inner, max_size=3).map(" ".join)
    ),
    max_leaves=6,
)
RICH_TEXT = st.lists(element(("p", "h2", "h3", "h4", "blockquote", "pre"), INLINE), max_size=5).map("".join)


@settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(html=RICH_TEXT)
def test_any_rich_text_keeps_to_the_vocabulary_and_loses_no_word(db: None, html: str) -> None:
    rendered = frozen_text(html)

    root = lxml.html.fragment_fromstring(rendered.html, create_parent="div")
    below = list(root.iterdescendants())
    assert {part.tag for part in below} <= VOCABULARY
    assert {name for part in below for name in part.attrib} <= HARMLESS
    assert {part.get("class") for part in below if part.tag != "code"} <= {None, "inset"}
    assert {urlsplit(part.get("href") or "").scheme for part in below} <= {"", "https", "section"}
    assert text_of(rendered.html).split() == words_of(html)
    assert (
        frozen_text(rendered.html.replace("section:" + QUORUM, "/handbook/quorum/")).sha256 == rendered.sha256
    )


def words_of(html: str) -> list[str]:
    """What a reader of the rich text sees, word by word, read by another parser's eyes: no scripts, no comments."""
    visible = re.sub(r"<script>.*?</script>|<style>.*?</style>|<!--.*?-->", "", html, flags=re.DOTALL)
    root = lxml.html.fragment_fromstring(visible, create_parent="div")
    return root.text_content().split()


# --- What must not be lost or split ---------------------------------------------------------------------------------------


def test_struck_words_stay_struck(db: None) -> None:
    assert frozen(("markdown", "~~old~~ new")).html == "<p><s>old</s> new</p>"


def test_marks_within_a_line_split_no_word(db: None) -> None:
    assert frozen_text("<p>H<sub>2</sub>O and <i>this</i>.</p><p>Next</p>").text == "H2O and this. Next"


def test_code_keeps_its_language_and_no_other_class(db: None) -> None:
    assert classes_of_code('<pre><code class="language-c++">x</code></pre>') == ["language-c++"]
    assert classes_of_code('<pre><code class="evil">x</code></pre>') == []


def classes_of_code(html: str) -> list[str]:
    root = lxml.html.fragment_fromstring(frozen(("text", html)).html, create_parent="div")
    return [code.get("class") for code in root.iter("code") if code.get("class")]


def test_table_in_markdown_gets_the_frame_and_headings_of_any_table(db: None) -> None:
    html = frozen(("markdown", "| a | b |\n|---|---|\n| 1 | 2 |\n")).html

    assert html.replace("\n", "") == (
        '<div class="table"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>"
    )


def test_address_whose_host_only_begins_like_ours_is_left_alone(db: None) -> None:
    html = frozen_text(
        '<p><a href="http://testserver.example/handbook/quorum/">other</a> <a href="http://testserver">ours</a></p>'
    ).html

    assert (
        html == '<p><a href="http://testserver.example/handbook/quorum/">other</a> <a href="/">ours</a></p>'
    )
