"""Figures as editors keep them, and the calculator's page: every line with its section, its edition and what became of it."""

import json
import re
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from wagtail.models import Page

from handbook.models import HandbookPage
from portal.demo.load_figures import FILE, values_of
from portal.pages.models import StaffRole
from portal.toolkits.models import CalculatorPage, Figure
from portal.toolkits.triggers import guard
from tests.factories import NOW, make_staff, sign_in
from tests.handbook.working_copy import add_section, edit, make_handbook, publish
from tests.toolkits.factories import figure, make_calculator

pytestmark = pytest.mark.django_db
BEFORE = NOW - timedelta(days=2)


@pytest.fixture
def handbook(home: Page) -> HandbookPage:
    """“Money” is the same in both editions, “Posts” was amended in 2.0."""
    found = make_handbook()
    add_section(found, "Money", "<p>£1.50.</p>")
    posts = add_section(found, "Posts", "<p>70%.</p>")
    publish(found, "1.0", now=BEFORE)
    edit(posts, html="<p>80%.</p>")
    publish(found, "2.0", now=BEFORE + timedelta(days=1))
    return found


@pytest.fixture
def page(home: Page, handbook: HandbookPage) -> CalculatorPage:
    pharmacist = StaffRole.objects.get_or_create(slug="pharmacist", defaults={"name": "Pharmacist"})[0]
    figure().save()
    posts = {"name": "Pharmacist", "unit": "share", "hundredths": 7000, "source": "/handbook/1.0/posts/"}
    figure(key="share", role=pharmacist, **posts).save()
    return make_calculator(home)


def asked(client: Client, page: CalculatorPage, **values: Any) -> str:
    query = urlencode({"year": 2025, "registered": "42,000", **values})
    return client.get(f"{page.url}?{query}").content.decode()


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


def test_each_line_has_its_sum_its_source_and_its_dates(client: Client, page: CalculatorPage) -> None:
    text = text_of(asked(client, page))

    assert (
        "Core payment 42,000 registered patients × £1.50 Source: 1 Money , edition 1.0. Holds from 1 April 2024. £63,000.00"
        in text
    )
    assert "Together, without the director's time £63,000.00" in text
    assert "The handbook has changed this section since." not in text


def test_source_that_was_amended_since_is_warned_of(client: Client, page: CalculatorPage) -> None:
    html = asked(client, page, posts_pharmacist="1", cost_pharmacist="£56,000")

    assert "1 full-time post × 70% of £56,000.00 Source: 2 Posts , edition 1.0; amended since." in text_of(
        html
    )
    assert "The handbook has changed this section since." in html
    assert '<a href="/handbook/posts/">the section as it is now</a>' in html
    assert "£39,200.00 Left for the network: £16,800.00" in text_of(html)


def test_source_that_is_not_published_any_more_is_said(
    client: Client, page: CalculatorPage, handbook: HandbookPage
) -> None:
    handbook.unpublish()

    assert "Source: /handbook/1.0/money/ (nothing is published there any more)." in text_of(
        asked(client, page)
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"registered": ""}, "Registered patients: enter a whole number from 1 to 10,000,000."),
        ({"registered": "0"}, "Registered patients: enter a whole number from 1 to 10,000,000."),
        ({"registered": "-5"}, "Registered patients: enter a whole number from 1 to 10,000,000."),
        ({"registered": "1.5"}, "Registered patients: enter a whole number from 1 to 10,000,000."),
        ({"registered": "9" * 400}, "Registered patients: enter a whole number from 1 to 10,000,000."),
        ({"year": "1066"}, "Choose a year from the list."),
        ({"year": "x"}, "Choose a year from the list."),
        ({"year": ""}, "Choose a year."),
        (
            {"posts_pharmacist": "NaN"},
            "Pharmacist: full-time posts: enter a number from 0 to 200, with two decimal places at most.",
        ),
        (
            {"posts_pharmacist": "1.005"},
            "Pharmacist: full-time posts: enter a number from 0 to 200, with two decimal places at most.",
        ),
        (
            {"posts_pharmacist": "1e9"},
            "Pharmacist: full-time posts: enter a number from 0 to 200, with two decimal places at most.",
        ),
        (
            {"cost_pharmacist": "free"},
            "Pharmacist: cost of a full-time post a year: enter a number from 0 to 1,000,000, with two decimal places at most.",
        ),
        ({"posts_pharmacist": "1"}, "Pharmacist: enter what a full-time post costs."),
        ({"weeks": "54"}, "Weeks that the director works in a year: enter a whole number from 1 to 53."),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_worked_out(
    client: Client, page: CalculatorPage, values: dict[str, str], said: str
) -> None:
    html = asked(client, page, **values)

    assert said in html
    assert "<title>Error: " in html
    assert "result-heading" not in html


def test_year_without_figures_says_so(client: Client, page: CalculatorPage) -> None:
    Figure.objects.update(ends_on=date(2025, 4, 1))

    text = text_of(asked(client, page))

    assert "We have no figures for this year" in text
    assert "Nothing has been worked out for April 2025 to March 2026. Choose another year." in text
    assert "Core payment: no figure from 1 April 2025 until before 1 April 2026" in text


def test_page_without_figures_has_no_form(client: Client, home: Page) -> None:
    html = client.get(make_calculator(home).url).content.decode()

    assert "There are no figures at the moment, so nothing can be worked out." in html
    assert '<form class="sums-form"' not in html


def test_address_is_the_same_for_everybody_and_nothing_is_kept(client: Client, page: CalculatorPage) -> None:
    plain = asked(client, page)
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', plain, re.DOTALL)[1])["@graph"][0]

    assert "csrfmiddlewaretoken" not in plain
    assert client.cookies == {}
    assert (data["@type"], data["name"]) == ("WebApplication", "Sums")
    assert f'<link rel="canonical" href="http://testserver{page.url}">' in plain
    assert client.post(page.url).status_code == 405


@pytest.mark.parametrize("count", [1, 6])
def test_page_takes_eight_queries_at_most_however_many_figures_there_are(
    client: Client, page: CalculatorPage, count: int, django_assert_num_queries: Callable
) -> None:
    for number in range(count):
        figure(
            key=f"more-{number}", name=f"More {number}", source=f"/handbook/{1 + number % 2}.0/posts/"
        ).save()
    client.get(page.url)

    with django_assert_num_queries(2):
        client.get(page.url)
    with django_assert_num_queries(4):
        asked(client, page)


# --- What the database refuses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_refused"),
    [
        (date(2024, 1, 1), date(2024, 4, 1), False),
        (date(2024, 1, 1), date(2024, 4, 2), True),
        (date(2024, 1, 1), None, True),
        (date(2024, 6, 1), date(2024, 7, 1), True),
        (date(2025, 3, 31), None, True),
        (date(2025, 4, 1), None, False),
    ],
)
def test_two_figures_of_one_key_never_hold_on_the_same_day(
    starts_on: date, ends_on: date | None, is_refused: bool
) -> None:
    figure(ends_on=date(2025, 4, 1)).save()

    def refused(make: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                make()
        except DatabaseError as error:
            assert "Two figures cannot hold on the same day." in str(error)
            return True
        return False

    other = figure(key="elsewhere", starts_on=starts_on, ends_on=ends_on)
    other.save()
    found = (
        refused(lambda: figure(starts_on=starts_on, ends_on=ends_on).save()),
        refused(lambda: Figure.objects.filter(pk=other.pk).update(key="core-payment")),
    )

    assert found[0] is is_refused
    # The first may have been saved: then its days are taken.
    assert found[1] is True or not is_refused


def test_figure_may_be_changed_without_meeting_itself_and_a_role_has_one_share_at_a_time(home: Page) -> None:
    role = StaffRole.objects.create(name="Nurse", slug="nurse")
    one = figure(key="a", unit="share", hundredths=7000, role=role)
    one.save()
    one.name = "Another name"
    one.save()

    with pytest.raises(DatabaseError), transaction.atomic():
        figure(key="b", unit="share", hundredths=8000, role=role).save()
    figure(key="c", unit="post", hundredths=8000, role=role).save()
    assert guard.missing(connection) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"hundredths": 0},
        {"ends_on": date(2024, 4, 1)},
        {"unit": "share"},
        {"unit": "share", "hundredths": 10_001, "with_role": True},
        {"with_role": True},
    ],
)
def test_figure_that_cannot_be_is_refused_by_the_database(fields: dict[str, Any]) -> None:
    role = StaffRole.objects.create(name="Nurse", slug="nurse") if fields.pop("with_role", False) else None

    with pytest.raises(IntegrityError), transaction.atomic():
        figure(role=role, **fields).save()


# --- Editors ------------------------------------------------------------------------------------------------------------

ADD = "/admin/snippets/toolkits/figure/add/"
TYPED = {
    "name": "Core payment",
    "key": "core-payment",
    "unit": "patient",
    "role": "",
    "value": "1.50",
    "starts_on": "2024-04-01",
    "ends_on": "",
    "source": "/handbook/1.0/money/",
    "note": "",
}


def test_editor_keeps_a_figure_in_pounds_and_gives_it_an_end(handbook: HandbookPage) -> None:
    editor = sign_in(make_staff("Editor"), second_factor=True)

    assert editor.post(ADD, TYPED).status_code == 302
    kept = Figure.objects.get()
    address = f"/admin/snippets/toolkits/figure/edit/{kept.pk}/"
    assert 'value="1.5' in editor.get(address).content.decode()
    assert editor.post(address, {**TYPED, "ends_on": "2025-04-01"}).status_code == 302
    assert editor.post(ADD, {**TYPED, "value": "1.60", "starts_on": "2025-04-01"}).status_code == 302

    assert [(one.hundredths, one.starts_on, one.ends_on) for one in Figure.objects.order_by("starts_on")] == [
        (150, date(2024, 4, 1), date(2025, 4, 1)),
        (160, date(2025, 4, 1), None),
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"starts_on": "2026-01-01"},
            "“Core payment: £1.50” holds from 1 April 2024. Give that figure an end first",
        ),
        ({"key": "x", "unit": "share", "value": "70"}, "Choose a role for what is repaid of a post"),
        ({"key": "x", "unit": "share", "value": "101"}, "A share can be 100 per cent at most."),
        ({"key": "x", "value": "0"}, "greater than or equal to 0.01"),
        ({"key": "x", "value": "1.505"}, "no more than 2 decimal places"),
        ({"key": "x", "ends_on": "2024-04-01"}, "The end must be after the start."),
        ({"key": "x", "source": "/handbook/money/"}, "There is no such section in a published edition."),
        (
            {"key": "x", "source": "/handbook/1.0/nowhere/"},
            "There is no such section in a published edition.",
        ),
        ({"key": "x", "source": "/handbook/1.0/"}, "There is no such section in a published edition."),
        ({"key": "x", "source": "/"}, "There is no such section in a published edition."),
        ({"key": "x", "source": "https://example.org/"}, "There is no such section in a published edition."),
    ],
)
def test_editor_is_told_what_cannot_be_and_nothing_is_saved(
    handbook: HandbookPage, values: dict[str, str], said: str
) -> None:
    figure().save()
    editor = sign_in(make_staff("Editor"), second_factor=True)

    answer = editor.post(ADD, {**TYPED, **values})

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Figure.objects.count() == 1


def test_figures_of_the_demonstration_can_be_read_and_are_those_of_its_handbook() -> None:
    found = [values_of(one) for one in tomllib.loads(FILE.read_text())["figure"]]

    assert {one["key"]: Figure(**one).amount for one in found} == {
        "core-payment": "£1.50",
        "director-time": "40,000 patients",
        "share-clinical-pharmacist": "70%",
        "share-link-worker": "100%",
        "share-physiotherapist": "70%",
        "share-physician-associate": "70%",
        "share-paramedic": "70%",
    }
