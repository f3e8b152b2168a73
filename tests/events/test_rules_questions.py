"""What can be asked, answered and changed."""

import pytest

from events.models import EventPage
from events.rules.questions import missing, refusal_to_answer, refusal_to_change
from tests.events.factories import SECOND
from tests.factories import NOW


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({}, None),
        ({"starts_at": NOW + SECOND}, None),
        ({"starts_at": NOW}, "Conference has begun, so"),
        ({"starts_at": NOW - SECOND}, "Conference has begun, so"),
        ({"starts_at": NOW + SECOND, "cancelled_at": NOW}, "Conference has been called off."),
        ({"starts_at": NOW + SECOND, "cancelled_at": NOW + SECOND}, None),
    ],
)
def test_answers_can_be_changed_until_the_event_begins(fields: dict, refusal: str | None) -> None:
    found = refusal_to_answer(EventPage(title="Conference", **fields), NOW)

    assert (found or "")[: len(refusal or "x")] == (refusal or "")


@pytest.mark.parametrize(
    ("is_answered", "kind", "sensitivity", "refused"),
    [
        (False, True, True, False),
        (True, False, False, False),
        (True, True, False, True),
        (True, False, True, True),
    ],
)
def test_what_has_answers_keeps_its_kind(
    is_answered: bool, kind: bool, sensitivity: bool, refused: bool
) -> None:
    found = refusal_to_change(is_answered=is_answered, kind_changes=kind, sensitivity_changes=sensitivity)

    assert bool(found) == refused


@pytest.mark.parametrize(
    ("answers", "left"), [({}, {1}), ({1: ""}, {1}), ({1: []}, {1}), ({1: "No"}, set()), ({2: "x"}, {1})]
)
def test_an_empty_answer_is_none(answers: dict[int, object], left: set[int]) -> None:
    assert missing(answers, {1}) == left
