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


def test_a_subject_that_registers_again_takes_its_own_place() -> None:
    before = subjects()
    try:
        register("test", Subject(sections=()))
        register("test", Subject(sections=(), not_shown={"a": "b"}))
        assert [*before, Subject(sections=(), not_shown={"a": "b"})] == subjects()
    finally:
        del registry._subjects["test"]
