"""What the blocks of a text render: plain HTML that still reads well when it has been frozen."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from portal.pages.anchors import plain_text
from portal.pages.blocks import LinkBlock, PageBodyBlock, ProseBlock

GOLDEN = [
    ("text", "<h2>Aim</h2><p>Be <b>kind</b>.</p>", "<h2>Aim</h2><p>Be <b>kind</b>.</p>"),
    (
        "table",
        {
            "columns": [{"type": "text", "heading": "Role"}, {"type": "number", "heading": "Posts <5>"}],
            "rows": [{"values": ["<p>Nurse</p>", "3"]}],
            "caption": "Posts",
        },
        (
            '<div class="table" tabindex="0" role="region" aria-label="Posts"><table><caption>Posts</caption>'
            '<thead><tr><th scope="col">Role</th><th scope="col" class="number">Posts &lt;5&gt;</th></tr></thead>'
            '<tbody><tr><td><p>Nurse</p></td><td class="number">3</td></tr></tbody></table></div>'
        ),
    ),
    ("inset", {"body": "<p>Note.</p>"}, '<div class="inset"><p>Note.</p></div>'),
    (
        "warning",
        {"title": "Stop", "body": "<p>Wait.</p>"},
        '<div class="warning"><h3>Stop</h3><p>Wait.</p></div>',
    ),
    (
        "details",
        {"title": "More", "body": "<p>Here.</p>"},
        "<details><summary>More</summary><div><p>Here.</p></div></details>",
    ),
    (
        "code",
        {"language": "sql", "code": "SELECT '<b>';\n  1"},
        '<pre tabindex="0"><code class="language-sql">SELECT &#x27;&lt;b&gt;&#x27;;\n  1</code></pre>',
    ),
    ("code", {"language": "", "code": "x"}, '<pre tabindex="0"><code>x</code></pre>'),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "value", "html"), GOLDEN)
def test_block_renders_closed_html(kind: str, value: Any, html: str) -> None:
    stream = ProseBlock().to_python([{"type": kind, "value": value}])

    assert stream.render_as_block().replace("\n</", "</").strip() == html


@pytest.mark.django_db
def test_markdown_block_renders_nothing_that_runs() -> None:
    stream = ProseBlock().to_python([{"type": "markdown", "value": "Be **kind**. <script>alert(1)</script>"}])

    assert stream.render_as_block().strip() == (
        "<p>Be <strong>kind</strong>. &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )


@pytest.mark.django_db
def test_image_block_renders_a_figure_at_most_1200_wide() -> None:
    image = get_image_model().objects.create(title="Hill", file=get_test_image_file(size=(2400, 1200)))
    value = {"image": image.pk, "alt_text": 'A "hill"', "caption": "Source: us"}
    stream = ProseBlock().to_python([{"type": "image", "value": value}])

    rendition = image.get_rendition("width-1200")

    assert stream.render_as_block().strip() == (
        f'<figure><img src="{rendition.url}" width="1200" height="600" alt="A &quot;hill&quot;">'
        "<figcaption>Source: us</figcaption></figure>"
    )


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("/handbook/", True),
        ("https://www.gov.uk/", True),
        ("mailto:office@example.org", True),
        ("//example.org/", False),
        ("javascript:alert(1)", False),
        ("handbook", False),
        ("/a b", False),
        ("", False),
    ],
)
def test_link_takes_addresses_that_lead_somewhere_safe(address: str, taken: bool) -> None:
    block = LinkBlock()
    try:
        block.clean(block.to_python({"page": None, "address": address}))
    except ValidationError:
        assert not taken
    else:
        assert taken


def test_every_block_has_a_preview_an_icon_and_a_description() -> None:
    lacking = [
        name
        for name, block in PageBodyBlock().child_blocks.items()
        if not (block.is_previewable and block.meta.icon != "placeholder" and block.get_description())
    ]

    assert lacking == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(PageBodyBlock().child_blocks))
def test_preview_of_every_block_renders_as_a_page_of_its_own(name: str) -> None:
    block = PageBodyBlock().child_blocks[name]
    value = block.get_preview_value()
    context = block.get_preview_context(value, {"page_title": name, "bound_block": block.bind(value)})

    html = render_to_string(block.get_preview_template(value, context), context)

    main = re.search(r"<main[^>]*>(.*)</main>", html, re.DOTALL).group(1)
    assert len(plain_text(main).split()) >= 3
