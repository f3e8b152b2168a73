"""Synonyms as editors keep them: checked in words, known to the next search, and brought along with the portal."""

import importlib
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client

from search.models import Synonym
from search.rules.synonyms import refusal_of_synonyms
from search.searching import read, synonyms
from tests.factories import make_staff, sign_in

BROUGHT = importlib.import_module("search.migrations.0004_synonyms_of_the_field")
LIST = "/admin/snippets/search/synonym/"
ADD = f"{LIST}add/"
PCN = ["PCN", "primary care network"]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        (["VAT", "value added tax"], None),
        (["network", "care network"], None),
        (["PCN lead", "lead of the PCN"], None),
        (["VAT", "vat"], "“vat” and “VAT” are the same: capitals do not matter, and plurals are found by themselves."),
        (["link worker", "Link  workers"], "“Link  workers” and “link worker” are the same: capitals do not matter, and plurals are found by themselves."),
        (["VAT", "…"], "“…” has no letter and no figure in it, so nobody can search for it."),
        (["network", "pcn"], "“pcn” is already in the group “PCN, primary care network”. Add your words to that group, or take it out there first."),
        (["network", "PCNs"], "“PCNs” is already in the group “PCN, primary care network”. Add your words to that group, or take it out there first."),
        (["Primary-care network", "x"], "“Primary-care network” is already in the group “PCN, primary care network”. Add your words to that group, or take it out there first."),
    ],
)  # fmt: skip
def test_a_word_is_once_in_one_group(terms: list[str], refusal: str | None) -> None:
    assert refusal_of_synonyms(terms, [["GP", "family doctor"], PCN]) == refusal


@pytest.fixture
def editor() -> Client:
    return sign_in(make_staff("Editor"), second_factor=True)


def error(answer: object) -> list[str]:
    return answer.context["form"].errors.get("words", [])


@pytest.mark.django_db
def test_an_editor_adds_changes_and_deletes_a_group_and_the_next_search_knows(
    editor: Client, django_capture_on_commit_callbacks: object
) -> None:
    Synonym.objects.all().delete()
    assert synonyms() == {}

    def others() -> set[tuple[str, ...]]:
        return {way for term in read("locum").wanted for way in term.alternatives}

    with django_capture_on_commit_callbacks(execute=True):
        added = editor.post(ADD, {"words": " Locum ,stand-in  doctor,, Locum"})
    [row] = Synonym.objects.all()
    assert (added.status_code, row.words) == (302, "Locum, stand-in doctor")
    assert others() == {("locum",), ("stand", "in", "doctor")}

    with django_capture_on_commit_callbacks(execute=True):
        changed = editor.post(f"{LIST}edit/{row.pk}/", {"words": "Locum, sessional GP"})
    assert changed.status_code == 302
    assert others() == {("locum",), ("sessional", "gp")}

    with django_capture_on_commit_callbacks(execute=True):
        editor.post(f"{LIST}delete/{row.pk}/")
    assert others() == {("locum",)}


@pytest.mark.django_db
def test_what_is_wrong_with_a_group_is_said_beside_the_field(editor: Client) -> None:
    taken = editor.post(ADD, {"words": "network, PCNs"})
    alone = editor.post(ADD, {"words": "locum"})
    twice = editor.post(ADD, {"words": "locum, locums"})
    itself = editor.post(
        f"{LIST}edit/{Synonym.objects.get(words__startswith='PCN').pk}/",
        {"words": "PCN, primary care network, network"},
    )

    assert error(taken) == [
        "“PCNs” is already in the group “PCN, primary care network”. Add your words to that group, or take it out there first."
    ]
    assert error(alone) == ["Give two words or phrases or more, 20 at most, with commas between them."]
    assert error(twice) == [
        "“locums” and “locum” are the same: capitals do not matter, and plurals are found by themselves."
    ]
    assert itself.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "filled"),
    [("", ""), ("?words=care+home", "care home, "), ("?words=a,%20b%0A", "a b, "), ("?words=" + "x" * 900, "x" * 200 + ", ")],
)  # fmt: skip
def test_a_link_can_fill_the_first_word_in(editor: Client, asked: str, filled: str) -> None:
    answer = editor.get(f"{ADD}{asked}")

    assert (answer.status_code, answer.context["form"]["words"].value() or "") == (200, filled)


@pytest.mark.django_db
def test_reviewers_and_managers_of_the_forum_do_not_keep_synonyms() -> None:
    for group in ("Clinical reviewer", "Forum manager", "Administrator"):
        browser = sign_in(make_staff(group), second_factor=True)

        assert [browser.get(address).status_code for address in (LIST, ADD)] == [302, 302]
        assert browser.post(ADD, {"words": "locum, stand-in"}).status_code == 302
    assert not Synonym.objects.filter(words__startswith="locum").exists()


@pytest.mark.django_db
def test_the_words_of_the_field_come_along_and_fit_together() -> None:
    groups = [one.terms() for one in Synonym.objects.all()]

    assert sorted(", ".join(group) for group in groups) == sorted(BROUGHT.SYNONYMS)
    assert [
        refusal
        for place, group in enumerate(groups)
        if (refusal := refusal_of_synonyms(group, groups[:place] + groups[place + 1 :]))
    ] == []
    assert {("arrs",), ("additional", "roles"), ("additional", "roles", "reimbursement", "scheme")} == {
        *read("ARRS").wanted[0].alternatives
    }


@pytest.mark.django_db
def test_on_the_way_back_what_editors_changed_stays_and_on_the_way_again_nothing_is_there_twice() -> None:
    Synonym.objects.filter(words__startswith="VAT").update(words="VAT, value added tax, sales tax")

    BROUGHT.bring(apps, None)
    twice = Synonym.objects.count()
    BROUGHT.take(apps, None)

    assert twice == len(BROUGHT.SYNONYMS) + 1
    assert [one.words for one in Synonym.objects.all()] == ["VAT, value added tax, sales tax"]
