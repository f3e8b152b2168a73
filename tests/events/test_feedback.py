"""The feedback form: asked of those who were there, filled in once, and shown without anything that says who said what."""

from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from events.actions.feedback import add_usual_questions, answer, ask, remove_question, save_question
from events.addresses import Use, path_to, secret_of
from events.feedback import results, table
from events.models import (
    Answered,
    EventPage,
    FeedbackAnswer,
    FeedbackKind,
    FeedbackQuestion,
    How,
    Place,
    Response,
    Right,
)
from events.rules.feedback import ASKED_FOR, TAKEN_FOR, Bar, bars, is_asked, mean, refusal_of_feedback
from portal.members.models import Mail
from tests.events.attendees import HOUR, helper, make_place, make_webinar
from tests.events.factories import SECOND, refused
from tests.factories import NOW

ENDS = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)


def event(**fields: Any) -> EventPage:
    # Wagtail would ask the database for the type.
    values = {"pk": 1, "content_type_id": 1, "title": "Webinar", "starts_at": ENDS - HOUR, "ends_at": ENDS}
    return EventPage(**values | fields)


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        (ENDS - SECOND, False),
        (ENDS, True),
        (ENDS + SECOND, True),
        (ENDS + ASKED_FOR - SECOND, True),
        (ENDS + ASKED_FOR, False),
    ],
)
def test_people_are_asked_from_the_end_on_for_60_days(now: datetime, asked: bool) -> None:
    assert is_asked(event(), now) == asked
    assert not is_asked(event(cancelled_at=ENDS), now)
    assert not is_asked(event(starts_at=None, ends_at=None), now)


FINE = {"has_form": True, "was_there": True, "has_answered": False}


@pytest.mark.parametrize(
    ("now", "state", "facts", "refusal"),
    [
        (ENDS - SECOND, "confirmed", {}, "You can fill in the form once"),
        (ENDS, "confirmed", {}, None),
        (ENDS + TAKEN_FOR - SECOND, "confirmed", {}, None),
        (ENDS + TAKEN_FOR, "confirmed", {}, "The form is closed."),
        (ENDS, "gone", {}, "There is no form"),
        (ENDS, "confirmed", {"has_form": False}, "There is no form"),
        (ENDS, "confirmed", {"was_there": False}, "The form is for those who were there"),
        (ENDS, "confirmed", {"has_answered": True}, "You have filled in the form."),
    ],
)
def test_the_form_is_for_those_who_were_there_once(
    now: datetime, state: str, facts: dict[str, bool], refusal: str | None
) -> None:
    found = refusal_of_feedback(event(), state, now, **FINE | facts)

    assert (found or "").startswith(refusal or "")
    assert (found is None) == (refusal is None)


def test_answers_become_bars_and_a_mean() -> None:
    assert bars(["1", "2", "3"], ["3", "3", "2", "other"]) == [
        Bar("1", 0, 0, 0),
        Bar("2", 1, 33, 50),
        Bar("3", 2, 67, 100),
    ]
    assert bars(["1"], []) == [Bar("1", 0, 0, 0)]
    assert (mean(["3", "4", "4"]), mean([])) == ("3.7", "")


# --- Asking and answering ------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def webinar() -> EventPage:
    """One that ended an hour ago, with the usual questions."""
    made = make_webinar(timezone.now() - 3 * HOUR)
    add_usual_questions(event=made)
    return made


def attendee(webinar: EventPage, **fields: Any) -> Place:
    place = make_place(webinar, **fields)
    place.attendance.create(how=How.CODE, at=NOW)
    return place


def first(webinar: EventPage) -> FeedbackQuestion:
    return webinar.feedback_questions.first()


def test_those_who_were_there_are_asked_once_each(webinar: EventPage) -> None:
    there = attendee(webinar)
    make_place(webinar)
    attendee(webinar, state="gone")
    done = attendee(webinar)
    Answered.objects.create(place=done)

    assert (ask(), ask()) == (1, 0)
    sent = Mail.objects.get()
    assert (sent.template, sent.to) == ("event_feedback", there.email)
    assert path_to(there, Use.FEEDBACK) in sent.text
    assert "certificate" not in sent.text
    late = attendee(webinar)
    assert ask() == 1
    assert Mail.objects.latest("pk").to == late.email


def test_nobody_is_asked_before_the_end_or_without_questions(webinar: EventPage) -> None:
    attendee(webinar)
    attendee(make_webinar(timezone.now() - 3 * HOUR))

    assert ask(webinar.ends_at - SECOND) == 0
    assert ask(webinar.ends_at + ASKED_FOR) == 0
    assert not Mail.objects.exists()
    assert ask(webinar.ends_at) == 1


def test_the_mail_says_so_if_the_certificate_needs_it() -> None:
    event = make_webinar(timezone.now() - 3 * HOUR, needs_feedback=True)
    add_usual_questions(event=event)
    attendee(event)
    ask()

    assert "You get your certificate of attendance as soon as you have answered." in Mail.objects.get().text


def test_asking_asks_the_database_as_much_for_one_as_for_three(
    webinar: EventPage, django_assert_num_queries: Any
) -> None:
    attendee(webinar)
    ask()
    with django_assert_num_queries(3):
        ask()
    attendee(webinar)
    attendee(webinar)
    ask()
    with django_assert_num_queries(3):
        ask()


def test_somebody_fills_in_the_form_by_browser(webinar: EventPage, client: Client) -> None:
    place = attendee(webinar)
    path, question = path_to(place, Use.FEEDBACK), first(webinar)

    assert question.text in client.get(path).content.decode()
    missing = client.post(path, {}).content.decode()
    wrong = client.post(path, {f"question-{question.pk}": "6"}).content.decode()
    assert not Response.objects.exists()
    done = client.post(path, {f"question-{question.pk}": "5"}, follow=True).content.decode()
    again = client.post(path, {f"question-{question.pk}": "1"}).content.decode()

    assert ("Choose one." in missing, "Choose one." in wrong) == (True, True)
    assert "Thank you. We have your answers." in done
    assert "You have filled in the form. Thank you." in again
    assert [one.value for one in FeedbackAnswer.objects.all()] == ["5"]
    assert Answered.objects.get().place == place


def test_whoever_was_not_there_or_has_no_place_cannot_fill_it_in(webinar: EventPage, client: Client) -> None:
    place = make_place(webinar)

    page = client.post(path_to(place, Use.FEEDBACK), {f"question-{first(webinar).pk}": "5"})
    guessed = client.get(f"/booking/feedback/{place.pk}/{secret_of(place, Use.JOIN)}/")

    assert "The form is for those who were there" in page.content.decode()
    assert guessed.status_code == 404
    assert not Response.objects.exists()


def test_nothing_that_is_kept_leads_from_answers_to_people(webinar: EventPage) -> None:
    for number in range(3):
        answer(place=attendee(webinar), values={first(webinar).pk: str(number + 1)}, now=timezone.now())

    fields = {
        model: {field.name for field in model._meta.get_fields() if field.concrete}
        for model in (Response, FeedbackAnswer, Answered)
    }
    assert fields == {
        Response: {"id", "event"},
        FeedbackAnswer: {"id", "response", "question", "value"},
        Answered: {"id", "place"},
    }
    assert Response._meta.pk.get_internal_type() == FeedbackAnswer._meta.pk.get_internal_type() == "UUIDField"


def test_answers_to_questions_of_other_events_are_not_kept(webinar: EventPage) -> None:
    other = make_webinar(timezone.now() - 3 * HOUR)
    add_usual_questions(event=other)

    answer(place=attendee(webinar), values={first(webinar).pk: "5", first(other).pk: "1"}, now=timezone.now())

    assert FeedbackAnswer.objects.get().question == first(webinar)


# --- For organisers ------------------------------------------------------------------------------------------------------


def test_results_have_bars_means_and_words(webinar: EventPage) -> None:
    scale, _, choice, words, _ = webinar.feedback_questions.all()
    for number, (recommends, text) in enumerate([("Yes", "More time"), ("Yes", ""), ("No", "=1+1")]):
        values = {scale.pk: str(number + 3), choice.pk: recommends, words.pk: text}
        answer(place=attendee(webinar), values=values, now=timezone.now())

    found = {result.question: result for result in results(webinar)}

    assert found[scale].mean == "4.0"
    assert [(bar.label, bar.count) for bar in found[choice].bars] == [("Yes", 2), ("Perhaps", 0), ("No", 1)]
    assert set(found[words].words) == {"More time", "=1+1"}
    assert found[scale].summary == "3 answers, 4.0 on average. 1: 0, 2: 0, 3: 1, 4: 1, 5: 1"
    columns, rows = table(webinar)
    assert columns[0] == scale.text
    assert sorted(row[:4] for row in rows) == [
        ["3", "", "Yes", "More time"],
        ["4", "", "Yes", ""],
        ["5", "", "No", "=1+1"],
    ]


def test_results_ask_as_much_for_one_as_for_three(webinar: EventPage, django_assert_num_queries: Any) -> None:
    for _ in range(3):
        with django_assert_num_queries(2):
            results(webinar)
        answer(place=attendee(webinar), values={first(webinar).pk: "5"}, now=timezone.now())


def test_organisers_make_the_form_and_see_what_came_of_it(client: Client) -> None:
    event = make_webinar(timezone.now() - 3 * HOUR)
    organiser, path = helper(event, Right.ORGANISE), f"/admin/places/{event.pk}/feedback/"

    assert "There is no feedback form yet." in organiser.get(path).content.decode()
    organiser.post(f"{path}usual/")
    added = organiser.post(
        f"{path}add/", {"text": "Which day?", "kind": "choice", "choices": "One\nTwo\nOne\n"}, follow=True
    )
    bad = organiser.post(f"{path}add/", {"text": "Which day?", "kind": "choice", "choices": "One"})
    organiser.post(
        f"{path}{first(event).pk}/change/", {"text": "Useful?", "kind": "scale", "choices": "left over"}
    )
    organiser.post(f"{path}{event.feedback_questions.all()[1].pk}/remove/")

    assert "Which day?" in added.content.decode()
    assert "Give two answers at least" in bad.content.decode()
    assert [(one.text, one.choices) for one in event.feedback_questions.all()][::4] == [
        ("Useful?", ""),
        ("Which day?", "One\nTwo"),
    ]
    answer(place=attendee(event), values={first(event).pk: "5"}, now=timezone.now())
    page = BeautifulSoup(organiser.get(path).content, "html.parser")
    assert [
        rect["width"] for rect in page.select("svg rect[width]") if rect.parent.get("viewbox") == "0 0 100 10"
    ][:5] == [
        "0",
        "0",
        "0",
        "0",
        "100",
    ]
    assert "Change" not in page.select_one("section").get_text()
    lines = b"".join(organiser.post(f"{path}export/").streaming_content).decode().splitlines()
    assert len(lines) == 2


def test_a_form_that_people_have_answered_stays_as_it_is(webinar: EventPage) -> None:
    answer(place=attendee(webinar), values={first(webinar).pk: "5"}, now=timezone.now())

    with refused("People have answered"):
        save_question(question=FeedbackQuestion(event=webinar, text="More?", kind=FeedbackKind.TEXT))
    with refused("People have answered"):
        remove_question(question=first(webinar))
    with refused("There are questions already."):
        add_usual_questions(event=webinar)
    assert webinar.feedback_questions.count() == 5


def test_only_organisers_see_feedback(webinar: EventPage) -> None:
    path = f"/admin/places/{webinar.pk}/feedback/"

    assert helper(webinar, Right.CHECK_IN).get(path).status_code == 302
    assert helper(webinar, Right.ORGANISE).get(path).status_code == 200
