"""The addresses of lists: what each stands for, and that none can be made up."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from forum import addresses
from forum.addresses import BY_MAIL, Command, Purpose, ToKey, ToList

numbers = st.integers(min_value=0, max_value=2**48 - 1)


@pytest.fixture(autouse=True, scope="module")
def domain() -> Iterator[None]:
    with override_settings(LIST_DOMAIN="lists.example"):
        yield


@pytest.mark.parametrize(
    ("recipient", "meant"),
    [
        ("setting-up@lists.example", ToList("setting-up")),
        ("Setting-Up@LISTS.example", ToList("setting-up")),
        ("setting-up-help@lists.example", ToList("setting-up", Command.HELP)),
        ("setting-up-unsubscribe@lists.example", ToList("setting-up", Command.UNSUBSCRIBE)),
        ("setting-up@elsewhere.example", None),
        ("setting-up", None),
        ("", None),
        ("@lists.example", None),
        ("reply+short@lists.example", None),
        ("other+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@lists.example", None),
        ("reply+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@lists.example", None),
    ],
)
def test_an_address_stands_for_a_list_a_command_or_nothing(
    recipient: str, meant: ToList | ToKey | None
) -> None:
    assert addresses.read(recipient) == meant


@given(purpose=st.sampled_from(Purpose), first=numbers, second=numbers, upper=st.booleans())
def test_a_secret_address_gives_back_its_numbers_in_any_case_and_keeps_to_the_limits(
    purpose: Purpose, first: int, second: int, *, upper: bool
) -> None:
    secret = addresses.secret(purpose, first, second)

    by_mail = ToKey(purpose, first, second) if purpose in BY_MAIL else None
    assert addresses.read(secret.upper() if upper else secret) == by_mail
    assert addresses.opened(purpose, addresses.key_of(purpose, first, second)) == (first, second)
    assert len(secret.partition("@")[0]) <= 64
    assert len(addresses.key_of(purpose, first, second)) == addresses.KEY_LENGTH


@given(
    purpose=st.sampled_from(Purpose),
    first=numbers,
    second=numbers,
    at=st.integers(0, 35),
    by=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"),
)
def test_a_key_with_one_character_changed_opens_nothing(
    purpose: Purpose, first: int, second: int, at: int, by: str
) -> None:
    key = addresses.key_of(purpose, first, second)
    changed = key[:at] + by + key[at + 1 :]

    assert addresses.opened(purpose, changed) == ((first, second) if changed == key else None)


def test_a_key_for_answering_is_of_no_use_for_anything_else() -> None:
    key = addresses.key_of(Purpose.REPLY, 12, 34)

    assert [addresses.opened(purpose, key) for purpose in Purpose] == [(12, 34), None, None, None, None]


def test_a_key_of_another_portal_opens_nothing() -> None:
    key = addresses.key_of(Purpose.REPLY, 12, 34)

    with override_settings(SECRET_KEY="another"):
        assert addresses.opened(Purpose.REPLY, key) is None


@pytest.mark.parametrize(
    ("slug", "taken"),
    [
        ("directors", False),
        ("reply", True),
        ("postmaster", True),
        ("news-help", True),
        ("help", False),
        ("x" * 50, False),
        ("x" * 51, True),
    ],
)
def test_a_list_cannot_have_an_address_that_means_something_else(slug: str, *, taken: bool) -> None:
    assert addresses.is_taken(slug) is taken
