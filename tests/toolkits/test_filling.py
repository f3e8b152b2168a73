"""Documents to fill in: what editors may save, what readers are asked, and what they get."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from wagtail.models import Page

from portal.demo.load_documents import FOLDER, values_of
from portal.demo.load_pages import read
from portal.toolkits.forms.documents import FillForm
from portal.toolkits.listing import offered
from portal.toolkits.models import FillableDocument
from portal.toolkits.rules.filling import mismatches
from portal.toolkits.views.filling import DOCX
from portal.toolkits.word import placeholders_of
from tests.factories import make_staff, make_user, sign_in
from tests.members.factories import make_network
from tests.pages.factories import make_listing, make_toolkit
from tests.toolkits.documents import field, lines, make_document, paragraph
from tests.toolkits.factories import appoint

pytestmark = pytest.mark.django_db
ADDRESS = "/fill-in/letter/"


@pytest.mark.parametrize(
    ("placeholders", "broken", "names", "said"),
    [
        (["a", "b"], [], ["b", "a"], []),
        (["a"], [], [], ["The document has {{ a }}, and there is no field “a”. Add the field, or take it out of the document."]),
        ([], [], ["a"], ["There is a field “a”, and the document has no {{ a }}. Add it to the document, or delete the field."]),
        (["a"], ["{{ A }}"], ["a"], ["“{{ A }}” in the document is no placeholder. Write it like {{ meeting_date }}."]),
        (
            ["a"],
            [],
            ["a", "a"],
            ["There are several fields “a”. Delete all but one: a placeholder may stand in the document as often as you like."],
        ),
    ],
)  # fmt: skip
def test_document_and_form_have_to_fit(
    placeholders: list[str], broken: list[str], names: list[str], said: list[str]
) -> None:
    assert mismatches(placeholders, broken, names) == said


@pytest.mark.parametrize(("count", "problems"), [(40, 0), (41, 1)])
def test_form_has_forty_fields_at_most(count: int, problems: int) -> None:
    names = [f"f{number}" for number in range(count)]

    assert len(mismatches(names, [], names)) == problems


def test_reader_without_an_account_gets_the_document_with_the_words(client: Client) -> None:
    make_document()

    answer = client.post(ADDRESS, {"fill-name": "Grace <&> Sample", "fill-points": "one\r\n\r\n two \r\n"})

    assert (answer.status_code, answer["Content-Type"]) == (200, DOCX)
    assert answer["Content-Disposition"] == 'attachment; filename="letter.docx"'
    assert answer["Cache-Control"] == "private, no-store"
    assert lines(answer.content) == ["Dear Grace <&> Sample,", "one", "two", "Yours"]


def test_what_is_missing_is_said_and_what_was_typed_stays(client: Client) -> None:
    make_document()

    html = client.post(ADDRESS, {"fill-points": "<script>"}).content.decode()

    assert '<a href="#id_fill-name">Fill in “Name”.</a>' in html
    assert "&lt;script&gt;" in html
    assert "<title>Error: Fill in: A letter" in html


def test_form_is_the_same_for_everybody_without_an_account_and_needs_no_token() -> None:
    make_document(fields=[field("name", known="person")], content=paragraph("{{ name }}"))
    strict = Client(enforce_csrf_checks=True)

    html = strict.get(ADDRESS).content.decode()

    assert "csrfmiddlewaretoken" not in html
    assert strict.cookies == {}
    assert strict.post(ADDRESS, {"fill-name": "Ada"}).status_code == 200


def test_name_and_network_of_somebody_who_is_signed_in_are_there_already() -> None:
    fields = [field("name", known="person"), field("network", known="network")]
    make_document(fields=fields, content=paragraph("{{ name }} {{ network }}"))
    user, stranger = make_user(), make_user(first_name="Noel")
    appoint(user, make_network(name="Harbour & Heath PCN"))
    appoint(stranger, make_network(code="U54321"), ends_on=date(2026, 1, 1))

    html = sign_in(user).get(ADDRESS).content.decode()
    other = sign_in(stranger).get(ADDRESS).content.decode()

    assert 'value="Ada Example"' in html
    assert 'value="Harbour &amp; Heath PCN"' in html
    assert 'value="Noel Example"' in other
    assert "Sample network" not in other


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("text", " Ada\x00 ", "Ada"),
        ("text", "x" * 201, "“A” can have 200 characters. You have typed 201."),
        ("long", "a\r\nb", "a\nb"),
        ("long", "x" * 4001, "“A” can have 4,000 characters. You have typed 4001."),
        ("date", "2026-03-10", "10 March 2026"),
        ("date", "10/03/2026", "10 March 2026"),
        ("date", "soon", "Enter a real date for “A”."),
        ("date", "0001-01-01", "Enter a date between 1900 and 2199."),
        ("list", "a\n\n b ", ["a", "b"]),
        ("list", "\n".join("x" * 41), "Enter 40 lines or fewer. There are 41."),
        ("list", "x" * 301, "Each line can have 300 characters."),
        ("choice", "Yes", "Yes"),
        ("choice", "Maybe", "Select a valid choice. Maybe is not one of the available choices."),
        ("text", "  ", "Fill in “A”."),
        ("list", " \n ", "Fill in “A”."),
        ("choice", "", "Choose “A”."),
    ],
)
def test_each_kind_of_field_takes_what_it_should(kind: str, typed: str, value: Any) -> None:
    one = field("a", kind=kind, choices="Yes\nNo\n" * (kind == "choice"))
    document = FillableDocument(title="A", fields=[one])

    form = FillForm({"fill-a": typed}, document=document, known={})

    assert (form.values()["a"] if form.is_valid() else form.errors["a"][0]) == value


def test_hint_of_an_editor_is_text_and_no_markup(client: Client) -> None:
    make_document(fields=[field("name", hint="<b>Bold</b>")], content=paragraph("{{ name }}"))

    assert "&lt;b&gt;Bold&lt;/b&gt;" in client.get(ADDRESS).content.decode()


def test_sixty_documents_an_hour_are_made_for_one_address(client: Client) -> None:
    make_document()
    for _ in range(60):
        assert client.post(ADDRESS, {"fill-name": "A"}).status_code == 200

    refused = client.post(ADDRESS, {"fill-name": "A"})

    assert refused.status_code == 429
    assert "You have made very many documents in this hour." in refused.content.decode()
    assert client.post(ADDRESS, {"fill-name": "A"}, REMOTE_ADDR="192.0.2.9").status_code == 200


def test_document_that_is_not_offered_is_nowhere(client: Client, home: Page) -> None:
    document = make_document()
    kit = make_toolkit(make_listing(home))
    document.toolkits.add(kit)
    assert 'href="/fill-in/letter/"' in client.get(kit.url).content.decode()
    assert 'href="/fill-in/letter/"' in client.get("/fill-in/").content.decode()

    document.is_offered = False
    document.save()

    assert 'href="/fill-in/letter/"' not in client.get(kit.url).content.decode()
    assert client.get("/fill-in/").status_code == 200
    assert client.get(ADDRESS).status_code == 404
    assert client.post(ADDRESS, {"fill-name": "A"}).status_code == 404
    assert offered() == []


@pytest.mark.parametrize("count", [1, 3])
def test_list_and_form_take_the_same_queries_however_many_there_are(
    client: Client, count: int, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        make_document(slug=f"letter-{number}")
    client.get("/fill-in/")

    with django_assert_num_queries(0):
        client.get("/fill-in/")
    with django_assert_num_queries(1):
        client.get("/fill-in/letter-0/")


# --- Editors ------------------------------------------------------------------------------------------------------------

ADD = "/admin/snippets/toolkits/fillabledocument/add/"


def typed(*names: str, **values: Any) -> dict[str, Any]:
    """What the editor's form sends."""
    data: dict[str, Any] = {
        "title": "A letter",
        "slug": "letter",
        "summary": "To write.",
        "is_offered": "on",
        "fields-count": str(len(names)),
    }
    for number, name in enumerate(names):
        prefix = f"fields-{number}"
        data |= {
            f"{prefix}-deleted": "",
            f"{prefix}-order": str(number),
            f"{prefix}-type": "field",
            f"{prefix}-id": "",
        }
        data |= {f"{prefix}-value-name": name, f"{prefix}-value-label": name, f"{prefix}-value-kind": "text"}
        data |= {f"{prefix}-value-hint": "", f"{prefix}-value-choices": "", f"{prefix}-value-known": ""}
    return {**data, **values}


def upload(content: bytes, name: str = "letter.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, DOCX)


def test_editor_saves_a_document_changes_its_words_and_takes_it_back() -> None:
    editor = sign_in(make_staff("Editor"), second_factor=True)

    answer = editor.post(ADD, typed("name", file=upload(paragraph("Dear {{ name }}"))))
    document = FillableDocument.objects.get()
    edit = f"/admin/snippets/toolkits/fillabledocument/edit/{document.pk}/"
    again = editor.post(edit, typed("name", title="Another letter"))
    document.refresh_from_db()
    taken = editor.get(f"/admin/documents-to-fill-in/{document.pk}/docx/")

    assert (answer.status_code, again.status_code) == (302, 302)
    assert (document.title, lines(bytes(document.content))) == ("Another letter", ["Dear {{ name }}"])
    assert lines(taken.content) == ["Dear {{ name }}"]
    page = editor.get(edit).content.decode()
    assert f'href="/admin/documents-to-fill-in/{document.pk}/docx/"' in page
    assert "<code>{{ meeting_date }}</code>" in page


@pytest.mark.parametrize(
    ("names", "content", "said"),
    [
        (("name",), None, "Choose a Word document."),
        (("name",), b"no", "This is no Word document (.docx). Save it as one in Word."),
        (("name",), paragraph("x"), "There is a field “name”, and the document has no {{ name }}."),
        (("name",), paragraph("{{ name }}{{ b }}"), "The document has {{ b }}, and there is no field “b”."),
        (("Name",), paragraph("{{ name }}"), "Use small letters, numbers and underscores"),
    ],
)
def test_editor_is_told_what_does_not_fit_and_nothing_is_saved(
    names: tuple[str, ...], content: bytes | None, said: str
) -> None:
    editor = sign_in(make_staff("Editor"), second_factor=True)
    more = {} if content is None else {"file": upload(content)}

    answer = editor.post(ADD, typed(*names, **more))

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert FillableDocument.objects.count() == 0


def test_others_cannot_keep_documents() -> None:
    document = make_document()
    organiser = sign_in(make_staff("Event organiser"), second_factor=True)

    assert organiser.get(ADD).status_code in {302, 403}
    assert organiser.get(f"/admin/documents-to-fill-in/{document.pk}/docx/").status_code in {302, 403}


# --- The demonstration --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.md")), ids=lambda file: file.stem)
def test_each_document_of_the_demo_fits_its_form_and_is_whole_when_it_is_filled_in(
    file: Path, client: Client
) -> None:
    document = FillableDocument.objects.create(**values_of(read(file)))
    found = placeholders_of(bytes(document.content))
    answers = {"date": "2026-03-10", "list": "First point\nSecond point"}
    form = {
        f"fill-{value['name']}": value["choices"].split("\n")[0]
        if value["kind"] == "choice"
        else answers.get(value["kind"], f"Words for {value['name']}")
        for value in (block.value for block in document.fields)
    }

    answer = client.post(document.get_absolute_url(), form)
    least = client.post(
        document.get_absolute_url(),
        {
            f"fill-{block.value['name']}": form[f"fill-{block.value['name']}"]
            for block in document.fields
            if block.value["required"]
        },
    )

    assert mismatches(found.names, found.broken, [block.value["name"] for block in document.fields]) == []
    for one in (answer, least):
        assert one.status_code == 200, one.content.decode()
        text = "\n".join(lines(one.content))
        assert "{{" not in text
        assert "}}" not in text
        assert "Words for network" in text
    assert len(Document(BytesIO(answer.content)).tables) >= 2
