"""What is asked about places, and what has been answered. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from events.models import Answer, EventPage, Place, PlaceState, Question, SensitiveAnswer
from events.rules.questions import missing

TABLES = (Answer, SensitiveAnswer)


def asked_of(places: Sequence[Place]) -> dict[int, list[Question]]:
    """What is asked about each place, by its primary key, in order. Two queries, however many there are; one if nothing is asked."""
    events = {place.pool.event_id for place in places}
    questions = list(Question.objects.filter(event__in=events, archived_at=None).prefetch_related("tickets"))
    found: dict[int, list[Question]] = {}
    for place in places:
        found[place.pk] = [
            one
            for one in questions
            if one.event_id == place.pool.event_id
            and (not one.tickets.all() or place.ticket_id in {ticket.pk for ticket in one.tickets.all()})
        ]
    return found


def answers_of(places: Iterable[Place]) -> dict[int, dict[int, object]]:
    """What has been answered about places: by the key of each, the answers by the keys of their questions. Two queries."""
    ids = [place.pk for place in places]
    found: dict[int, dict[int, object]] = defaultdict(dict)
    for table in TABLES:
        for place, question, value in table.objects.filter(place__in=ids).values_list(
            "place", "question", "value"
        ):
            found[place][question] = value
    return found


def lack_answers(places: Sequence[Place]) -> bool:
    """Whether a question that has to be answered about one of the places is not."""
    required = {pk: {one.pk for one in found if one.is_required} for pk, found in asked_of(places).items()}
    if not any(required.values()):
        return False
    answered = answers_of(places)
    return any(missing(answered[pk], questions) for pk, questions in required.items())


@dataclass(frozen=True)
class Wanted:
    """Whether at some of several events a question has to be answered, and whether terms have to be accepted."""

    has_required: bool
    has_terms: bool


# Asked whenever an order is placed. Most events have neither.
WANTED = """
    SELECT EXISTS (SELECT 1 FROM events_question WHERE is_required AND archived_at IS NULL AND event_id IN ({events})),
        EXISTS (SELECT 1 FROM events_bookingsettings WHERE terms <> '' AND event_id IN ({events}))
"""


def wanted_at(events: Collection[int]) -> Wanted:
    """What whoever books places at events has to give, by the primary keys of these. One query."""
    if not events:
        return Wanted(has_required=False, has_terms=False)
    with connection.cursor() as cursor:
        cursor.execute(WANTED.format(events=", ".join(["%s"] * len(events))), [*events, *events])
        has_required, has_terms = cursor.fetchone()
    return Wanted(has_required=bool(has_required), has_terms=bool(has_terms))


def still_asked(places: Sequence[Place]) -> set[int]:
    """The places, by their primary keys, about which something is asked and nothing answered: who has them did not book them."""
    asked = {pk for pk, questions in asked_of(places).items() if questions}
    return asked - answers_of(places).keys() if asked else asked


def is_answered(question: Question) -> bool:
    return any(table.objects.filter(question=question).exists() for table in TABLES)


@dataclass(frozen=True)
class Tally:
    """A question with each answer to it and how many gave it, the most frequent first. Answers of who has a place count."""

    question: Question
    answers: list[tuple[str, int]]
    count: int


def tallies(event: EventPage) -> list[Tally]:
    """The answers at an event, without names: what has to be ordered from a kitchen. Archived questions come last."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    answered: Counter[int] = Counter()
    for table in TABLES:
        rows = table.objects.filter(question__event=event, place__state=PlaceState.CONFIRMED)
        for question, value in rows.values_list("question", "value"):
            answered[question] += 1
            counted[question].update(value if isinstance(value, list) else [str(value)])
    questions = Question.objects.filter(event=event).prefetch_related("tickets")
    listed = sorted(questions, key=lambda one: (one.archived_at is not None, one.position, one.pk))
    return [Tally(one, counted[one.pk].most_common(), answered[one.pk]) for one in listed]


def rows_to_export(event: EventPage) -> tuple[list[str], Iterator[list[str]]]:
    """The heads of the columns, and a row for each person who has a place: name, address, ticket, and what they answered."""
    questions = [one.question for one in tallies(event)]
    places = list(
        Place.objects.filter(pool__event=event, state=PlaceState.CONFIRMED)
        .select_related("ticket")
        .order_by("name", "pk")
    )
    answered = answers_of(places)

    def rows() -> Iterator[list[str]]:
        for place in places:
            given = (answered[place.pk].get(one.pk, "") for one in questions)
            yield [place.name, place.email, place.ticket.name, *map(in_words, given)]

    return ["Name", "E-mail address", "Ticket", *(one.words for one in questions)], rows()


def in_words(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
