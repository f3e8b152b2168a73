"""What can be followed in handbooks, as the page of what one follows calls it."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest

from handbook.actions.editions import prepare_edition
from handbook.following import handbook_key, section_key
from handbook.models import EditionSection, HandbookPage, SectionPage
from portal.members.follows import Followed, known
from tests.factories import NOW
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

NOWHERE = UUID("0f5a1c3e-7b2d-4c1e-9a8b-1d2e3f4a5b6c")


@pytest.fixture(scope="module")
def shared() -> HandbookPage:
    """Quorum is renamed in 1.1, Legal removed; Money comes with 2.0, in a hundred years."""
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half.</p>")
    legal = add_section(handbook, "Legal", "<p>Law.</p>")
    publish(handbook, "1.0")
    edit(quorum, title="Quorums", slug="quorums")
    legal.unpublish()
    publish(handbook, "1.1", now=NOW + timedelta(days=1))
    add_section(handbook, "Money", "<p>Pay.</p>")
    edit(quorum, title="How many", slug="how-many")
    publish(handbook, "2.0", now=NOW + timedelta(days=2), effective_on=date(2126, 7, 1))
    return handbook


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


def key(title: str) -> str:
    return section_key(EditionSection.objects.filter(title=title).first().key)


def test_a_handbook_and_its_sections_are_named_as_the_edition_in_force_calls_them(
    handbook: HandbookPage,
) -> None:
    asked = [handbook_key(handbook.pk), key("Quorum"), key("Legal"), key("Money")]

    assert known(asked) == {
        handbook_key(handbook.pk): Followed("Handbook", "/handbook/"),
        key("Quorum"): Followed("Handbook, section 1: Quorums", "/handbook/quorums/"),
        key("Money"): Followed("Handbook, section 2: Money", "/handbook/2.0/money/"),
    }


def test_what_is_only_being_prepared_cannot_be_followed(handbook: HandbookPage) -> None:
    add_section(handbook, "Secret", "<p>Secret.</p>")
    prepare_edition(handbook=handbook, by=None, now=NOW)

    assert known([key("Secret")]) == {}


def test_a_handbook_that_is_not_on_the_site_cannot_be_followed(handbook: HandbookPage) -> None:
    asked = [handbook_key(handbook.pk), key("Quorum")]
    before = len(known(asked))

    HandbookPage.objects.get().unpublish()

    assert (before, known(asked)) == (2, {})


@pytest.mark.parametrize(
    "odd",
    [
        "handbook:0", "handbook:007", "handbook:99999999999999999999", "handbook:x", "handbook:²", "handbook:-1",
        "section:x", "section:1", f"section:{NOWHERE}", f"section:{NOWHERE.hex}", f"section:{str(NOWHERE).upper()}",
    ],
)  # fmt: skip
def test_odd_keys_are_not_known(handbook: HandbookPage, odd: str) -> None:
    assert known([odd]) == {}


def test_a_section_is_known_by_one_spelling_of_its_key_only(handbook: HandbookPage) -> None:
    spelt = key("Quorum")

    assert list(known([spelt, spelt.upper(), spelt.replace("-", "")])) == [spelt]


@pytest.mark.parametrize("size", [3, 10])
def test_many_keys_take_the_same_queries(django_assert_num_queries: Callable, size: int) -> None:
    handbook = make_handbook()
    for number in range(size):
        add_section(handbook, f"Section {number}", "<p>Words.</p>")
    publish(handbook, "1.0")
    asked = [
        handbook_key(handbook.pk),
        *map(section_key, EditionSection.objects.values_list("key", flat=True)),
    ]
    known(asked)

    with django_assert_num_queries(5):
        assert len(known(asked)) == size + 1


def test_the_working_copy_is_never_named(handbook: HandbookPage) -> None:
    SectionPage.objects.filter(title="How many").update(title="Secret title")

    assert known([key("Quorum")])[key("Quorum")].title == "Handbook, section 1: Quorums"
