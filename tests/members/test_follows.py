"""Following: what people follow and how often, the page that lists it, and stopping by a link in a mail."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.html import strip_tags

from portal.members import actions, follows
from portal.members.follows import GONE, Followed
from portal.members.models import Cadence, Follow, User
from portal.members.rules import refusal_of_header
from tests.factories import NOW, make_user, sign_in

pytestmark = pytest.mark.django_db

QUORUM = Followed("Quorum & voting", "/things/1/")
PAY = Followed("Pay", "/things/2/")
WEBINAR = Followed("A webinar", "/meetings/1/")
NO_SUCH_LINK = (
    "This link does not work Part of the address may be missing. If you copied it from a mail, check that you copied "
    "all of it. You can also sign in and stop mails in your account."
)
Asked = list[list[str]]


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Two subjects that know things 1 and 2, and meeting 1 and every meeting from 1000; what they were asked, in turn."""
    calls: Asked = []

    def of_things(keys: Sequence[str]) -> dict[str, Followed]:
        calls.append(list(keys))
        known = {"thing:1": QUORUM, "thing:2": PAY}
        return {key: known[key] for key in keys if key in known}

    def of_meetings(keys: Sequence[str]) -> dict[str, Followed]:
        calls.append(list(keys))
        return {
            key: WEBINAR if key == "meeting:1" else Followed(f"Meeting {key[8:]}", f"/meetings/{key[8:]}/")
            for key in keys
            if key == "meeting:1" or len(key) == 12
        }

    monkeypatch.setattr(follows, "_describers", {})
    follows.register("thing", of_things, group="Things")
    follows.register("meeting", of_meetings, group="Meetings")
    return calls


def make_follow(user: User, key: str = "thing:1", **fields: Any) -> Follow:
    """`user` has followed the thing since NOW, and hears of it at once."""
    return Follow.objects.create(user=user, key=key, **{"cadence": "at-once", "created_at": NOW, **fields})


def kept() -> list[tuple[str, str]]:
    """What all people follow, the first first, and how often."""
    return list(Follow.objects.order_by("pk").values_list("key", "cadence"))


def path_of(address: str) -> str:
    assert address.startswith("http://testserver/follow/stop/")
    return address.removeprefix("http://testserver")


def old_address_of_all(user: User) -> str:
    """The path that mails had before they named what they stop: it has to work for ever."""
    token = Signer(sep=".", salt="portal.members.follows.stop").sign_object([user.pk, None])
    return f"/follow/stop/{token}/"


def words(response: Any) -> str:
    """The text of the page's main part."""
    html = response.content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(strip_tags(main.replace("</li>", "</li> "))).split())


def notices(response: Any) -> list[tuple[str, str]]:
    return [(message.level_tag, message.message) for message in response.context["messages"]]


# What lies behind a key


def test_known_asks_each_subject_once_and_leaves_out_what_none_knows(asked: Asked) -> None:
    found = follows.known(["thing:1", "meeting:1", "thing:9", "thing:2", "thing:1", "nobody:1"])

    assert found == {"thing:1": QUORUM, "thing:2": PAY, "meeting:1": WEBINAR}
    assert asked == [["thing:1", "thing:9", "thing:2"], ["meeting:1"]]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "thing",
        "thing:",
        ":1",
        "thing:1\0",
        "thing:1\n",
        " thing:1",
        "Thing:1",
        "thing:1:2",
        "thing:é",
        "thing:٣",
    ],
)
def test_known_asks_nobody_about_what_is_no_key(asked: Asked, key: str) -> None:
    assert (follows.known([key]), asked) == ({}, [])


@pytest.mark.parametrize("prefix", ["", "Thing", "thing:", "a b", "-thing", "thing\n"])
def test_register_refuses_what_is_no_prefix(prefix: str) -> None:
    with pytest.raises(ValueError, match="is no prefix"):
        follows.register(prefix, lambda _: {}, group="Things")


def test_described_keeps_the_order_and_says_what_is_gone() -> None:
    person = make_user()
    lines = [make_follow(person, key) for key in ("thing:2", "thing:9", "nobody:1", "meeting:1")]

    assert follows.described(lines) == list(zip(lines, [PAY, GONE, GONE, WEBINAR], strict=True))
    assert GONE.title == "No longer there"


# Following and stopping


def test_follow_is_stored_once_and_a_second_time_changes_how_often() -> None:
    person = make_user()

    first = actions.follow(user=person, key="thing:1", cadence=Cadence.AT_ONCE, now=NOW)
    second = actions.follow(user=person, key="thing:1", cadence=Cadence.WEEKLY, now=NOW + timedelta(days=1))

    assert second.pk == first.pk
    assert list(Follow.objects.values_list("user", "key", "cadence", "created_at")) == [
        (person.pk, "thing:1", "weekly", NOW)
    ]


@pytest.mark.parametrize("key", ["thing:9", "nobody:1", "", "thing:1\0"])
def test_follow_is_refused_for_what_nobody_knows(key: str) -> None:
    with pytest.raises(
        actions.RefusedError, match=r"^This cannot be followed, because it is no longer there\.$"
    ):
        actions.follow(user=make_user(), key=key, cadence=Cadence.WEEKLY, now=NOW)

    assert kept() == []


def test_five_hundred_things_can_be_followed_and_no_more_but_those_can_be_changed() -> None:
    person, other = make_user(), make_user()
    make_follow(other, "thing:1")
    Follow.objects.bulk_create(
        Follow(user=person, key=f"meeting:{number}", cadence="weekly", created_at=NOW)
        for number in range(1000, 1499)
    )

    actions.follow(user=person, key="meeting:1499", cadence=Cadence.WEEKLY, now=NOW)
    with pytest.raises(actions.RefusedError, match=r"^You cannot follow more than 500 things\. Stop "):
        actions.follow(user=person, key="thing:1", cadence=Cadence.WEEKLY, now=NOW)
    actions.follow(user=person, key="meeting:1499", cadence=Cadence.AT_ONCE, now=NOW)

    assert person.follows.count() == 500
    assert person.follows.get(key="meeting:1499").cadence == "at-once"


def test_unfollow_ends_one_person_s_follow_of_one_thing_and_may_be_repeated() -> None:
    person, other = make_user(), make_user()
    for user, key in ((person, "thing:1"), (person, "thing:2"), (other, "thing:1")):
        make_follow(user, key)

    actions.unfollow(user=person, key="thing:1")
    actions.unfollow(user=person, key="thing:1")

    assert list(Follow.objects.order_by("pk").values_list("user", "key")) == [
        (person.pk, "thing:2"),
        (other.pk, "thing:1"),
    ]


def test_change_of_several_touches_those_of_one_person_and_makes_none() -> None:
    person, other = make_user(), make_user()
    first, second, third = (make_follow(person, key) for key in ("thing:1", "thing:2", "meeting:1"))
    strange = make_follow(other)
    wanted = {
        first.pk: Cadence.WEEKLY,
        second.pk: None,
        strange.pk: None,
        third.pk: Cadence.AT_ONCE,
        999999: None,
    }

    assert actions.change_follows(user=person, wanted=wanted) == (1, 1)
    assert actions.change_follows(user=person, wanted=wanted) == (0, 0)

    assert list(Follow.objects.order_by("pk").values_list("user", "key", "cadence")) == [
        (person.pk, "thing:1", "weekly"),
        (person.pk, "meeting:1", "at-once"),
        (other.pk, "thing:1", "at-once"),
    ]


def test_database_refuses_a_second_follow_of_the_same_thing_and_an_unknown_cadence() -> None:
    person = make_user()
    make_follow(person)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_follow(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_follow(person, "thing:2", cadence="hourly")

    assert kept() == [("thing:1", "at-once")]


def test_follows_go_with_the_person() -> None:
    person, other = make_user(), make_user()
    make_follow(person)
    make_follow(other, "thing:2")

    person.delete()

    assert kept() == [("thing:2", "at-once")]


# The page of what one follows


def groups_of(response: Any) -> list[tuple[str, list[str]]]:
    return [
        (heading, [f"{thing.title}: {follow.cadence}" for follow, thing in lines])
        for heading, lines in response.context["groups"]
    ]


def test_page_of_follows_shows_one_s_own_by_subject_and_how_often() -> None:
    person = make_user()
    make_follow(person, "thing:1")
    make_follow(person, "thing:2", cadence="weekly")
    make_follow(person, "thing:9", created_at=NOW + timedelta(days=1))
    make_follow(person, "meeting:1")
    make_follow(make_user(), "thing:2")

    response = sign_in(person).get("/accounts/following/")

    html = response.content.decode()
    assert groups_of(response) == [
        ("Meetings", ["A webinar: at-once"]),
        ("Things", ["Pay: weekly", "Quorum & voting: at-once"]),
        ("No longer there", ["No longer there: at-once"]),
    ]
    assert re.findall(r'<option value="([\w-]+)" selected>', html) == ["at-once", "weekly", "at-once"]
    assert html.count('<a href="/things/1/">Quorum &amp; voting</a>') == 1
    assert "Something that has been removed Since 11 March 2026 Take it off this page" in words(response)
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in html


def test_page_of_follows_says_where_to_begin_and_the_profile_leads_to_it() -> None:
    client = sign_in(make_user())

    page = client.get("/accounts/following/")

    assert words(page).startswith(
        "What you follow You do not follow anything yet. When you read something that you want to hear about again, "
        "say on its page how often we should write to you: at once, or once a week, in one mail about everything. "
        "You can stop here at any time. You can follow: a handbook, at its contents, or one section of it "
    )
    assert (
        '<a href="/accounts/following/">See and change what you follow</a>'
        in client.get("/accounts/profile/").content.decode()
    )


def post(client: Client, **fields: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.post("/accounts/following/", names, follow=True)


def test_on_the_page_of_follows_one_changes_how_often_and_stops_several_at_once() -> None:
    person = make_user()
    first, second, third = (make_follow(person, key) for key in ("thing:1", "thing:2", "thing:9"))
    client = sign_in(person)

    fields = {
        f"cadence_{first.pk}": "weekly",
        f"cadence_{second.pk}": "never",
        f"cadence_{third.pk}": "at-once",
    }
    changed, again = post(client, **fields), post(client, **fields)

    assert changed.redirect_chain == [("/accounts/following/", 302)]
    assert notices(changed) == [
        ("success", "We write to you about 1 thing as you chose. You no longer follow 1 thing.")
    ]
    assert notices(again) == [("success", "Nothing has changed.")]
    assert kept() == [("thing:1", "weekly"), ("thing:9", "at-once")]


@pytest.mark.parametrize(
    ("chosen", "said", "left"),
    [
        (
            "weekly",
            "We write to you about 2 things as you chose.",
            [("thing:1", "weekly"), ("thing:2", "weekly"), ("meeting:1", "at-once")],
        ),
        ("never", "You no longer follow 2 things.", [("meeting:1", "at-once")]),
    ],
)
def test_all_of_a_group_are_changed_with_one_button(
    chosen: str, said: str, left: list[tuple[str, str]]
) -> None:
    person = make_user()
    of_group = [make_follow(person, key) for key in ("thing:1", "thing:2")]
    make_follow(person, "meeting:1")

    page = post(sign_in(person), all=chosen, **{f"cadence_{one.pk}": "at-once" for one in of_group})

    assert (notices(page), kept()) == ([("success", said)], left)


def test_one_changes_only_what_is_one_s_own_and_odd_choices_are_answered_in_words() -> None:
    person = make_user()
    mine, strange = make_follow(person), make_follow(make_user(), "thing:2")
    client = sign_in(person)

    assert notices(post(client, **{f"cadence_{strange.pk}": "never"})) == [
        ("success", "Nothing has changed.")
    ]
    odd = ({f"cadence_{mine.pk}": "hourly"}, {f"cadence_{mine.pk}": ""}, {"all": "hourly"})
    for fields in odd:
        assert notices(post(client, **fields)) == [("error", "Choose how often we write to you.")]
    assert kept() == [("thing:1", "at-once"), ("thing:2", "at-once")]


@pytest.mark.parametrize("count", [3, 30])
def test_page_of_follows_takes_the_same_queries_however_long_it_is(
    django_assert_num_queries: Callable, asked: Asked, count: int
) -> None:
    person = make_user()
    for number in range(count):
        make_follow(person, f"meeting:{1000 + number}")
        make_follow(person, f"thing:{number}")
    client = sign_in(person)
    client.get("/accounts/following/")  # fills what is kept in the process
    asked.clear()

    with django_assert_num_queries(5):
        response = client.get("/accounts/following/")

    assert sum(len(lines) for _, lines in response.context["groups"]) == 2 * count
    assert len(asked) == 2


# A form on any page


def test_form_on_a_page_follows_and_stops_and_leads_back_there() -> None:
    client = sign_in(make_user())
    asked_for = {"key": "thing:1", "next": "/accounts/profile/?a=b"}

    followed = client.post("/follow/", {**asked_for, "cadence": "at-once"})
    assert (followed.status_code, followed["Location"]) == (302, "/accounts/profile/?a=b")
    assert notices(client.get("/accounts/profile/")) == [
        ("success", "You follow “Quorum & voting”: as soon as it happens.")
    ]
    assert kept() == [("thing:1", "at-once")]

    stopped = client.post("/follow/", {**asked_for, "cadence": "never"}, follow=True)
    assert notices(stopped) == [("success", "You no longer follow “Quorum & voting”.")]
    assert kept() == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"key": "thing:9", "cadence": "weekly"}, "This cannot be followed, because it is no longer there."),
        ({"key": "nobody:1", "cadence": "weekly"}, "This cannot be followed, because it is no longer there."),
        ({"cadence": "weekly"}, "We cannot tell what you want to follow. Open its page and try again."),
        (
            {"key": "thing:" + "1" * 95, "cadence": "weekly"},
            "We cannot tell what you want to follow. Open its page and try again.",
        ),
        (
            {"key": "thing:1\0", "cadence": "weekly"},
            "We cannot tell what you want to follow. Open its page and try again.",
        ),
        ({"key": "thing:1"}, "Choose how often we write to you."),
        ({"key": "thing:1", "cadence": "hourly"}, "Choose how often we write to you."),
    ],
)
def test_form_that_asks_for_what_cannot_be_is_answered_in_words(fields: dict[str, str], reason: str) -> None:
    response = sign_in(make_user()).post("/follow/", {**fields, "next": "/accounts/profile/"}, follow=True)

    assert (response.redirect_chain, notices(response)) == (
        [("/accounts/profile/", 302)],
        [("error", reason)],
    )
    assert kept() == []


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/" + "x" * 2_000,
    ],
)
def test_form_leads_nowhere_but_into_the_portal(elsewhere: str) -> None:
    fields = {"key": "thing:1", "cadence": "weekly", "next": elsewhere}

    assert sign_in(make_user()).post("/follow/", fields)["Location"] == "/accounts/following/"


def test_who_is_not_signed_in_is_asked_to_and_comes_back_to_the_page() -> None:
    fields = {"key": "thing:1", "cadence": "weekly", "next": "/handbook/quorum/"}

    answer = Client().post("/follow/", fields)

    assert answer["Location"] == "/accounts/login/?next=/handbook/quorum/"
    assert kept() == []


@pytest.mark.parametrize("address", ["/follow/", "/accounts/following/"])
def test_form_without_its_csrf_token_changes_nothing(address: str) -> None:
    person = make_user()
    client = sign_in(person)
    client.handler.enforce_csrf_checks = True

    answer = client.post(address, {"key": "thing:1", "cadence": "weekly"})

    assert (answer.status_code, kept()) == (403, [])


def test_following_by_get_is_no_way() -> None:
    answer = sign_in(make_user()).get("/follow/?key=thing:1&cadence=weekly")

    assert (answer.status_code, answer["Allow"], kept()) == (405, "POST", [])


# Stopping by the link in a mail


def test_one_click_of_a_mail_program_stops_without_cookie_or_csrf_token() -> None:
    person = make_user()
    one = make_follow(person, "thing:1")
    make_follow(person, "thing:2")
    make_follow(make_user(), "thing:1")
    provider = Client(enforce_csrf_checks=True)

    answers = [
        provider.post(
            path_of(follows.stop_address(one)),
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
        for _ in range(2)
    ]

    assert [(answer.status_code, dict(answer.cookies)) for answer in answers] == [(200, {}), (200, {})]
    assert kept() == [("thing:2", "at-once"), ("thing:1", "at-once")]


def test_one_click_may_come_as_multipart_too() -> None:
    one = make_follow(make_user())

    answer = Client(enforce_csrf_checks=True).post(
        path_of(follows.stop_address(one)), {"List-Unsubscribe": "One-Click"}
    )

    assert (answer.status_code, kept()) == (200, [])


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(method: str) -> None:
    one = make_follow(make_user())

    answer = getattr(Client(), method)(path_of(follows.stop_address(one)))

    assert (answer.status_code, dict(answer.cookies), kept()) == (200, {}, [("thing:1", "at-once")])


def test_link_shows_what_it_stops_and_has_one_button() -> None:
    one = make_follow(make_user())

    response = Client().get(path_of(follows.stop_address(one)))

    html = response.content.decode()
    main = html[html.index("<main") :]
    assert words(response) == (
        "Stop these mails? If you stop them, we no longer write to you about: Quorum & voting Stop these mails"
    )
    assert (main.count("<form"), main.count("<button")) == (1, 1)
    assert '<meta name="robots" content="noindex">' in html
    assert "no-store" in response["Cache-Control"]


def test_after_stopping_the_page_says_what_was_stopped_and_the_way_back() -> None:
    person = make_user()
    one, two = make_follow(person, "thing:1"), make_follow(person, "thing:2")

    signed_in = sign_in(person).post(path_of(follows.stop_address(one)))
    stranger = Client().post(path_of(follows.stop_address(two)))

    assert words(signed_in) == (
        "These mails have been stopped We no longer write to you about: Quorum & voting "
        "If this was a mistake, open the page above and ask for them again. You can see what else you follow."
    )
    assert '<a href="/things/1/">Quorum &amp; voting</a>' in signed_in.content.decode()
    assert words(stranger) == (
        "These mails have been stopped We no longer write to you about: Pay "
        "If this was a mistake, sign in, open the page above and ask for them again. "
        "You can see what else you follow."
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_that_was_used_says_so(method: str) -> None:
    address = path_of(follows.stop_address(make_follow(make_user())))
    Client().post(address)

    response = getattr(Client(), method)(address)

    assert response.status_code == 200
    assert words(response) == (
        "These mails have been stopped You had stopped what this link is for before. If mails still come, "
        "you may have followed the same thing again: see what you follow."
    )


def test_link_of_old_mails_stops_all_that_the_person_follows_at_that_moment() -> None:
    person = make_user()
    address = old_address_of_all(person)
    make_follow(person, "thing:1")
    make_follow(person, "thing:9")
    make_follow(make_user(), "thing:2")

    page = Client().get(address)
    answer = Client().post(address)

    assert "about: something that is no longer there Quorum & voting Stop these mails" in words(page)
    assert (answer.status_code, kept()) == (200, [("thing:2", "at-once")])


def test_link_for_several_follows_shows_and_stops_exactly_these() -> None:
    person = make_user()
    these = [make_follow(person, "thing:1"), make_follow(person, "meeting:1", cadence="weekly")]
    make_follow(person, "thing:2")
    make_follow(make_user(), "thing:1")
    address = path_of(follows.stop_these_address(these))
    provider = Client(enforce_csrf_checks=True)

    page = provider.get(address)
    assert words(page) == (
        "Stop these mails? If you stop them, we no longer write to you about: "
        "A webinar Quorum & voting Stop these mails"
    )
    assert len(kept()) == 4

    make_follow(person, "meeting:1001")
    answers = [provider.post(address, {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [key for key, _ in kept()] == ["thing:2", "thing:1", "meeting:1001"]


def test_link_for_follows_of_which_one_was_stopped_before_stops_the_others() -> None:
    person = make_user()
    one, two = make_follow(person, "thing:1"), make_follow(person, "thing:2")
    address = path_of(follows.stop_these_address([one, two]))
    Client().post(path_of(follows.stop_address(one)))

    assert words(Client().get(address)) == (
        "Stop these mails? If you stop them, we no longer write to you about: Pay Stop these mails"
    )
    Client().post(address)
    assert kept() == []


@pytest.mark.parametrize(("count", "others"), [(50, ["meeting:9999"]), (500, [])])
def test_link_for_hundreds_of_follows_fits_a_header_and_stops_what_was_followed_of_their_kinds(
    count: int, others: list[str]
) -> None:
    person = make_user()
    make_follow(person, "thing:1")
    make_follow(person, "meeting:9999")
    these = [make_follow(person, f"meeting:{1000 + number}") for number in range(count)]
    address = follows.stop_these_address(these)
    make_follow(person, "meeting:1")

    assert refusal_of_header("List-Unsubscribe", f"<{address}>") is None
    Client().post(path_of(address))

    assert [key for key, _ in kept()] == ["thing:1", *others, "meeting:1"]


def test_link_works_for_ever_and_holds_nothing_but_two_numbers() -> None:
    one = make_follow(make_user())
    token = path_of(follows.stop_address(one)).split("/")[3]

    signer = Signer(sep=".", salt="portal.members.follows.stop")

    assert signer.unsign_object(token) == [one.user_id, one.pk]
    assert re.fullmatch(r"[\w.-]+", token, re.ASCII)


def test_link_of_another_person_s_follow_stops_nothing() -> None:
    one, stranger = make_follow(make_user()), make_user()
    forged = Follow(pk=one.pk, user=stranger)

    response = Client().post(path_of(follows.stop_address(forged)))

    assert (response.status_code, kept()) == (200, [("thing:1", "at-once")])


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_that_is_cut_off_changed_or_made_elsewhere_is_answered_in_words(method: str) -> None:
    one = make_follow(make_user())
    token = path_of(follows.stop_address(one)).split("/")[3]
    odd = [
        token[:-1],
        token[1:],
        token.partition(".")[0],
        Signer(sep=".").sign_object([one.user_id, one.pk]),
        Signer(sep=".", salt="elsewhere").sign_object([one.user_id, one.pk]),
        "x",
        ".",
        "é",
        "%FF",
        "x" * 1_900,
    ]

    answers = [getattr(Client(), method)(f"/follow/stop/{part}/") for part in odd]

    assert {answer.status_code for answer in answers} == {404}
    assert {words(answer) for answer in answers} == {NO_SUCH_LINK}
    assert kept() == [("thing:1", "at-once")]


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(("method", "queries"), [("get", 1), ("post", 5)])
def test_stopping_all_takes_the_same_queries_however_much_it_is(
    django_assert_num_queries: Callable, method: str, queries: int, count: int
) -> None:
    person = make_user()
    for number in range(count):
        make_follow(person, f"meeting:{1000 + number}")
    address = old_address_of_all(person)
    Client().get(address)  # fills what is kept in the process

    with django_assert_num_queries(queries):
        response = getattr(Client(), method)(address)

    assert len(response.context["lines"]) == count
