"""Every key to an account and every address of every model: shown to its person, and let go of, or a reason why not."""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from portal.members.personal import Subject, register, registry, sections, subjects


def keys_and_addresses() -> Iterator[tuple[str, models.Field]]:
    """`app.Model.field` of whatever leads to an account or holds an address, where it is declared."""
    for model in apps.get_models():
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if field.related_model is get_user_model() or isinstance(field, models.EmailField):
                yield f"{model._meta.label}.{field.name}", field


def test_every_key_to_an_account_and_every_address_is_shown_to_its_person_or_has_a_reason_why_not() -> None:
    shown = {field for section in sections() for field in section.fields}
    reasons = {field: reason for subject in subjects() for field, reason in subject.not_shown.items()}
    held = {name for name, _ in keys_and_addresses()}

    assert {"members.Acceptance.user", "listserver.ListInvitation.email"} <= held
    assert held - shown - set(reasons) == set()
    assert shown & set(reasons) == set()
    assert (set(reasons) - held, shown - held) == (set(), set())
    assert min(len(reason) for reason in reasons.values()) > 20


def test_every_key_and_every_address_goes_with_its_person_or_has_a_reason_why_it_stays() -> None:
    goes = {field for subject in subjects() for field in subject.lets_go}
    reasons = {field: reason for subject in subjects() for field, reason in subject.stays.items()}
    left = {name for name, field in keys_and_addresses() if not goes_with_the_account(field)}

    assert left == goes | set(reasons)
    assert goes & set(reasons) == set()
    assert min(len(reason) for reason in reasons.values()) > 20


def goes_with_the_account(field: models.Field) -> bool:
    """Whether the database takes a key away with the account, or a row with an address."""
    if field.many_to_many:
        return True
    if field.related_model is get_user_model():
        return field.remote_field.on_delete in {models.CASCADE, models.SET_NULL}
    hangs_on_it = any(
        key.related_model is get_user_model() and key.remote_field.on_delete is models.CASCADE
        for key in field.model._meta.local_fields
        if key.many_to_one
    )
    return field.model is get_user_model() or hangs_on_it


def test_a_subject_that_registers_again_takes_its_own_place_and_work_comes_last() -> None:
    before = subjects()
    mine, again = Subject(sections=()), Subject(sections=(), lets_go=("a",))
    try:
        register("test", mine)
        register("test", again)
        after = subjects()
    finally:
        del registry._subjects["test"]

    assert (after.count(mine), after.count(again), len(after)) == (0, 1, len(before) + 1)
    assert [subject.is_of_work for subject in after] == [False] * len(before) + [True]
