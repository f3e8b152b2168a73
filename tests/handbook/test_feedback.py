"""“Was this section useful?”, from the foot of a section to the editors' report."""

import csv
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test import Client

from handbook.actions.editions import prepare_edition
from handbook.actions.feedback import send_feedback
from handbook.models import EditionSection, HandbookPage, SectionFeedback, SectionPage
from handbook.views.feedback import ANSWERS_AN_HOUR
from portal.page_cache import kept_pages
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.handbook.working_copy import add_section, add_sections, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

REPORT = "/admin/handbook-editions/section-feedback/"


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    handbook = make_handbook()
    add_section(handbook, "Quorum", "<p>Half.</p>")
    add_section(handbook, "Votes", "<p>One each.</p>")
    publish(handbook, "1.0")
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.fixture
def editor(db: None) -> Client:
    return sign_in(make_staff("Editor"), second_factor=True)


def row(title: str = "Quorum", number: str = "1.0") -> EditionSection:
    return EditionSection.objects.get(title=title, edition__number=number)


def address(section: EditionSection | None = None) -> str:
    section = section or row()
    return f"/handbook-feedback/{section.edition_id}/{section.key}/"


def stored() -> list[tuple[int, str, bool, str]]:
    titles = dict(EditionSection.objects.values_list("key", "title"))
    return [
        (answer.edition_id, titles[answer.key], answer.useful, answer.comment)
        for answer in SectionFeedback.objects.order_by("pk")
    ]


def text(response: object) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").select_one("main").get_text().split())


# --- Readers ------------------------------------------------------------------------------------------------------------


def test_a_reader_answers_with_the_form_of_the_page_and_is_thanked(
    handbook: HandbookPage, client: Client
) -> None:
    form = BeautifulSoup(client.get("/handbook/quorum/").content, "html.parser").select_one("form.feedback")
    names = [field["name"] for field in form.select("input, textarea, button")]

    response = client.post(
        form["action"], {"useful": "no", "comment": " Say  how.\r\n", "website": ""}, follow=True
    )

    assert names == ["website", "comment", "useful", "useful"]
    assert response.redirect_chain == [(f"{address()}thanks/", 302)]
    assert text(response) == (
        "Thank you Your answer helps the editors to see which sections need work. "
        "We have not kept who you are, so we cannot reply. Back to 1 Quorum"
    )
    assert (
        BeautifulSoup(response.content, "html.parser").select_one("main a")["href"] == "/handbook/1.0/quorum/"
    )
    assert stored() == [(row().edition_id, "Quorum", False, "Say  how.")]


@pytest.mark.parametrize("signed_in", [False, True])
def test_an_answer_needs_no_token_and_leaves_no_trace_of_who_gave_it(
    handbook: HandbookPage, signed_in: bool
) -> None:
    client = Client(enforce_csrf_checks=True)
    if signed_in:
        client.force_login(make_user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    cookies = dict(client.cookies)

    response = client.post(address(), {"useful": "yes"})

    assert (response.status_code, dict(client.cookies)) == (302, cookies)
    assert stored() == [(row().edition_id, "Quorum", True, "")]
    assert sorted(field.name for field in SectionFeedback._meta.get_fields()) == [
        "comment",
        "edition",
        "id",
        "key",
        "sent_at",
        "useful",
    ]


def test_the_page_with_the_form_can_be_kept_for_everybody(
    handbook: HandbookPage, client: Client, settings: object
) -> None:
    settings.PAGE_CACHE_SECONDS = 60

    client.get("/handbook/quorum/")

    assert [key[2] for key in kept_pages.pages] == ["/handbook/quorum/"]


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({}, "Choose yes or no."),
        ({"useful": "perhaps", "comment": "x"}, "Choose yes or no."),
        ({"useful": "yes", "comment": "x" * 1001}, "Your comment must have 1,000 characters or fewer."),
        (
            {"useful": "yes", "comment": "a\0b"},
            "Your comment has a character that cannot be kept. Type it again.",
        ),
    ],
)
def test_an_answer_that_cannot_be_taken_is_shown_again_with_what_is_wrong(
    handbook: HandbookPage, client: Client, sent: dict, problem: str
) -> None:
    response = client.post(address(), sent)

    soup = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, stored()) == (400, [])
    assert [link.get_text() for link in soup.select(".nhsuk-error-summary a")] == [problem]
    target = soup.select_one(".nhsuk-error-summary a")["href"]
    assert len(soup.select(target)) == 1
    assert soup.select_one("title").get_text().startswith("Error: ")
    if "\0" not in sent.get("comment", ""):
        assert soup.select_one("textarea").get_text().strip() == sent.get("comment", "")


def test_a_comment_may_have_a_thousand_characters(handbook: HandbookPage, client: Client) -> None:
    client.post(address(), {"useful": "yes", "comment": "é" * 1000})

    assert [len(comment) for *_, comment in stored()] == [1000]


def test_a_program_that_fills_in_every_field_is_thanked_and_not_kept(
    handbook: HandbookPage, client: Client
) -> None:
    response = client.post(address(), {"useful": "yes", "comment": "Buy", "website": "http://spam.example"})

    assert (response.status_code, response["Location"], stored()) == (302, f"{address()}thanks/", [])


def test_twenty_answers_an_hour_are_taken_from_one_internet_address(
    handbook: HandbookPage, client: Client
) -> None:
    statuses = [
        client.post(address(), {"useful": "yes"}, REMOTE_ADDR="192.0.2.1").status_code
        for _ in range(ANSWERS_AN_HOUR + 1)
    ]
    other = client.post(address(), {"useful": "yes"}, REMOTE_ADDR="192.0.2.2")

    assert statuses == [302] * 20 + [429]
    assert (other.status_code, len(stored())) == (302, 21)
    refused = client.post(address(), {"useful": "yes"}, REMOTE_ADDR="192.0.2.1")
    assert text(refused) == (
        "Try again in an hour Many answers have come from your internet connection within an hour, "
        "so this one has not been kept. Back to 1 Quorum"
    )
    assert [key for key in cache._cache if "192.0.2" in key] == []


def test_only_sections_of_published_editions_can_be_answered_about(
    handbook: HandbookPage, client: Client
) -> None:
    quorum = row()
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Secret.</p>")
    SectionPage.objects.get(title="Votes").unpublish()
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    removed = EditionSection.objects.get(title="Votes", change="removed")
    edit(SectionPage.objects.get(title="Quorum"), html="<p>Secret 2.</p>")
    prepared = prepare_edition(handbook=handbook, by=None, now=NOW + timedelta(days=2))
    paths = (
        f"/handbook-feedback/{prepared.pk}/{quorum.key}/",
        f"/handbook-feedback/{quorum.edition_id}/{uuid4()}/",
        f"/handbook-feedback/{10**30}/{quorum.key}/",
        address(removed),
    )

    statuses = [
        (client.get(path).status_code, client.post(path, {"useful": "yes"}).status_code,
         client.get(f"{path}thanks/").status_code)
        for path in paths
    ]  # fmt: skip

    assert (statuses, stored()) == ([(404, 404, 404)] * 4, [])


def test_looking_at_the_form_keeps_nothing_and_search_engines_are_sent_away(
    handbook: HandbookPage, client: Client
) -> None:
    pages = [client.get(path) for path in (address(), f"{address()}thanks/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert [BeautifulSoup(page.content, "html.parser").select_one("[name=robots]")["content"] for page in pages] == ["noindex", "noindex"]  # fmt: skip
    assert stored() == []


# --- Editors ------------------------------------------------------------------------------------------------------------


def answer(title: str, useful: bool, comment: str = "", *, number: str = "1.0", minutes: int = 0) -> None:
    moment = NOW + timedelta(minutes=minutes)
    send_feedback(section=row(title, number), useful=useful, comment=comment, now=moment)


def table(client: Client, query: str = "") -> list[list[str]]:
    soup = BeautifulSoup(client.get(REPORT + query).content, "html.parser")
    return [
        [" ".join(cell.get_text(" ").split()) for cell in line.select("td")]
        for line in soup.select("tbody tr")
    ]


def test_editors_see_what_readers_answered_the_least_useful_first(
    handbook: HandbookPage, editor: Client
) -> None:
    answer("Votes", True)
    answer("Quorum", True)
    answer("Quorum", False, "<b>How</b> many?", minutes=1)
    for number in range(4):
        answer("Quorum", False, f"Comment {number}", minutes=10 + number)

    assert table(editor) == [
        [
            "1 Quorum", "1", "5", "17%",
            ("No , 10 March 2026, edition 1.0: Comment 3 No , 10 March 2026, edition 1.0: Comment 2 "
            "No , 10 March 2026, edition 1.0: Comment 1"),
        ],
        ["2 Votes", "1", "0", "100%", "None"],
    ]  # fmt: skip


def test_a_comment_is_shown_as_it_was_typed(handbook: HandbookPage, editor: Client) -> None:
    answer("Quorum", False, "<script>alert(1)</script>")

    assert table(editor)[0][4] == "No , 10 March 2026, edition 1.0: <script>alert(1)</script>"


def test_wide_report_can_be_scrolled_with_the_keyboard(handbook: HandbookPage, editor: Client) -> None:
    answer("Quorum", False)

    soup = BeautifulSoup(editor.get(REPORT).content, "html.parser")

    [scrolled] = soup.select(".handbook-admin__table")
    name = soup.find(id=scrolled["aria-labelledby"])
    assert (scrolled["tabindex"], scrolled["role"], name.get_text()) == ("0", "region", "Answers by section")


def test_editors_narrow_the_report_to_an_edition(handbook: HandbookPage, editor: Client) -> None:
    edit(SectionPage.objects.get(title="Quorum"), html="<p>All.</p>")
    second = publish(handbook, "1.1", now=NOW + timedelta(days=1))
    answer("Quorum", True)
    answer("Quorum", False, number="1.1")

    assert table(editor) == [["1 Quorum", "1", "1", "50%", "None"]]
    assert table(editor, f"?edition={second.pk}") == [["1 Quorum", "0", "1", "0%", "None"]]
    assert [table(editor, query) for query in ("?edition=x", "?edition=999999999999999999999", "?page=x")] == [
        [["1 Quorum", "1", "1", "50%", "None"]]
    ] * 3  # fmt: skip


def test_every_answer_is_exported_and_no_cell_is_a_formula(handbook: HandbookPage, editor: Client) -> None:
    answer("Quorum", True, '=HYPERLINK("http://x.example")', minutes=1)
    answer("Votes", False, "Line 1\nLine 2; “quoted”", minutes=2)

    response = editor.get(f"{REPORT}?export=csv")

    assert response["Content-Disposition"] == 'attachment; filename="section-feedback.csv"'
    lines = list(csv.reader(StringIO(b"".join(response.streaming_content).decode())))
    assert lines == [
        ["Edition", "Section", "Title", "Useful", "Comment", "Sent"],
        ["1.0", "2", "Votes", "No", "Line 1\nLine 2; “quoted”", "2026-03-10 09:32"],
        ["1.0", "1", "Quorum", "Yes", '\'=HYPERLINK("http://x.example")', "2026-03-10 09:31"],
    ]


def test_an_empty_report_says_where_answers_come_from(handbook: HandbookPage, editor: Client) -> None:
    page = BeautifulSoup(editor.get(REPORT).content, "html.parser")

    assert "Nobody has answered yet. The question stands at the foot of every section." in " ".join(
        page.get_text().split()
    )


def test_only_those_who_prepare_editions_see_the_report(handbook: HandbookPage) -> None:
    answer("Quorum", False, "Comment")
    statuses = {
        "anonymous": Client().get(REPORT).status_code,
        "reader": sign_in(make_user()).get(REPORT).status_code,
    }

    assert statuses == {"anonymous": 302, "reader": 403}


@pytest.mark.parametrize("size", [3, 12])
@pytest.mark.parametrize(("query", "queries"), [("", 5), ("?export=csv", 3)])
def test_the_report_takes_the_same_queries_however_many_answers_there_are(
    handbook: HandbookPage, editor: Client, size: int, query: str, queries: int
) -> None:
    from django.test.utils import CaptureQueriesContext

    sections = add_sections(handbook, size)
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    for section in sections:
        answer(section.title, False, "Comment", number="1.1")
    editor.get(REPORT)

    with CaptureQueriesContext(connection) as captured:
        response = editor.get(REPORT + query)
        if response.streaming:
            b"".join(response.streaming_content)

    ours = [found["sql"] for found in captured if '"handbook_' in found["sql"]]
    assert len(ours) == queries, ours
