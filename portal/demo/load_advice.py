"""Makes the demo's advisory service: its pages, topics, questions in every state, and figures of a year. What exists stays."""

import tomllib
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from portal.demo.load_pages import HERE, Loader
from portal.enquiries.actions.asking import make_reference
from portal.enquiries.models import AdvicePage, AdviceTopic, Enquiry, Message, MessageKind, State
from portal.enquiries.rules.days import is_working_day, promised_on, working_days_between
from portal.enquiries.rules.figures import months_until
from portal.enquiries.rules.spam import Facts, signs_of_spam
from portal.members import groups
from portal.members.models import User
from portal.pages.markdown import to_blocks
from portal.pages.models import ArticlePage

MONTHS = 12


@transaction.atomic
def load_advice(*, by: User, people: dict[str, User], now: datetime) -> None:
    """Make what does not exist yet. Nobody is written to: mails about what is made up would help nobody."""
    facts = tomllib.loads((HERE / "advice" / "advice.toml").read_text(encoding="utf-8"))
    _add_pages(facts, Loader(by, timezone.localdate(now)))
    if AdviceTopic.objects.offered().exists():  # the demo's events have made the one of paid advice
        return
    group = Group.objects.get(name=groups.ADVISER)
    topics = {
        one["name"]: AdviceTopic.objects.create(
            name=one["name"], hint=one["hint"], answer_days=one["days"], group=group, position=number
        )
        for number, one in enumerate(facts["topic"])
    }
    for one in facts["question"]:
        _add_question(one, topics[one["topic"]], people, now)
    for number, month in enumerate(months_until(timezone.localdate(now), MONTHS + 1)[:-1]):
        for place, topic in enumerate(topics.values()):
            for count in range(2 + (number * 5 + place * 3) % 4 + number // 5):
                _add_past(topic, month + timedelta(days=(count * 7 + place * 3) % 26), count + place)


def _add_pages(facts: dict[str, Any], loader: Loader) -> None:
    home = Site.objects.get(is_default_site=True).root_page.specific
    privacy, page = facts["privacy"], facts["page"]
    kept = loader.add(
        home,
        ArticlePage(
            **{key: privacy[key] for key in ("title", "slug", "summary")}, body=to_blocks(privacy["body"])
        ),
    )
    words = {key: page[key] for key in ("title", "slug", "summary", "free", "paid", "paid_address")}
    loader.add(
        home, AdvicePage(**words, body=to_blocks(page["body"]), privacy_page_id=kept.pk, show_in_menus=True)
    )


def _add_question(facts: dict[str, Any], topic: AdviceTopic, people: dict[str, User], now: datetime) -> None:
    """A question of the file, as the actions would leave it."""
    asked_at, state = _working_days_before(now, facts["working_days_ago"]), State(facts["state"])
    is_held, answered_at = state == State.HELD, None
    user = people[facts["account"]] if "account" in facts else None
    if state in (State.ANSWERED, State.CLOSED):
        answered_at = asked_at + timedelta(days=1, hours=3)
    enquiry = Enquiry.objects.create(
        reference=make_reference(),
        state=state,
        topic=topic,
        user=user,
        name=facts["name"],
        email=user.email if user else f"{facts['name']}@demo.example".replace(" ", ".").lower(),
        works_at=facts["works_at"],
        subject=facts["subject"],
        signs=signs_of_spam(Facts(facts["text"])) if is_held else [],
        adviser=people["Adviser"] if "answer" in facts else None,
        asked_at=asked_at,
        confirmed_at=None if is_held else asked_at,
        opened_at=None if is_held else asked_at,
        promised_on=None if is_held else promised_on(asked_at, topic.answer_days),
        answered_at=answered_at,
        working_days=answered_at and working_days_between(asked_at, answered_at),
        was_late=None if answered_at is None else False,
        changed_at=answered_at or asked_at,
        closed_at=answered_at if state == State.CLOSED else None,
    )
    Message.objects.create(enquiry=enquiry, kind=MessageKind.QUESTION, text=facts["text"], at=asked_at)
    if "answer" in facts:
        kind = MessageKind.ASKS if state == State.ASKED_BACK else MessageKind.ANSWER
        at = answered_at or asked_at + timedelta(hours=4)
        text = facts["answer"].strip()
        Message.objects.create(enquiry=enquiry, kind=kind, text=text, by=people["Adviser"], at=at)


def _working_days_before(now: datetime, days: int) -> datetime:
    """The morning that lies so many working days before `now`."""
    day = timezone.localdate(now)
    while days:
        day -= timedelta(days=1)
        days -= is_working_day(day)
    return _morning(day)


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9, 20))  # noqa: DTZ001  made aware here


def _add_past(topic: AdviceTopic, day: date, number: int) -> None:
    """A question of which only what is counted is left."""
    asked_at = _morning(day)
    answered_at = asked_at + timedelta(days=1 + number * 3 % 8, hours=2)
    promised = promised_on(asked_at, topic.answer_days)
    Enquiry.objects.create(
        reference=make_reference(),
        state=State.CLOSED,
        topic=topic,
        asked_at=asked_at,
        confirmed_at=asked_at,
        opened_at=asked_at,
        promised_on=promised,
        answered_at=answered_at,
        working_days=working_days_between(asked_at, answered_at),
        was_late=promised < timezone.localdate(answered_at),
        changed_at=answered_at,
        closed_at=answered_at,
        emptied_at=answered_at,
    )
