"""The demo's forum: made once, everybody where they should be, every discussion sound."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils.text import slugify

from forum.access import access_of
from forum.models import Delivery, DeliveryState, MailingList, Post, Topic
from forum.reading import read_up_to, unread
from handbook.sources import read_folder
from portal.demo import load_pages
from portal.demo.accounts import load_accounts
from portal.demo.discussions import read_contributions
from portal.demo.load_forum import closing_day, load_forum
from portal.demo.load_handbook import _states
from portal.demo.load_people import HERE, Days
from portal.members.models import Acceptance, Appointment, AuditEntry, Mail, Membership, Network, User
from portal.members.rules.patients import looks_like_a_patient
from tests.factories import NOW

LINK = re.compile(r"\]\((/[^)#\s]*)")
DAYS = Days(date(2026, 11, 28))
CONTRIBUTIONS = read_contributions(DAYS)


@pytest.fixture(scope="module")
def shared() -> None:
    """The forum, loaded."""
    load_forum(people=load_accounts(), now=NOW)


def counts() -> dict[str, int]:
    models = (
        User, Network, Appointment, Membership, Acceptance, AuditEntry, MailingList, Topic, Post, Mail
    )  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def test_loading_twice_changes_nothing(shared: None) -> None:
    first = counts()
    load_forum(people=load_accounts(), now=NOW)

    assert counts() == first
    assert (first["MailingList"], first["Topic"], first["Post"]) == (2, 24, 149)


def test_only_the_managers_are_written_to_about_the_post_that_waits(shared: None) -> None:
    mails = Mail.objects.order_by("to").values_list("template", "to")

    assert list(mails) == [
        ("post_held", "forum@demo.example"),
        ("post_held", "listmanager@demo.example"),
    ]


@pytest.mark.parametrize(
    ("email", "starting", "in_post"),
    [
        ("director", "POST RULE", "POST RULE"),
        ("member", "POST RULE", "NOTHING NOT_SUBSCRIBED"),
        ("nonmember", "POST RULE", "NOTHING NOT_SUBSCRIBED"),
        ("grace", "POST RULE", "POST RULE"),
        ("lapsed", "POST RULE", "NOTHING NO_RULE"),
        ("applicant", "NOTHING APPLIED", "NOTHING NOT_SUBSCRIBED"),
        ("suspended", "NOTHING SUSPENDED", "NOTHING NOT_SUBSCRIBED"),
        ("forum", "MANAGE STAFF", "MANAGE STAFF"),
        ("listmanager", "MANAGE STAFF", "MANAGE STAFF"),
        ("administrator", "NOTHING NOT_SUBSCRIBED", "NOTHING NOT_SUBSCRIBED"),
        ("nell.oakhanger", "POST RULE", "NOTHING NOT_SUBSCRIBED"),
        ("oluwaseun.glimmerford", "POST RULE", "NOTHING NOT_SUBSCRIBED"),
        ("rosalind.peverstone", "NOTHING LEFT", "NOTHING NOT_SUBSCRIBED"),
    ],
)
def test_everybody_may_do_what_their_standing_says(
    shared: None, email: str, starting: str, in_post: str
) -> None:
    user = User.objects.get(email=f"{email}@demo.example")
    found = [
        access_of(MailingList.objects.get(slug=slug), user, NOW)
        for slug in ("setting-up-networks", "clinical-directors")
    ]

    assert [f"{one.level.name} {one.because.reason.name}" for one in found] == [starting, in_post]


def test_the_director_has_something_to_read(shared: None) -> None:
    director = User.objects.get(email="director@demo.example")
    found = {}
    for mailing_list in MailingList.objects.all():
        floor = read_up_to([mailing_list], director)[mailing_list.pk]
        found[mailing_list.slug] = unread(mailing_list, director, floor).count()

    assert found == {"setting-up-networks": 3, "clinical-directors": 3}


def test_topics_are_pinned_and_locked_and_a_newcomer_s_post_waits(shared: None) -> None:
    pinned = Topic.objects.filter(type=Topic.TOPIC_STICKY).order_by("pk").values_list("subject", flat=True)
    locked = Topic.objects.filter(status=Topic.TOPIC_LOCKED).values_list("subject", flat=True)
    waiting = Post.objects.filter(approved=False).values_list("poster__email", "holds__because")

    assert list(pinned) == [
        "Welcome: how this list works, and what happens on 30 June",
        "Welcome to the list for clinical directors in post",
    ]
    assert list(locked) == ["Software for a shared rota: what do you use?"]
    assert list(waiting) == [("oluwaseun.glimmerford@demo.example", "newcomer")]


def test_a_person_who_is_named_is_named_by_the_number_of_their_account(shared: None) -> None:
    callum = User.objects.get(email="callum.hexwickham@demo.example")

    assert Post.objects.filter(content__contains=f"[@Callum Hexwickham](person:{callum.pk})").count() == 1
    assert not Post.objects.filter(content__regex=r"\(person:[a-z]").exists()


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 5, 1), date(2026, 6, 30)),
        (date(2026, 5, 2), date(2027, 6, 30)),
        (date(2026, 6, 30), date(2027, 6, 30)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2028, 2, 29), date(2028, 6, 30)),
    ],
)
def test_the_list_closes_on_a_30_june_that_leaves_time_to_look_around(today: date, expected: date) -> None:
    assert closing_day(today) == expected


# --- The files alone -----------------------------------------------------------------------------------------------------


def test_every_author_is_in_the_file_of_people() -> None:
    people = tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8"))

    assert {one.facts["author"] for one in CONTRIBUTIONS} - set(people) == set()


def test_every_discussion_is_one_between_people_and_in_order() -> None:
    topics = defaultdict(list)
    for one in CONTRIBUTIONS:
        topics[one.topic].append(one)

    assert [name for name, posts in topics.items() if not 3 <= len(posts) <= 9] == []
    assert [name for name, posts in topics.items() if len({one.facts["author"] for one in posts}) < 3] == []
    assert [
        name for name, posts in topics.items() if [one.number for one in posts] != list(range(len(posts)))
    ] == []
    assert [one.topic for one in CONTRIBUTIONS if not one.text or one.facts["days_ago"] < 1] == []


def test_no_post_looks_as_if_it_named_a_patient() -> None:
    assert {
        (one.topic, one.number): looks_like_a_patient(one.text)
        for one in CONTRIBUTIONS
        if looks_like_a_patient(one.text)
    } == {}


def test_every_link_leads_to_something_in_the_demo() -> None:
    there = set(addresses())
    links = {link for one in CONTRIBUTIONS for link in LINK.findall(one.text)}

    assert (len(links), links - there) == (41, set())


def addresses() -> Iterator[str]:
    """The addresses of what the demo's other files make."""
    for facts, folder in _states():
        for source in read_folder(folder):
            yield f"/handbook/{facts['number']}/{slugify(source.title)}/"
            if facts["number"] == "2.0":
                yield f"/handbook/{slugify(source.title)}/"
    for path in (load_pages.HERE / "pages").glob("*/*.md"):
        yield f"/{path.parent.name}/{load_pages.read(path).fields['slug']}/"
    networks = tomllib.loads((HERE / "networks.toml").read_text(encoding="utf-8"))
    for network in networks["network"]:
        yield f"/networks/{network['code']}/"
    settings = tomllib.loads((HERE / "lists.toml").read_text(encoding="utf-8"))
    for terms in settings["terms"]:
        yield f"/terms/{slugify(terms['title'])}/"


def test_nothing_of_the_past_is_sent_to_anybody_by_mail(shared: None) -> None:
    sent = Delivery.objects.values_list("state", flat=True)

    assert (set(sent), len(sent) > 1_000) == ({DeliveryState.SENT}, True)
