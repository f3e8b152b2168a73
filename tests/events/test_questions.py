"""Questions of organisers: asked while one orders, answered for each place, changed until the event begins, looked after in the admin."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events.actions import questions as actions
from events.actions.passing import pass_on
from events.actions.questions import add_ready, answer, remove_question, save_question
from events.actions.telling import tell_of_ticket
from events.models import (
    AcceptedTerms,
    Answer,
    BookingSettings,
    EventPage,
    Order,
    OrderLine,
    OrderState,
    Place,
    Question,
    QuestionKind,
    Right,
    SensitiveAnswer,
    Ticket,
)
from events.personal import orders, places
from events.questions import asked_of, tallies
from portal.members.models import AuditEntry, Mail, User
from portal.members.personal import person_of
from tests.events.factories import DAY, make_event, make_pool, make_ticket, refused
from tests.events.test_booking import name, order_as, take
from tests.events.test_entries import order_for
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
ADA, GRACE = "ada@one.example", "grace@two.example"


@pytest.fixture
def event() -> EventPage:
    now = timezone.now()
    return make_event("Conference", starts_at=now + 30 * DAY, ends_at=now + 31 * DAY)


@pytest.fixture
def staff() -> User:
    return make_user("staff@example.org", is_superuser=True)


def ask(event: EventPage, words: str = "Which workshop?", *tickets: Ticket, **fields: Any) -> Question:
    question = Question.objects.create(event=event, words=words, **fields)
    question.tickets.set(tickets)
    return question


def visitor_with(event: EventPage, *people: tuple[str, str], ticket: Ticket | None = None) -> Client:
    """Somebody signed in who has places in the basket and has said who comes."""
    client = Client()
    client.force_login(make_user(ADA), "django.contrib.auth.backends.ModelBackend")
    take(client, ticket or make_ticket(make_pool(5, event)), len(people))
    name(client, *people)
    return client


def answers(place: Place, **values: Any) -> dict[str, Any]:
    return {
        f"place-{place.pk}-question-{number.removeprefix('q')}": value for number, value in values.items()
    }


def test_each_place_is_asked_after_names_and_the_answers_lie_where_they_belong(
    event: EventPage, staff: User
) -> None:
    diet = add_ready(event=event, which="diet", by=staff, now=timezone.now())
    workshop = ask(event, kind=QuestionKind.CHOICE, choices="A\nB", is_required=True)
    days = ask(event, "Which days?", kind=QuestionKind.CHOICES, choices="Friday\nSaturday")
    visitor = visitor_with(event, ("Ada", ADA), ("Grace", GRACE))
    first, second = Place.objects.order_by("pk")

    page = visitor.get("/booking/questions/").content.decode()
    assert "Do you have any dietary needs? (optional)" in page
    assert "Only the organisers of the event see the answer" in page
    given = answers(
        first, **{f"q{diet.pk}": "Halal", f"q{workshop.pk}": "A", f"q{days.pk}": ["Friday", "Saturday"]}
    )
    wrong = visitor.post("/booking/questions/", given).content.decode()
    assert (
        f'href="#id_place-{second.pk}-question-{workshop.pk}_0">Answer the question “Which workshop?”'
        in wrong
    )
    assert not Answer.objects.exists()

    given |= answers(second, **{f"q{workshop.pk}": "B"})
    assert visitor.post("/booking/questions/", given).url == "/booking/who-orders/"

    assert list(SensitiveAnswer.objects.values_list("place", "question", "value")) == [
        (first.pk, diet.pk, "Halal")
    ]
    assert set(Answer.objects.values_list("place", "question").order_by("pk")) == {
        (first.pk, workshop.pk), (first.pk, days.pk), (second.pk, workshop.pk),
    }  # fmt: skip
    assert Answer.objects.get(question=days).value == ["Friday", "Saturday"]


def test_nothing_is_ordered_while_something_that_has_to_be_answered_is_not(event: EventPage) -> None:
    question = ask(event, is_required=True)
    visitor = visitor_with(event, ("Ada", ADA))
    order_as(visitor)

    assert visitor.post("/booking/check/", {"accepts": "on"}).url == "/booking/questions/"
    visitor.post("/booking/questions/", answers(Place.objects.get(), **{f"q{question.pk}": "B"}))
    visitor.post("/booking/check/", {"accepts": "on"})

    assert Order.objects.get().state == OrderState.PLACED


def test_where_nothing_is_asked_there_is_no_such_step(event: EventPage) -> None:
    other = make_ticket(make_pool(5, event), name="Balcony")
    ask(event, "For the balcony?", other, is_required=True)
    visitor = visitor_with(event, ("Ada", ADA))

    assert visitor.get("/booking/questions/").url == "/booking/who-orders/"
    assert Client().get("/booking/questions/").url == "/booking/"


def test_what_organisers_write_is_no_html(event: EventPage) -> None:
    ask(
        event,
        "<b>Bold?</b>",
        hint="<script>alert(1)</script>",
        kind=QuestionKind.CHOICE,
        choices="<i>A</i>\nB",
    )
    visitor = visitor_with(event, ("Ada", ADA))

    page = visitor.get("/booking/questions/").content.decode()

    assert not any(tag in page for tag in ("<b>Bold", "<script>alert", "<i>A"))
    assert "&lt;script&gt;alert(1)" in page


def test_whoever_has_the_ticket_changes_the_answers_until_the_event_begins(event: EventPage) -> None:
    order_for(event, ADA)
    question = ask(event, kind=QuestionKind.YES_OR_NO, is_required=True)
    place, stranger = Place.objects.get(), Client()
    address = f"/booking/tickets/{place.key}/answers/"

    assert address in stranger.get(f"/booking/tickets/{place.key}/").content.decode()
    for value in ("Yes", "No"):
        stranger.post(address, {f"question-{question.pk}": value})
        assert Answer.objects.get().value == value
    assert "checked" in stranger.get(address).content.decode()
    EventPage.objects.update(starts_at=timezone.now(), ends_at=timezone.now() + DAY)

    page = stranger.post(address, {f"question-{question.pk}": "Yes"}).content.decode()
    assert "has begun, so answers can no longer be changed" in page
    assert Answer.objects.get().value == "No"
    assert address not in stranger.get(f"/booking/tickets/{place.key}/").content.decode()


def test_my_events_lead_to_the_answers(event: EventPage) -> None:
    ask(event)
    order_for(event, ADA)
    client = Client()
    client.force_login(make_user(ADA), "django.contrib.auth.backends.ModelBackend")

    assert (
        f"/booking/tickets/{Place.objects.get().key}/answers/"
        in client.get("/booking/mine/").content.decode()
    )


def test_an_answer_is_taken_back_by_leaving_it_empty(event: EventPage) -> None:
    question = ask(event, is_sensitive=True)
    order_for(event, ADA)
    place = Place.objects.get()
    answer(place=place, answers={question: "Vegan"}, now=timezone.now())

    answer(place=place, answers={question: ""}, now=timezone.now())

    assert not SensitiveAnswer.objects.exists()


def test_whoever_gets_a_place_from_somebody_is_not_told_what_they_answered(event: EventPage) -> None:
    question, other = ask(event), ask(event, "Diet?", is_sensitive=True)
    order_for(event, ADA)
    answer(place=Place.objects.get(), answers={question: "A", other: "Vegan"}, now=timezone.now())
    line = OrderLine.objects.get()

    pass_on(line=line, name="Ada Example", email=ADA, now=timezone.now())
    assert (Answer.objects.count(), SensitiveAnswer.objects.count()) == (1, 1)
    pass_on(line=line, name="Grace", email=GRACE, now=timezone.now())
    assert (Answer.objects.count(), SensitiveAnswer.objects.count()) == (0, 0)


def test_whoever_got_a_place_that_they_did_not_book_is_asked_by_mail(event: EventPage) -> None:
    question = ask(event)
    order_for(event, ADA)
    address = f"/booking/tickets/{Place.objects.get().key}/answers/"
    assert address in Mail.objects.get(template="event_ticket", to=ADA).text
    answer(place=Place.objects.get(), answers={question: "A"}, now=timezone.now())

    tell_of_ticket(Place.objects.get(), again="once more")
    assert "/answers/" not in Mail.objects.filter(template="event_ticket", to=ADA).latest("pk").text
    pass_on(line=OrderLine.objects.get(), name="Grace", email=GRACE, now=timezone.now())
    assert "/answers/" in Mail.objects.get(template="event_ticket", to=GRACE).html


def test_a_place_that_has_gone_is_not_answered_for(event: EventPage) -> None:
    question = ask(event)
    order_for(event, ADA)
    Place.objects.update(state="gone")

    with refused("This place has gone."):
        answer(place=Place.objects.get(), answers={question: "A"}, now=timezone.now())
    page = Client().get(f"/booking/tickets/{Place.objects.get().key}/answers/").content.decode()
    assert "This place has been given back." in page
    assert "<textarea" not in page
    assert f"question-{question.pk}" not in page


def test_what_has_answers_is_archived_and_what_has_none_is_deleted(event: EventPage, staff: User) -> None:
    answered, fresh = ask(event), ask(event, "Other?")
    order_for(event, ADA)
    answer(place=Place.objects.get(), answers={answered: "A"}, now=timezone.now())

    done = [
        remove_question(question=one, by=staff, now=timezone.now()) for one in (answered, fresh, answered)
    ]

    assert done == [False, True, False]
    assert [one.archived_at is None for one in Question.objects.all()] == [False]
    assert asked_of([Place.objects.select_related("pool").get()]) == {Place.objects.get().pk: []}
    assert [(one.answers, one.count) for one in tallies(event)] == [([("A", 1)], 1)]
    # The same can be asked anew.
    ask(event)


def test_a_question_with_answers_keeps_its_kind_and_gets_other_words(event: EventPage, staff: User) -> None:
    question = ask(event)
    order_for(event, ADA)
    answer(place=Place.objects.get(), answers={question: "A"}, now=timezone.now())
    question.words = "Which of the workshops?"
    save_question(question=question, tickets=(), by=staff, now=timezone.now())

    question.is_sensitive = True
    with refused("There are answers already."):
        save_question(question=question, tickets=(), by=staff, now=timezone.now())
    assert Question.objects.get().words == "Which of the workshops?"


def test_the_same_is_not_asked_twice(event: EventPage, staff: User) -> None:
    add_ready(event=event, which="access", by=staff, now=timezone.now())

    with refused("This question is asked already."):
        add_ready(event=event, which="access", by=staff, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(event, "do you have any ACCESS needs?")


def test_organisers_ask_look_and_export_and_the_log_has_no_answer(event: EventPage, staff: User) -> None:
    client = sign_in(staff, second_factor=True)
    base = f"/admin/places/{event.pk}/questions/"
    order_for(event, ADA, GRACE)
    first = Place.objects.order_by("pk").first()

    assert "Nothing is asked" in client.get(base).content.decode()
    client.post(f"{base}ready/diet/")
    client.post(
        f"{base}add/",
        {"words": "Which day?", "kind": "choice", "choices": "Friday\nSaturday", "position": "1"},
    )
    wrong = client.post(
        f"{base}add/", {"words": "Which?", "kind": "choice", "choices": "One", "position": "1"}
    )
    assert "Write two choices at least" in wrong.content.decode()
    diet, day = Question.objects.order_by("pk")
    answer(place=first, answers={diet: "=HYPERLINK(1)", day: "Friday"}, now=timezone.now())
    client.post(
        f"{base}{day.pk}/", {"words": "Which of the days?", "choices": "Friday\nSunday", "position": "1"}
    )

    day.refresh_from_db()
    page = client.get(base).content.decode()
    answer_file = client.post(f"{base}export/")
    lines = b"".join(answer_file.streaming_content).decode().splitlines()

    assert (day.words, day.kind, day.options) == ("Which of the days?", "choice", ["Friday", "Sunday"])
    assert all(words in page for words in ("Which of the days?", "Friday", ">Archive<"))
    assert lines[0].endswith("Name,E-mail address,Ticket,Do you have any dietary needs?,Which of the days?")
    assert lines[1] == "Ada,ada@one.example,Hall,'=HYPERLINK(1),Friday"
    assert lines[2] == "Grace,grace@two.example,Hall,,"
    logged = list(AuditEntry.objects.values_list("action", "details", "reason"))
    assert {"question.added", "question.changed", "event.answers-exported"} <= {
        action for action, *_ in logged
    }
    assert "HYPERLINK" not in str(logged)


@pytest.mark.parametrize("right", [None, Right.CHECK_IN, Right.FINANCE])
def test_nobody_but_organisers_reads_answers(event: EventPage, right: Right | None) -> None:
    helper = make_user("helper@example.org", is_staff=True)
    give_admin(helper)
    if right:
        event.rights.create(user=helper, right=right, given_at=timezone.now())
    client = sign_in(helper, second_factor=True)
    base = f"/admin/places/{event.pk}"

    found = [
        client.get(f"{base}/questions/"),
        client.post(f"{base}/questions/export/"),
        client.get(f"{base}/settings/"),
    ]

    # Wagtail leads whoever may not open a page to the first one, or refuses.
    assert all(one.status_code in (302, 403) for one in found)
    assert not AuditEntry.objects.filter(action="event.answers-exported").exists()


def give_admin(user: User) -> None:
    from django.contrib.auth.models import Permission

    user.user_permissions.add(Permission.objects.get(codename="access_admin"))


def test_terms_are_accepted_in_the_words_that_were_shown(event: EventPage, staff: User) -> None:
    client = sign_in(staff, second_factor=True)
    data = {"terms": "Be kind.", "reminder_days": "7, 1", "answers_kept": "30"}
    client.post(f"/admin/places/{event.pk}/settings/", data)
    visitor = visitor_with(event, ("Ada", ADA))
    order_as(visitor)
    page = visitor.get("/booking/check/").content.decode()
    assert "Be kind." in page
    box = next(part for part in page.split('"') if part.startswith(f"terms-{event.pk}-"))

    assert "tick the box" in visitor.post("/booking/check/", {"accepts": "on"}).content.decode()
    BookingSettings.objects.update(terms="Be kinder.")
    assert "tick the box" in visitor.post("/booking/check/", {"accepts": "on", box: "on"}).content.decode()
    assert Order.objects.get().state == OrderState.OPEN
    BookingSettings.objects.update(terms="Be kind.")
    visitor.post("/booking/check/", {"accepts": "on", box: "on"})

    accepted = AcceptedTerms.objects.select_related("terms", "order").get()
    BookingSettings.objects.update(terms="Other terms.")
    assert (accepted.order.state, accepted.terms.text) == (OrderState.PLACED, "Be kind.")
    assert accepted.accepted_at <= timezone.now()


def test_people_are_shown_what_they_answered_and_accepted(event: EventPage) -> None:
    user = make_user(ADA)
    question = ask(event, "Diet?", is_sensitive=True)
    order = order_for(event, ADA)
    Order.objects.update(user=user)
    answer(place=Place.objects.get(), answers={question: "Vegan"}, now=timezone.now())
    settings = BookingSettings.objects.create(event=event, terms="Be kind.")
    from events.actions.settings import accept_terms
    from events.terms import terms_of

    accept_terms(order=order, terms=terms_of([settings.event]), now=timezone.now())
    [place], [ordered] = places(person_of(user, timezone.now())), orders(person_of(user, timezone.now()))

    assert [(one["Question"], one["Answer"]) for one in place["Answers"]] == [("Diet?", "Vegan")]
    assert [one["Terms"] for one in ordered["Booking terms accepted"]] == ["Be kind."]


def test_the_step_asks_the_database_as_often_for_many_places_as_for_few(
    event: EventPage, django_assert_num_queries: Any
) -> None:
    ask(event)
    ask(event, "Diet?", is_sensitive=True)
    order_for(event, ADA)
    order_for(event, "b@two.example", "c@two.example")
    found = list(Place.objects.select_related("pool").order_by("pk"))

    for some in (found[:1], found):
        with django_assert_num_queries(2):
            asked = asked_of(some)
        assert [len(questions) for questions in asked.values()] == [2] * len(some)


def test_an_answer_does_not_print_itself() -> None:
    assert "Vegan" not in str(SensitiveAnswer(value="Vegan", place_id=1))
    assert actions.TAKEN
