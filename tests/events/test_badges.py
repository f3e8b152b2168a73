"""Name badges: whose, in which order, and read from the PDF as a printer gets it."""

import re
import subprocess
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from events.actions.ordering import cancel_line
from events.actions.questions import answer
from events.models import OrderLine, Place, Right
from events.pdf.badges import Badge, make
from events.pdf.people import ROLE, badges_for, lines_to_choose
from events.rules.badges import SHEETS
from portal.members.models import Appointment, AuditEntry
from tests.events.factories import make_pool, make_ticket
from tests.events.test_entries import ADA, GRACE, make_published, order_for
from tests.events.test_questions import ask, give_admin
from tests.factories import make_user, sign_in
from tests.members.factories import make_network

pytestmark = pytest.mark.django_db
LONG = "Oluwaseun Maximiliana Adebayo-Wolfeschlegelsteinhausenbergerdorff"


def words_of(pdf: bytes) -> list[list[str]]:
    """The words on each page."""
    command = ["pdftotext", "-layout", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return [page.split() for page in text.split("\f")[:-1]]


def boxes_of(pdf: bytes) -> dict[str, tuple[float, float, float, float]]:
    """Where each word is, in millimetres."""
    command = ["pdftotext", "-bbox", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', text
    )
    return {word: tuple(float(one) * 25.4 / 72 for one in box) for *box, word in found}


@pytest.mark.parametrize("key", SHEETS)
def test_a_sheet_is_filled_before_the_next_begins(key: str) -> None:
    sheet = SHEETS[key]
    people = [Badge(f"Person{number}", "Director", "Hall") for number in range(sheet.count + 1)]

    first, second = words_of(make(people, sheet, "Conference"))

    assert [word for word in second if word.startswith("Person")] == [f"Person{sheet.count}"]
    assert (first.count("Hall"), first.count("Director"), first.count("Conference")) == (sheet.count,) * 3


@pytest.mark.parametrize("key", SHEETS)
def test_long_names_stay_on_their_label(key: str) -> None:
    sheet = SHEETS[key]
    boxes = boxes_of(make([Badge("Bo", "", ""), Badge(LONG, "Clinical director", "Both days")], sheet, "C"))
    left, top = sheet.corner(1)

    mine = [
        boxes[word] for word in ("Oluwaseun", "Maximiliana", "Wolfeschlegelsteinhausenbergerdorff", "Both")
    ]
    assert all(
        x >= left and right <= left + sheet.width and y >= top and bottom <= top + sheet.height
        for x, y, right, bottom in mine
    )
    assert boxes["Wolfeschlegelsteinhausenbergerdorff"][3] <= boxes["Both"][1] + 0.5


def test_labels_that_are_used_already_stay_empty() -> None:
    sheet = SHEETS["l7160"]
    boxes = boxes_of(make([Badge("Bo", "", "")], sheet, "C", skip=4))
    left, top = sheet.corner(4)

    assert left <= boxes["Bo"][0] <= left + sheet.width
    assert top <= boxes["Bo"][1] <= top + sheet.height


def test_what_people_are_called_is_no_html() -> None:
    [words] = words_of(make([Badge("<b>Bo</b> & Co", "", "")], SHEETS["cards"], "C"))

    assert words[1:] == ["<b>Bo</b>", "&", "Co"]


def test_everybody_who_has_a_place_is_there_by_last_name_or_as_wanted() -> None:
    event = make_published()
    hall = make_ticket(make_pool(9, event), name="Hall")
    balcony = make_ticket(make_pool(9, event), name="Balcony")
    order_for(event, "ada-zeta@x.example", "zoe-alpha@x.example", "gone@x.example", ticket=hall)
    order_for(event, "bob-mu@x.example", ticket=balcony)
    order_for(make_published("Other"), "elsewhere@x.example")
    Place.objects.filter(email="ada-zeta@x.example").update(name="Ada Zeta")
    Place.objects.filter(email="zoe-alpha@x.example").update(name="Zoe alpha")
    Place.objects.filter(email="bob-mu@x.example").update(name="Bob Mu")
    cancel_line(line=OrderLine.objects.get(place__email="gone@x.example"), now=timezone.now())

    def names(**chosen: Any) -> list[str]:
        return [one.name for one in badges_for(event, timezone.now(), **chosen)]

    assert names() == ["Zoe alpha", "Bob Mu", "Ada Zeta"]
    assert names(order="name") == ["Ada Zeta", "Bob Mu", "Zoe alpha"]
    assert names(order="ticket") == ["Bob Mu", "Zoe alpha", "Ada Zeta"]
    assert names(ticket=balcony.pk) == ["Bob Mu"]
    assert names(words="zeta") == ["Ada Zeta"]
    assert names(since=date(2200, 1, 1)) == []
    assert len(names(since=timezone.localdate())) == 3


def test_below_the_name_stands_the_role_or_an_answer_but_nothing_sensitive() -> None:
    event, now = make_published(), timezone.now()
    order_for(event, ADA, GRACE)
    for email, confirmed in ((ADA, now), (GRACE, None)):
        Appointment.objects.create(
            user=make_user(email), network=make_network(code=f"U{email}"[:6]), role="clinical-director",
            starts_on=date(2020, 1, 1), confirmed_at=confirmed,
            confirmed_by=make_user(f"staff-{email}") if confirmed else None,
        )  # fmt: skip
    practice, diet = ask(event, "Where do you work?"), ask(event, "Diet?", is_sensitive=True)
    ada = Place.objects.get(email=ADA)
    answer(place=ada, answers={practice: "High Street Surgery", diet: "Vegan"}, now=now)

    def lines(line: str) -> list[str]:
        return [one.line for one in badges_for(event, now, line=line)]

    assert lines("") == ["", ""]
    assert [one[:17] for one in lines(ROLE)] == ["Clinical director", ""]
    assert lines(str(practice.pk)) == ["High Street Surgery", ""]
    assert lines(str(diet.pk)) == ["", ""]
    assert [key for key, _ in lines_to_choose(event)] == ["", ROLE, str(practice.pk)]


def test_organisers_get_the_file_and_the_log_has_the_number_alone() -> None:
    event = make_published()
    order_for(event, ADA)
    client = sign_in(make_user("staff@example.org", is_superuser=True), second_factor=True)
    address = f"/admin/places/{event.pk}/badges/"
    chosen = {"sheet": "l7160", "order": "last-name", "line": "", "skip": "0"}

    assert "real size" in client.get(address).content.decode()
    nobody = client.post(address, {**chosen, "words": "nobody"}).content.decode()
    answer_ = client.post(address, chosen)

    assert "Nobody fits" in nobody
    assert answer_["Content-Type"] == "application/pdf"
    assert "Ada" in words_of(answer_.content)[0]
    [logged] = AuditEntry.objects.filter(action="event.badges-made")
    assert logged.details == {"people": 1}


def test_who_checks_people_in_prints_none() -> None:
    event, helper = make_published(), make_user("helper@example.org", is_staff=True)
    give_admin(helper)
    event.rights.create(user=helper, right=Right.CHECK_IN, given_at=timezone.now())

    answer_ = sign_in(helper, second_factor=True).post(
        f"/admin/places/{event.pk}/badges/", {"sheet": "cards"}
    )

    assert answer_.status_code in (302, 403)
    assert not AuditEntry.objects.filter(action="event.badges-made").exists()


def test_as_many_questions_for_many_people_as_for_few(django_assert_num_queries: Any) -> None:
    event = make_published()
    make_user(ADA)
    for emails in ((ADA,), (GRACE, "una@x.example")):
        order_for(event, *emails)
        with django_assert_num_queries(3):
            badges_for(event, timezone.now(), line=ROLE)
