"""The pages of a network's checklist: who gets in, what a form does with and without the script, what is taken away."""

import csv
import io
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import PageViewRestriction

from portal.members.models import Appointment, Network, User
from portal.pages.models import ToolkitPage
from portal.toolkits.actions import checklists as actions
from portal.toolkits.models import Checklist, ChecklistItem
from portal.toolkits.reading import todos_of
from tests.factories import NOW, make_user, sign_in
from tests.members.factories import make_network
from tests.toolkits.factories import appoint, make_colleagues, make_kit

pytestmark = pytest.mark.django_db


class World:
    """A toolkit, a network and two people who work for it."""

    def __init__(self) -> None:
        self.kit: ToolkitPage = make_kit()
        self.network: Network
        self.ada: User
        self.grace: User
        self.network, self.ada, self.grace = make_colleagues()
        self.key = todos_of(self.kit)[0].key
        self.home = f"/checklists/{self.kit.pk}/U12345/"
        self.line = f"{self.home}lines/{self.key}/"

    def place(self, by: User) -> actions.Place:
        return actions.Place(self.kit, self.network, self.key, by, NOW)


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_strangers_find_no_page_and_change_nothing(world: World) -> None:
    actions.mark(place=world.place(world.ada), is_done=True)
    archived = actions.archive(toolkit=world.kit, network=world.network, by=world.ada, now=NOW)
    addresses = [
        world.home,
        f"{world.home}checklist.csv",
        f"{world.home}checklist.xlsx",
        f"{world.home}start-again/",
        f"{world.home}earlier/{archived.pk}/",
    ]
    stranger, ended = sign_in(make_user()), make_user()
    appoint(ended, world.network, ends_on=date(2026, 1, 1))

    assert [sign_in(world.ada).get(address).status_code for address in addresses] == [200] * 5
    for client in (stranger, sign_in(ended)):
        assert [client.get(address).status_code for address in addresses] == [404] * 5
        assert client.post(world.line, {"do": "tick"}).status_code == 404
        assert client.post(f"{world.home}start-again/").status_code == 404
    assert [Client().get(address).status_code for address in addresses] == [302] * 5
    assert Client().post(world.line, {"do": "tick"})["Location"].startswith("/accounts/login/")
    assert Checklist.objects.open().count() == 0


def test_looking_changes_nothing(world: World) -> None:
    client = sign_in(world.ada)
    for address in (
        world.home,
        f"{world.home}start-again/",
        f"/checklists/{world.kit.pk}/",
        "/checklists/",
        f"{world.home}checklist.csv",
    ):
        client.get(address)

    assert (Checklist.objects.count(), ChecklistItem.objects.count()) == (0, 0)
    assert client.get(world.line).status_code == 405


def test_without_scripts_a_button_ticks_and_leads_back_to_the_line(world: World) -> None:
    client = sign_in(world.ada)

    answer = client.post(world.line, {"do": "tick"})
    html = client.get(world.home).content.decode()

    assert (answer.status_code, answer["Location"]) == (302, f"{world.home}#item-{world.key}")
    assert "Done by Ada Example on" in html
    assert "<strong data-progress-words>1 of 3 done</strong>" in html


def test_the_script_is_given_the_line_as_it_is_then(world: World) -> None:
    client = sign_in(world.ada)

    ticked = client.post(world.line, {"do": "tick", "quietly": "1"})
    given = client.post(world.line, {"do": "assign", "person": world.grace.pk, "quietly": "1"})
    due = client.post(world.line, {"do": "due", "due": "2026-03-31", "quietly": "1"})
    noted = client.post(world.line, {"do": "note", "note": "A\r\nB\x01", "based_on": "0", "quietly": "1"})

    assert [one.status_code for one in (ticked, given, due, noted)] == [200] * 4
    assert 'data-progress="1 of 3 done"' in ticked.content.decode()
    assert "Grace Sample</p>" in given.content.decode()
    assert "31 March 2026" in due.content.decode()
    assert "<p>A<br>B</p>" in noted.content.decode()
    assert ChecklistItem.objects.get().note == "A\nB"


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"do": "due", "due": "31 February"}, 422, "Enter a real date, such as 31 March 2026."),
        ({"do": "due", "due": "0001-01-01"}, 422, "Enter a date between 2000 and 2099."),
        ({"do": "assign", "person": "999999"}, 422, "Choose somebody who has a confirmed appointment"),
        ({"do": "assign", "person": "x"}, 422, "Choose somebody who has a confirmed appointment"),
        ({"do": "note", "note": "x" * 2001, "based_on": "0"}, 422, "Yours has 2001."),
        ({"do": "note", "note": "x"}, 422, "Open the checklist again"),
        (
            {"do": "note", "note": "NHS number 943 476 5919", "based_on": "0"},
            422,
            "Take out whatever says who",
        ),
        ({"do": "note", "note": "x", "based_on": "-1"}, 422, "greater than or equal to 0"),
        ({"do": "eat"}, 422, "Choose what you want to do"),
        ({}, 422, "Choose what you want to do"),
    ],
)
def test_what_cannot_be_is_said_at_the_line_with_and_without_the_script(
    world: World, typed: dict[str, str], status: int, words: str
) -> None:
    client = sign_in(world.ada)

    whole = client.post(world.line, typed)
    line = client.post(world.line, {**typed, "quietly": "1"})

    assert (whole.status_code, line.status_code) == (status, status)
    assert words in whole.content.decode()
    assert words in line.content.decode()
    assert ChecklistItem.objects.count() == 0


def test_two_notes_at_once_are_both_shown(world: World) -> None:
    actions.write_note(place=world.place(world.grace), text="Bank of Grace", based_on=0)
    client = sign_in(world.ada)

    for more in ({}, {"quietly": "1"}):
        answer = client.post(world.line, {"do": "note", "note": "Bank of Ada", "based_on": "0", **more})
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Somebody else has changed this note since you opened it." in html
        assert "<p>Bank of Grace</p>" in html
        assert ">\nBank of Ada</textarea>" in html
        assert 'name="based_on" value="1"' in html
    assert ChecklistItem.objects.get().note == "Bank of Grace"


def test_line_that_is_gone_for_good_leaves_nothing_to_show(world: World) -> None:
    actions.write_note(place=world.place(world.ada), text="Wait", based_on=0)
    world.kit.checklist = []
    world.kit.save_revision().publish()
    client = sign_in(world.ada)

    assert "No longer in the toolkit" in client.get(world.home).content.decode()
    answer = client.post(world.line, {"do": "note", "note": "", "based_on": "1", "quietly": "1"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert "This toolkit has no checklist now." in client.get(world.home).content.decode()
    unknown = client.post(f"{world.home}lines/{uuid4()}/", {"do": "tick", "quietly": "1"})
    assert (unknown.status_code, unknown.content) == (422, b"")


def test_end_of_an_appointment_while_working_ends_it_at_once(world: World) -> None:
    client = sign_in(world.ada)
    client.post(world.line, {"do": "tick"})
    Appointment.objects.filter(user=world.ada).update(ends_on=date(2026, 1, 1))

    assert client.post(world.line, {"do": "untick", "quietly": "1"}).status_code == 404
    assert client.get(world.home).status_code == 404
    assert ChecklistItem.objects.get().is_done


def test_person_without_a_network_is_told_how_to_add_an_appointment(world: World) -> None:
    nobody, waiting = make_user(), make_user()
    appoint(waiting, world.network, confirmed_at=None)

    for address in (f"/checklists/{world.kit.pk}/", "/checklists/"):
        assert 'href="/accounts/profile/appointments/add/"' in sign_in(nobody).get(address).content.decode()
        assert "Your appointment waits for confirmation." in sign_in(waiting).get(address).content.decode()


def test_person_of_several_networks_chooses_one(world: World) -> None:
    client = sign_in(world.ada)
    assert client.get(f"/checklists/{world.kit.pk}/")["Location"] == world.home

    appoint(world.ada, make_network(code="U54321", name="Another network"))
    html = client.get(f"/checklists/{world.kit.pk}/").content.decode()

    assert f'href="{world.home}"' in html
    assert f'href="/checklists/{world.kit.pk}/U54321/"' in html


def test_visitor_sees_the_plain_list_and_what_signing_in_gives(world: World, client: Client) -> None:
    plain = client.get(world.kit.url).content.decode()
    signed_in = sign_in(world.ada).get(world.kit.url).content.decode()

    assert "You can print this list. If you <a" in plain
    assert "<li>Open an account</li>" in plain
    assert "Work through this checklist with your network</a>" in signed_in
    assert "csrfmiddlewaretoken" not in plain


def test_toolkit_that_was_taken_down_stays_open_for_those_who_began(world: World) -> None:
    other = make_network(code="U54321")
    appoint(world.ada, other)
    actions.mark(place=world.place(world.ada), is_done=True)
    world.kit.unpublish()
    client = sign_in(world.ada)

    assert "This toolkit has been taken down." in client.get(world.home).content.decode()
    assert client.get(f"/checklists/{world.kit.pk}/U54321/").status_code == 404


def test_toolkit_for_some_is_no_way_round_its_door(world: World) -> None:
    restriction = PageViewRestriction.objects.create(
        page=world.kit, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.get(name="Editor"))

    client = sign_in(world.ada)

    assert [client.get(one).status_code for one in (world.home, f"/checklists/{world.kit.pk}/")] == [404, 404]
    assert client.post(world.line, {"do": "tick"}).status_code == 404


def test_list_is_put_aside_after_a_question_and_can_be_read(world: World) -> None:
    client = sign_in(world.ada)
    client.post(world.line, {"do": "tick"})

    asked = client.get(f"{world.home}start-again/").content.decode()
    assert "Sample network has done 1 of 3" in asked
    answer = client.post(f"{world.home}start-again/", follow=True).content.decode()
    archived = Checklist.objects.archived().get()

    assert "The list has been put aside." in answer
    assert "0 of 3 done" in answer
    read = client.get(f"{world.home}earlier/{archived.pk}/").content.decode()
    assert "1 of 3 done" in read
    assert "csrfmiddlewaretoken" not in read.partition("<main")[2]
    nothing = client.post(f"{world.home}start-again/", follow=True).content.decode()
    assert "Your network has not begun this checklist" in nothing


FORMULA = '=HYPERLINK("https://example.org","x")'


def test_list_is_taken_away_as_csv_and_for_excel_without_formulas(world: World) -> None:
    place = world.place(world.ada)
    actions.mark(place=place, is_done=True)
    actions.write_note(place=place, text=FORMULA, based_on=0)
    ChecklistItem.objects.update(note=f"{FORMULA}\x01")  # as a script might have written it
    client = sign_in(world.grace)

    as_csv = client.get(f"{world.home}checklist.csv")
    as_excel = client.get(f"{world.home}checklist.xlsx")

    table = list(csv.reader(io.StringIO(as_csv.getvalue().decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(as_excel.getvalue())).active
    cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert table == cells
    assert table[0] == [
        *("Group", "To do", "Done", "By", "When", "For", "Until", "Note", "Note by", "In the toolkit"),
    ]
    assert table[1] == [
        *("Money", "Open an account", "Yes", "Ada Example", "2026-03-10 09:30", "", "", f"'{FORMULA}"),
        *("Ada Example", "Yes"),
    ]
    assert [row[1] for row in table[1:]] == ["Open an account", "Make a budget", "Choose a director"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert f"setting-up-U12345-{timezone.localdate()}.csv" in as_csv["Content-Disposition"]
    assert as_excel["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert client.get(f"{world.home}checklist.pdf").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_list_takes_the_same_queries_however_much_was_said(
    world: World, count: int, django_assert_num_queries: Callable
) -> None:
    for todo in todos_of(world.kit)[:count]:
        place = actions.Place(world.kit, world.network, todo.key, world.ada, NOW)
        actions.write_note(place=place, text="x", based_on=0)
        actions.assign(place=place, to=world.grace)
    client = sign_in(world.ada)
    client.get(world.home)

    with django_assert_num_queries(11):
        client.get(world.home)
