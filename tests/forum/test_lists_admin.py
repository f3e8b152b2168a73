"""Lists in the admin: made, changed, their rules built as sentences, looked at before they hold, and saved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from forum import actions
from forum.access import access_of
from forum.foreseeing import compared
from forum.models import AccessRule, AfterClosing, Level, MailingList, State, Then, Whom
from forum.proposals import as_it_is, facts_with, from_token, to_token
from forum.rules import Rule
from forum.rules.sentences import rule_sentence
from portal.members.actions import RefusedError
from portal.members.models import Role, User
from tests.factories import make_staff, make_user, sign_in
from tests.forum.admin import log, rows_of, words
from tests.forum.factories import accept, appoint, give, make_list, make_member, make_terms, subscribe

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# What the pages say depends on the moment at which they are asked for.
NOW = timezone.now().replace(microsecond=0)
LATER = NOW + 30 * DAY
LISTS = "/admin/lists/"
WORDS = {
    "name": "Directors in post",
    "slug": "directors",
    "summary": "For clinical directors.",
    "description": "# Who\n\n**Directors.**",
    "successor": "",
    "hold_first_posts": "1",
    "reminders": "30, 7",
}


@pytest.fixture
def manager() -> User:
    return make_staff("Forum manager", email="mary@example.org", first_name="Mary")


@pytest.fixture
def client(manager: User) -> Client:
    """The browser of a forum manager."""
    return sign_in(manager, second_factor=True)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(created_at=NOW - DAY)


def proposing(one: MailingList, **changes: Any) -> str:
    """A proposal for a list that differs from it as it is."""
    return to_token(one, replaced(one, **changes))


def replaced(one: MailingList, **changes: Any) -> Any:
    return replace(as_it_is(one), **changes)


def went_on_with(one: MailingList, response: Any) -> Any:
    """The proposal in the address that a form leads on to."""
    return from_token(one, parse_qs(urlsplit(response["Location"]).query)["proposal"][0])


# --- Lists ---------------------------------------------------------------------------------------------------------------


def test_a_list_is_made_with_its_words_and_then_asks_for_rules(client: Client) -> None:
    answer = client.post(f"{LISTS}add/", WORDS)

    made = MailingList.objects.get()
    assert answer["Location"] == f"{LISTS}{made.pk}/rules/"
    assert (made.name, made.slug, made.reminders, made.approves_itself) == (
        "Directors in post",
        "directors",
        [30, 7],
        False,
    )
    assert [action for action, _ in log()] == ["list.made"]
    assert "There is no rule, so nobody can be on the list." in words(client.get(f"{LISTS}{made.pk}/"))


def test_a_list_is_changed_and_the_log_says_from_what_to_what(client: Client, the_list: MailingList) -> None:
    client.post(f"{LISTS}{the_list.pk}/settings/", {**WORDS, "slug": "setting-up", "summary": "A list."})

    assert log() == [
        (
            "list.changed",
            {
                "changes": {
                    "name": ["Setting up", "Directors in post"],
                    "description": ["", "# Who\r\n\r\n**Directors.**".replace("\r\n", "\n")],
                    "reminders": [[30, 14, 7, 1], [30, 7]],
                }
            },
        )
    ]


def test_a_description_is_looked_at_before_anything_is_saved(client: Client, the_list: MailingList) -> None:
    answer = client.post(f"{LISTS}{the_list.pk}/settings/", {**WORDS, "preview": "1"})

    the_list.refresh_from_db()
    assert ("<h2>Who</h2>" in answer.content.decode(), the_list.description, log()) == (True, "", [])


@pytest.mark.parametrize("text", ["x", "0", "366", "7, -1", "1.5", "1 2 3 4 5 6 7 8 9 10 11"])
def test_reminders_that_are_no_days_are_refused(client: Client, the_list: MailingList, text: str) -> None:
    answer = client.post(f"{LISTS}{the_list.pk}/settings/", {**WORDS, "reminders": text})

    assert (answer.status_code, log()) == (200, [])
    assert list(answer.context["form"].errors) == ["reminders"]


def test_lists_that_follow_one_another_never_lead_back(client: Client, the_list: MailingList) -> None:
    second = make_list("Second", successor=the_list)
    third = make_list("Third", successor=second)

    answer = client.post(f"{LISTS}{the_list.pk}/settings/", {**WORDS, "successor": third.pk})

    assert "People would be moved on in a circle" in words(answer)
    assert log() == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_take_the_same_queries_however_many_there_are(
    client: Client, django_assert_num_queries: Callable, count: int
) -> None:
    for number in range(count):
        one = make_list(f"List {number}")
        subscribe(one, make_user(), since=NOW - DAY)
        subscribe(one, make_user(), state=State.APPLIED, since=NOW - DAY)
    client.get(LISTS)

    with django_assert_num_queries(11):
        answer = client.get(LISTS)

    assert [(counts[State.APPLIED], counts[State.ACTIVE]) for _, counts in answer.context["lines"]] == [
        (1, 1)
    ] * count


def test_others_of_the_staff_do_not_see_lists_and_no_action_serves_them(the_list: MailingList) -> None:
    editor = make_staff("Editor")

    assert sign_in(editor, second_factor=True).get(f"{LISTS}{the_list.pk}/")["Location"] == "/admin/"
    for action, values in (
        (actions.make_list, {"name": "X", "slug": "x", "summary": "X."}),
        (actions.change_list, {"mailing_list": the_list, "name": "X"}),
        (actions.change_rules, {"mailing_list": the_list, "proposal": as_it_is(the_list)}),
        (actions.record_export, {"mailing_list": the_list, "details": {}}),
    ):
        given = ("list.people-exported",) if action is actions.record_export else ()
        with pytest.raises(RefusedError, match="You cannot"):
            action(*given, by=editor, now=NOW, **values)
    assert log() == []


# --- Rules as sentences --------------------------------------------------------------------------------------------------

BUILT = {
    "anyone, with no end": (
        {"whom": "anyone", "end": "never", "then": "read"},
        Rule(Whom.ANYONE),
    ),
    "members who are directors, until a moment in summer": (
        {
            "whom": "members",
            "roles": ["clinical-director", "appointed"],
            "end": "moment",
            "until_at": "2030-06-30T00:00",
            "then": "read",
        },
        Rule(
            Whom.MEMBERS,
            frozenset({Role.CLINICAL_DIRECTOR, Role.APPOINTED}),
            until_at=timezone.make_aware(timezone.datetime(2030, 6, 30)),
            then=Then.READ,
        ),
    ),
    "non-members, for 90 days after joining": (
        {"whom": "non-members", "end": "days", "until_days": "90", "until_at": "", "then": "nothing"},
        Rule(Whom.NON_MEMBERS, until_days=90),
    ),
}


@pytest.mark.parametrize(("typed", "expected"), BUILT.values(), ids=BUILT)
def test_a_rule_is_built_as_a_sentence_and_nothing_is_saved(
    client: Client, the_list: MailingList, typed: dict[str, Any], expected: Rule
) -> None:
    answer = client.post(f"{LISTS}{the_list.pk}/rules/add/", typed)

    assert went_on_with(the_list, answer).rules == (*as_it_is(the_list).rules, expected)
    assert the_list.rules.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"whom": "anyone", "end": "moment", "then": "read"}, "until_at"),
        ({"whom": "anyone", "end": "days", "then": "read"}, "until_days"),
        ({"whom": "anyone", "end": "days", "until_days": "0", "then": "read"}, "until_days"),
        ({"whom": "anyone", "end": "moment", "until_at": "soon", "then": "read"}, "until_at"),
        ({"whom": "anyone", "end": "moment", "until_at": "2026-03-29T01:30", "then": "read"}, "until_at"),
        ({"whom": "anyone", "end": "never", "roles": ["queen"], "then": "read"}, "roles"),
    ],
    ids=["no moment", "no days", "no day at all", "no date", "a time that the clocks leave out", "no role"],
)
def test_a_rule_without_its_parts_is_asked_for_again(
    client: Client, the_list: MailingList, typed: dict[str, Any], field: str
) -> None:
    answer = client.post(f"{LISTS}{the_list.pk}/rules/add/", typed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])


def test_rules_are_changed_removed_and_conditions_set_one_after_the_other_in_one_proposal(
    client: Client, the_list: MailingList
) -> None:
    terms = make_terms("Code of conduct", NOW - DAY)
    address = f"{LISTS}{the_list.pk}/rules/"
    first = client.post(f"{address}0/", {"whom": "members", "end": "never", "then": "nothing"})
    token = parse_qs(urlsplit(first["Location"]).query)["proposal"][0]
    second = client.post(
        f"{address}conditions/",
        {
            "proposal": token,
            "opens_at": "",
            "closes_at": "2030-06-30T00:00",
            "after_closing": "nothing",
            "grace_days": "14",
            "terms": [terms.pk],
        },
    )

    proposal = went_on_with(the_list, second)
    page = client.get(second["Location"])

    assert (proposal.rules, proposal.grace_days, proposal.terms, proposal.after_closing) == (
        (Rule(Whom.MEMBERS, number=the_list.rules.get().pk),),
        14,
        (terms.pk,),
        AfterClosing.NOTHING,
    )
    assert "Closes the start of 30 June 2030" in words(page)
    without = client.get(f"{address}?proposal={page.context['rules'][0][1]}")
    assert without.context["refusals"] == ["There is no rule, so nobody could be on the list. Add one."]
    assert (the_list.rules.get().whom, log()) == (Whom.ANYONE, [])


def test_a_proposal_of_another_list_or_one_made_up_is_none(client: Client, the_list: MailingList) -> None:
    other = make_list("Other")
    token = proposing(other, grace_days=7)

    for odd in (token, "x", "a:b:c"):
        answer = client.get(f"{LISTS}{the_list.pk}/rules/", {"proposal": odd})
        assert (answer.context["changes"], "Begin again." in answer.content.decode()) == ({}, True)
    assert client.get(f"{LISTS}{the_list.pk}/rules/7/").status_code == 404


# --- What will this do? --------------------------------------------------------------------------------------------------


@pytest.fixture
def people(the_list: MailingList) -> dict[str, User]:
    """One person of each kind."""
    found = {
        name: make_user(f"{name}@example.org")
        for name in ("member", "lapsing", "guest", "director", "suspended", "staff", "extended")
    }
    for name, person in found.items():
        state = State.SUSPENDED if name == "suspended" else State.ACTIVE
        subscribe(the_list, person, state=state, since=NOW - 10 * DAY)
    make_member(found["member"], date(2020, 1, 1))
    make_member(found["lapsing"], date(2020, 1, 1), (NOW + 20 * DAY).date())
    appoint(found["director"], Role.CLINICAL_DIRECTOR, date(2020, 1, 1))
    give(the_list, found["staff"], level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    give(the_list, found["extended"], kind="extension", level=Level.POST, since=NOW - DAY, until=LATER + DAY)
    return found


def changed_rules() -> tuple[Rule, ...]:
    return (Rule(Whom.MEMBERS), Rule(Whom.NON_MEMBERS, until_at=LATER, then=Then.READ))


@pytest.mark.parametrize("grace_days", [0, 14])
def test_what_the_preview_said_of_each_person_is_what_holds_after_saving(
    manager: User, the_list: MailingList, people: dict[str, User], grace_days: int
) -> None:
    proposal = replaced(the_list, rules=changed_rules(), grace_days=grace_days)
    moments = [NOW, NOW + 19 * DAY, NOW + 21 * DAY, LATER - SECOND, LATER, LATER + 2 * DAY, LATER + 300 * DAY]
    said = {
        (row.user_id, at): row.after
        for at in moments
        for row in compared(the_list, facts_with(the_list, proposal), at)
    }

    actions.change_rules(mailing_list=the_list, proposal=proposal, by=manager, now=NOW)
    the_list.refresh_from_db()

    held = {
        (person.pk, at): access_of(the_list, person, at).level for at in moments for person in people.values()
    }
    assert said == held
    assert len(set(held.values())) == 4


def test_the_page_says_who_loses_on_which_day_as_counts_and_names(
    client: Client, the_list: MailingList, people: dict[str, User]
) -> None:
    answer = client.get(
        f"{LISTS}{the_list.pk}/effect/", {"proposal": proposing(the_list, rules=changed_rules())}
    )

    effects = [(when, one.loses, one.keeps, one.gains) for one, when, _ in answer.context["effects"]]
    assert [numbers for _, *numbers in effects] == [[0, 6, 0], [3, 3, 0]]
    assert effects[0][0] == "Now"
    assert {row.user for row, _, _ in answer.context["chosen"]["people"]} == {
        people["lapsing"],
        people["guest"],
        people["director"],
    }
    assert "3: can read and post → can read, but not post" in words(answer)


def test_a_day_without_any_change_says_who_loses_access_by_then(
    client: Client, the_list: MailingList, people: dict[str, User]
) -> None:
    the_list.rules.update(whom=Whom.MEMBERS)
    address = f"{LISTS}{the_list.pk}/effect/"

    empty = client.get(address)
    answer = client.get(address, {"at": f"{(NOW + 25 * DAY).date()}T00:00"})
    past = client.get(address, {"at": "2020-01-01T00:00"})

    assert "No rule of the list begins or ends from now on." in words(empty)
    assert [row.user for row, _, _ in answer.context["chosen"]["people"]] == [people["lapsing"]]
    assert "This moment has passed." in words(past)


def test_the_page_goes_on_where_the_names_do_not_fit(client: Client, the_list: MailingList) -> None:
    for _ in range(51):
        subscribe(the_list, make_user(), since=NOW - DAY)
    asked = {"proposal": proposing(the_list, rules=changed_rules()), "page": "2"}

    first, second, odd = (
        client.get(f"{LISTS}{the_list.pk}/effect/", {**asked, "page": page}) for page in ("1", "2", "²")
    )

    assert [len(one.context["chosen"]["people"]) for one in (first, second, odd)] == [50, 1, 50]
    assert "page=2" in first.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_effect_takes_the_same_queries_however_many_people_there_are(
    client: Client, the_list: MailingList, django_assert_num_queries: Callable, count: int
) -> None:
    for _ in range(count):
        subscribe(the_list, make_user(), since=NOW - DAY)
    asked = {"proposal": proposing(the_list, rules=changed_rules())}
    client.get(f"{LISTS}{the_list.pk}/effect/", asked)

    with django_assert_num_queries(29):
        answer = client.get(f"{LISTS}{the_list.pk}/effect/", asked)

    assert [one.loses for one, _, _ in answer.context["effects"]] == [0, count]


def test_those_whose_access_would_change_are_exported_safely_and_the_log_says_so(
    client: Client, the_list: MailingList
) -> None:
    subscribe(the_list, make_user("eve@example.org", first_name="=1+1", last_name="Eve"), since=NOW - DAY)
    asked = {"proposal": proposing(the_list, rules=changed_rules()), "at": LATER.isoformat()}

    answer = client.post(f"{LISTS}{the_list.pk}/effect/export/", asked)

    assert [row[:4] for row in rows_of(answer)] == [
        ["Person", "E-mail address", "Before", "After"],
        ["'=1+1 Eve", "eve@example.org", "can read and post", "can read, but not post"],
    ]
    assert [(action, sorted(details)) for action, details in log()] == [
        ("list.effect-exported", ["at", "changes"])
    ]


def test_rules_are_saved_by_one_post_and_the_log_says_from_what_to_what(
    client: Client, the_list: MailingList
) -> None:
    kept = the_list.rules.get()
    rules = (Rule(Whom.MEMBERS, number=kept.pk), Rule(Whom.NON_MEMBERS, until_days=90))

    answer = client.post(
        f"{LISTS}{the_list.pk}/effect/", {"proposal": proposing(the_list, rules=rules, grace_days=14)}
    )

    assert answer["Location"] == f"{LISTS}{the_list.pk}/"
    assert list(the_list.rules.values_list("whom", "until_days")) == [("members", None), ("non-members", 90)]
    assert the_list.rules.first() == kept
    assert log() == [
        (
            "list.rules-changed",
            {
                "changes": {
                    "days of grace": [0, 14],
                    "rules": [
                        ["Anyone can read and post."],
                        [
                            "Members of the association can read and post.",
                            rule_sentence(rules[1]),
                        ],
                    ],
                }
            },
        )
    ]


def test_saving_is_refused_if_the_rules_have_changed_since_the_preview(
    client: Client, the_list: MailingList
) -> None:
    token = proposing(the_list, rules=changed_rules())
    the_list.rules.update(until_days=7)

    answer = client.post(f"{LISTS}{the_list.pk}/effect/", {"proposal": token})

    assert (answer.status_code, list(the_list.rules.values_list("until_days", flat=True)), log()) == (
        409,
        [7],
        [],
    )
    assert "The rules have been changed since you saw this page" in words(answer)


SENSELESS = {
    "no rule": ({"rules": ()}, "There is no rule"),
    "closed already": ({"closes_at": NOW - DAY}, "The list would have closed already"),
    "closes before it opens": ({"opens_at": LATER, "closes_at": LATER - DAY}, "but not open before"),
    "a new rule that has ended": (
        {"rules": (Rule(Whom.ANYONE), Rule(Whom.NON_MEMBERS, until_at=NOW - DAY))},
        "This rule would have ended already",
    ),
    "a rule that changes nothing": (
        {"rules": (Rule(Whom.ANYONE, until_at=LATER), Rule(Whom.MEMBERS))},
        "This rule changes nothing",
    ),
    "too many rules": (
        {"rules": tuple(Rule(Whom.ANYONE, until_days=days) for days in range(1, 14))},
        "There are 13 rules. 12 is the most",
    ),
    "everybody out": (
        {"rules": (Rule(Whom.ANYONE, frozenset({Role.APPOINTED})),)},
        "Everybody who can read or post now would be locked out at once.",
    ),
}


@pytest.mark.parametrize(("changes", "reason"), SENSELESS.values(), ids=SENSELESS)
def test_rules_that_make_no_sense_are_refused_with_the_reason_and_leave_nothing(
    client: Client, the_list: MailingList, changes: dict[str, Any], reason: str
) -> None:
    subscribe(the_list, make_user(), since=NOW - DAY)
    before = as_it_is(the_list)
    token = proposing(the_list, **changes)

    shown = client.get(f"{LISTS}{the_list.pk}/effect/", {"proposal": token})
    answer = client.post(f"{LISTS}{the_list.pk}/effect/", {"proposal": token})

    the_list.refresh_from_db()
    assert (reason in words(shown), "Save these rules" in words(shown)) == (True, False)
    assert (answer.status_code, reason in words(answer)) == (409, True)
    assert (as_it_is(the_list), AccessRule.objects.count(), log()) == (before, 1, [])


def test_terms_that_nobody_has_accepted_yet_lock_nobody_out_for_good(
    manager: User, the_list: MailingList
) -> None:
    person = make_user()
    subscribe(the_list, person, since=NOW - DAY)
    terms = make_terms("Code of conduct", NOW - DAY)

    actions.change_rules(
        mailing_list=the_list, proposal=replaced(the_list, terms=(terms.pk,)), by=manager, now=NOW
    )

    assert access_of(the_list, person, NOW).level == Level.NOTHING
    accept(person, terms, at=NOW + SECOND)
    assert access_of(the_list, person, NOW + SECOND).level == Level.POST


def test_a_list_that_has_closed_can_still_be_changed(manager: User) -> None:
    closed = make_list(closes_at=NOW - DAY)
    closed.rules.update(until_at=NOW - DAY, then=Then.READ)

    actions.change_rules(
        mailing_list=closed,
        proposal=replaced(closed, after_closing=AfterClosing.NOTHING),
        by=manager,
        now=NOW,
    )

    closed.refresh_from_db()
    assert closed.after_closing == AfterClosing.NOTHING
