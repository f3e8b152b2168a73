"""Long sentences and abbreviations that nobody explains: which they are, and that an editor is told and not kept from publishing."""

from typing import Any

import pytest
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from portal.pages.advising import advice_for
from portal.pages.models import ArticlePage, Term
from portal.pages.wording import advice_on, in_short, long_sentences, passages_of, unexplained, vague_links
from tests.factories import make_staff, sign_in
from tests.pages.factories import make_article, make_listing

WORDS_25 = "Every " + "word " * 23 + "counts."
WORDS_26 = "Every " + "word " * 24 + "counts."
TERMS = {"PCN": "primary care network", "ARRS": "additional roles reimbursement scheme"}


def test_words_on_either_side_of_an_edge_stand_in_no_common_passage() -> None:
    html = (
        "<h2>Who</h2><p>One <b>bold</b> word.<br>Next line</p>loose<ul><li>first<ul><li>inner</li></ul></li><li>second</li></ul>"
        "<table><tr><td>a</td><td>b</td></tr></table><pre>left out</pre><p>with <code>code</code> in it</p>"
    )

    assert passages_of(html) == [
        "Who", "One bold word.", "Next line", "loose", "first", "inner", "second", "a", "b", "with in it",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        (WORDS_25, []),
        (WORDS_26, [WORDS_26]),
        (f"{WORDS_25} {WORDS_25}", []),
        (f"Short. {WORDS_26} Short again!", [WORDS_26]),
        (f"“{WORDS_25}” {WORDS_25}", []),
        ("Ask Dr. Example " + "word " * 21 + "today.", []),
        ("Ask Dr. Example " + "word " * 22 + "today.", ["Ask Dr. Example " + "word " * 22 + "today."]),
        ("It costs 3.5 million " + "word " * 20 + "now.", []),
        ("", []),
    ],
)
def test_a_sentence_is_long_from_twenty_six_words_on(passage: str, found: list[str]) -> None:
    assert long_sentences([passage]) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Your PCN decides.", ["PCN"]),
        ("Two PCNs and the ARRS.", ["PCN", "ARRS"]),
        ("The ARRS of a PCN.", ["ARRS", "PCN"]),
        ("Your Primary care network (PCN) decides. The PCN can.", []),
        ("The PCNX and a pcn.", []),
        ("", []),
    ],
)
def test_an_abbreviation_is_explained_once_its_plain_words_stand_on_the_page(
    text: str, found: list[str]
) -> None:
    assert unexplained([text], TERMS) == found


def test_advice_names_the_place_and_says_what_to_do() -> None:
    assert advice_on([WORDS_26, "Your PCN decides."], TERMS) == [
        "A sentence has 26 words. Can it be two? “Every word word word word word word word word word word word word word word …”",
        "“PCN” is not explained on this page. Write “primary care network (PCN)” where it first stands.",
    ]
    assert advice_on([], TERMS, ["Click here"]) == ["A link says only “Click here”. Say where it leads."]
    assert in_short("Short.") == "Short."


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<p>To apply, <a href="/a/">click here</a>.</p>', ["click here"]),
        ('<a href="/a/"> <b>Read</b>\n more… </a><a href="/b/">Here.</a>', ["Read more…", "Here."]),
        ('<a href="/a/">Here is what to do</a><a href="/b/">the toolkit</a>', []),
        ('<a id="anchor">here</a> and here', []),
        ("", []),
    ],
)
def test_a_link_is_vague_if_its_words_do_not_say_where_it_leads(html: str, found: list[str]) -> None:
    assert vague_links(html) == found


@pytest.fixture
def page(home: Page) -> ArticlePage:
    Term.objects.update_or_create(short="PCN", defaults={"words": "primary care network"})
    body = [
        {"type": "text", "value": f"<p>{WORDS_26}</p>"},
        {"type": "do", "value": {"heading": "Do", "items": ["ask your PCN"]}},
        {"type": "text", "value": '<p><a href="https://x.example/">More</a></p>'},
    ]
    return make_article(make_listing(home), summary="Who decides.", body=body)


@pytest.mark.django_db
def test_all_that_readers_see_of_a_page_is_looked_at(page: ArticlePage) -> None:
    assert [line[:30] for line in advice_for(page)] == [
        "A sentence has 26 words. Can i",
        "A link says only “More”. Say w",
        "“PCN” is not explained on this",
    ]


def form(page: ArticlePage, **fields: Any) -> dict[str, Any]:
    body = streamfield([("text", rich_text(f"<p>{WORDS_26}</p>"))])
    values = {
        "title": page.title,
        "slug": page.slug,
        "summary": "",
        "published_on": "2026-03-01",
        "body": body,
        "comments": inline_formset([]),
        **fields,
    }
    return nested_form_data(values)


@pytest.mark.django_db
def test_an_editor_is_told_after_saving_and_can_publish_all_the_same(page: ArticlePage) -> None:
    editor = sign_in(make_staff("Editor"), second_factor=True)

    answer = editor.post(f"/admin/pages/{page.pk}/edit/", {**form(page), "action-publish": "1"}, follow=True)

    assert "A sentence has 26 words. Can it be two?" in answer.content.decode()
    page.refresh_from_db()
    assert "decides" not in str(page.body)
    assert page.live is True
