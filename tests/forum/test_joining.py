"""The next step of each reader before a list, what an application holds, and the mails about joining: each once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum import actions
from forum.access import access_of, facts_of
from forum.actions.applying import Application, accept_and_come_back, apply_in_full
from forum.forms.joining import ApplyForm, DecideForm
from forum.models import AfterClosing, GrantKind, Level, MailingList, State, Whom
from forum.rules import Facts, Given, ListFacts, Required, Rule, Span, access
from forum.rules.joining import Step, left_suspended, next_step, refusal_of_haste
from portal.members import mail
from portal.members.actions import RefusedError
from portal.members.models import Acceptance, Appointment, Mail, MembershipClaim, Role, User
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import accept, give, make_list, make_member, make_terms, subscribe
from tests.members.factories import make_network

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LIST = "/forum/setting-up/"
ANYONE, MEMBERS = Rule(Whom.ANYONE), Rule(Whom.MEMBERS)
SINCE = Span(NOW - DAY)
LEFT_SINCE = Span(NOW - DAY)


def a_list(*rules: Rule, **fields: Any) -> ListFacts:
    return ListFacts(name="Setting up", rules=rules or (ANYONE,), **fields)


def in_state(state: State, the_list: ListFacts | None = None, **fields: Any) -> Facts:
    return Facts(list=the_list or a_list(), states=((state, SINCE),), joined_on=NOW.date(), **fields)


def left(before: State, the_list: ListFacts | None = None) -> Facts:
    states = ((before, Span(NOW - 2 * DAY, NOW - DAY)), (State.LEFT, SINCE))
    return Facts(list=the_list or a_list(), states=states, joined_on=NOW.date())


TERMS = (Required(1, "Code of conduct", ((1, NOW),)),)
CLOSES = a_list(open=Span(None, NOW))


@pytest.mark.parametrize(
    ("facts", "at", "step", "words"),
    [
        (Facts(a_list()), NOW, Step.APPLY, "You can apply to join."),
        (Facts(a_list(MEMBERS)), NOW, Step.APPLY, "no rule of the list is for you yet"),
        (Facts(a_list(open=Span(NOW + DAY))), NOW, Step.APPLY, "You can apply to join."),
        (Facts(CLOSES), NOW - SECOND, Step.APPLY, "You can apply to join."),
        (Facts(CLOSES), NOW, Step.NOTHING, "The list closed at 9:30am on 10 March 2026."),
        (Facts(CLOSES), NOW + SECOND, Step.NOTHING, "The list closed at"),
        (in_state(State.APPLIED), NOW, Step.WAIT, "You have applied."),
        (in_state(State.APPLIED, CLOSES), NOW, Step.NOTHING, "The list closed at"),
        (in_state(State.REFUSED), NOW, Step.APPLY, "You can apply again if something has changed."),
        (in_state(State.ACTIVE), NOW, Step.OPEN, "You are on this list."),
        (in_state(State.ACTIVE, CLOSES), NOW, Step.OPEN, "You are on this list."),
        (
            in_state(State.ACTIVE, a_list(open=Span(None, NOW), after_closing=AfterClosing.NOTHING)),
            NOW,
            Step.NOTHING,
            "The list closed at",
        ),
        (in_state(State.ACTIVE, a_list(terms=TERMS)), NOW - SECOND, Step.OPEN, "You are on this list."),
        (in_state(State.ACTIVE, a_list(terms=TERMS)), NOW, Step.ACCEPT_TERMS, "Terms of this list wait"),
        (in_state(State.ACTIVE, a_list(MEMBERS)), NOW, Step.NOTHING, "join the association or renew"),
        (in_state(State.ACTIVE, a_list(open=Span(NOW + DAY))), NOW, Step.NOTHING, "The list opens at"),
        (in_state(State.SUSPENDED), NOW, Step.NOTHING, "You are suspended from this list."),
        (left(State.ACTIVE), NOW, Step.COME_BACK, "You can come back."),
        (left(State.ACTIVE, a_list(terms=TERMS)), NOW, Step.COME_BACK, "You can come back."),
        (left(State.ACTIVE, a_list(MEMBERS)), NOW, Step.NOTHING, "join the association or renew"),
        (left(State.ACTIVE, a_list(open=Span(NOW + DAY))), NOW, Step.NOTHING, "when it opens"),
        (left(State.SUSPENDED), NOW, Step.NOTHING, "while you were suspended"),
        (Facts(a_list(), states=((State.LEFT, SINCE),)), NOW, Step.APPLY, "You can apply to join."),
        (
            Facts(a_list(), grants=(Given(GrantKind.STAFF, Level.READ, SINCE),)),
            NOW,
            Step.OPEN,
            "You have been given access",
        ),
    ],
)
def test_each_reader_has_one_next_step_and_is_told_why(
    facts: Facts, at: datetime, step: Step, words: str
) -> None:
    found = next_step(access(facts, at), facts, at)

    assert found.step is step
    assert words in found.words


def test_a_suspension_that_ended_before_the_person_left_does_not_count() -> None:
    suspended = (State.SUSPENDED, Span(NOW - 5 * DAY, NOW - 4 * DAY))
    active = (State.ACTIVE, Span(NOW - 4 * DAY, NOW - DAY))

    assert not left_suspended(Facts(a_list(), states=(suspended, active, (State.LEFT, SINCE))), NOW)
    assert left_suspended(Facts(a_list(), states=(active, suspended, (State.LEFT, SINCE))), NOW) is False
    assert left_suspended(left(State.SUSPENDED), NOW)
    assert left_suspended(left(State.SUSPENDED), NOW - DAY - SECOND) is False


@pytest.mark.parametrize(("begun", "is_refused"), [(9, False), (10, True), (11, True)])
def test_nobody_applies_more_than_ten_times_a_day(begun: int, is_refused: bool) -> None:
    assert (refusal_of_haste(begun) is not None) == is_refused


# --- The form --------------------------------------------------------------------------------------------------------------


def typed(**values: str) -> ApplyForm:
    said = {"role": "clinical-director", "member": "no", **values}
    return ApplyForm(said, owed=[], membership=None, today=NOW.date())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "code", "errors"),
    [
        ({"network_words": "heath"}, "U12345", {}),
        ({"network_words": "u54321"}, "U54321", {}),
        ({"network_words": "harbour"}, None, {"network"}),
        ({"network_words": "harbour", "network": "another search"}, None, {"network"}),
        ({"network_words": "nowhere"}, None, {"network_words"}),
        ({"network_words": "closed"}, None, {"network_words"}),
        ({}, None, {"network_words"}),
        ({"role": "leading-creation"}, None, {}),
        ({"role": "other", "member": "yes"}, None, {"number"}),
        ({"role": "other", "member": "no", "number": "A1"}, None, {"number"}),
        ({"role": "other", "member": ""}, None, {"member"}),
        ({"role": "astronaut", "network_words": "heath"}, "U12345", {"role"}),
        ({"role": "other", "network_words": "\0"}, None, {"network_words"}),
    ],
)
def test_network_is_found_by_words_or_code_and_what_is_missing_is_said(
    values: dict[str, str], code: str | None, errors: set[str] | dict[str, str]
) -> None:
    make_network(name="Harbour and Heath PCN")
    make_network(code="U54321", name="Harbour View PCN")
    make_network(code="U11111", name="Closed PCN", ends_on=NOW.date())

    form = typed(**values)

    assert set(form.errors) == set(errors)
    network = form.cleaned_data.get("network")
    assert (network.code if network else None) == code


@pytest.mark.django_db
def test_looking_for_a_network_complains_about_nothing() -> None:
    make_network(name="Harbour and Heath PCN")

    form = typed(role="", find="", network_words="h")

    assert (dict(form.errors), [network.code for network in form.found]) == ({}, ["U12345"])


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"decision": "approve"}, set()),
        ({"decision": "ask"}, {"words"}),
        ({"decision": "refuse", "words": " "}, {"words"}),
        ({"decision": "refuse", "words": "x" * 500}, set()),
        ({"decision": "refuse", "words": "x" * 501}, {"words"}),
        ({}, {"decision"}),
    ],
)
def test_who_asks_or_refuses_says_so_in_words(values: dict[str, str], errors: set[str]) -> None:
    assert set(DecideForm(values).errors) == errors


# --- The actions and their mails --------------------------------------------------------------------------------------------


@pytest.fixture
def the_list(db: None) -> MailingList:
    made = make_list()
    made.terms.add(make_terms("Code of conduct", NOW - DAY))
    return made


@pytest.fixture
def ada(db: None) -> User:
    return make_user("ada@example.org")


@pytest.fixture
def manager(the_list: MailingList) -> User:
    manager = make_user("manager@example.org")
    give(the_list, manager, level=Level.MANAGE, since=NOW - DAY, until=NOW + 300 * DAY)
    return manager


def sent() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


def said(the_list: MailingList, **fields: Any) -> Application:
    versions = tuple(terms.versions.get() for terms in the_list.terms.all())
    return Application(**{"role": Role.OTHER, "accepted": versions, **fields})


def test_what_is_refused_leaves_nothing_of_an_application(the_list: MailingList, ada: User) -> None:
    network = make_network()
    subscribe(the_list, ada, since=NOW - DAY)
    application = said(the_list, network=network, number="A1")

    with pytest.raises(RefusedError, match="already on this list"):
        apply_in_full(mailing_list=the_list, user=ada, application=application, now=NOW)

    assert (Acceptance.objects.count(), Appointment.objects.count(), MembershipClaim.objects.count()) == (
        0,
        0,
        0,
    )
    assert sent() == []


def test_an_application_names_an_appointment_once_and_claims_a_number_once(
    the_list: MailingList, ada: User
) -> None:
    application = said(the_list, network=make_network(), number="a 1")
    for moment in (NOW, NOW + 2 * SECOND):
        apply_in_full(mailing_list=the_list, user=ada, application=application, now=moment)
        actions.leave(mailing_list=the_list, user=ada, now=moment + SECOND)

    assert Appointment.objects.values_list("role", "starts_on", "confirmed_at").get() == (
        "other",
        NOW.date(),
        None,
    )
    assert MembershipClaim.objects.values_list("number", "state").get() == ("A1", "open")


def test_who_has_a_membership_claims_nothing(the_list: MailingList, ada: User) -> None:
    make_member(ada, NOW.date())

    apply_in_full(mailing_list=the_list, user=ada, application=said(the_list, number="A1"), now=NOW)

    assert not MembershipClaim.objects.exists()


def test_managers_and_the_applicant_are_told_of_each_step_once(
    the_list: MailingList, ada: User, manager: User
) -> None:
    subscription = apply_in_full(mailing_list=the_list, user=ada, application=said(the_list), now=NOW)
    actions.ask(subscription=subscription, by=manager, now=NOW + DAY, question="Which practice?")
    actions.answer(subscription=subscription, user=ada, now=NOW + DAY, text="High Street.")
    with pytest.raises(RefusedError, match="answered already"):
        actions.answer(subscription=subscription, user=ada, now=NOW + DAY, text="Once more.")
    actions.approve(subscription=subscription, by=manager, now=NOW + 2 * DAY)
    actions.suspend(subscription=subscription, by=manager, now=NOW + 3 * DAY, reason="Unkind.")
    actions.lift_suspension(subscription=subscription, by=manager, now=NOW + 4 * DAY)
    actions.extend(
        mailing_list=the_list, user=ada, until=NOW + 9 * DAY, reason="Moving.", by=manager, now=NOW + 5 * DAY
    )

    assert sent() == [
        ("joining_applied", "manager@example.org"),
        ("joining_received", "ada@example.org"),
        ("joining_asked", "ada@example.org"),
        ("joining_answered", "manager@example.org"),
        ("joining_let_in", "ada@example.org"),
        ("joining_suspended", "ada@example.org"),
        ("joining_suspension_lifted", "ada@example.org"),
        ("joining_extended", "ada@example.org"),
    ]
    refusal = Mail.objects.get(template="joining_suspended")
    assert "Unkind." in refusal.text


def test_who_is_let_in_at_once_has_one_mail_that_says_until_when(ada: User, manager: User) -> None:
    closing = make_list("Closing", approves_itself=True, closes_at=NOW + 30 * DAY)

    actions.apply(mailing_list=closing, user=ada, now=NOW)

    letter = Mail.objects.get()
    assert (letter.template, "until 10:30am on 9 April 2026" in letter.text) == ("joining_let_in", True)


def test_nobody_causes_mail_by_applying_again_and_again(
    the_list: MailingList, ada: User, manager: User
) -> None:
    accept(ada, the_list.terms.get())
    for number in range(10):
        actions.apply(mailing_list=the_list, user=ada, now=NOW + 2 * number * SECOND)
        actions.leave(mailing_list=the_list, user=ada, now=NOW + (2 * number + 1) * SECOND)

    with pytest.raises(RefusedError, match="10 times a day"):
        actions.apply(mailing_list=the_list, user=ada, now=NOW + 23 * 60 * 60 * SECOND)
    actions.apply(mailing_list=the_list, user=ada, now=NOW + DAY)


def test_who_comes_back_accepts_what_is_new_in_the_same_step(the_list: MailingList, ada: User) -> None:
    subscribe(the_list, ada, since=NOW - 3 * DAY, until=NOW - 2 * DAY)
    subscribe(the_list, ada, state=State.LEFT, since=NOW - 2 * DAY)
    version = the_list.terms.get().versions.get()

    with pytest.raises(RefusedError, match="Accept these terms first"):
        accept_and_come_back(mailing_list=the_list, user=ada, versions=[], now=NOW)
    accept_and_come_back(mailing_list=the_list, user=ada, versions=[version], now=NOW)

    assert access_of(the_list, ada, NOW).may_post
    assert not left_suspended(facts_of(the_list, ada), NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "template",
    [
        "joining_applied",
        "joining_answered",
        "joining_received",
        "joining_let_in",
        "joining_refused",
        "joining_asked",
        "joining_suspended",
        "joining_suspension_lifted",
        "joining_extended",
        "joining_terms",
        "joining_invitation",
    ],
)
def test_every_mail_has_a_sample_that_leaves_nothing_out(template: str) -> None:
    subject, text, html = mail.preview(template)

    assert "Setting up a network" in subject + text
    assert "  " not in text.replace("\n\n\n", "  ")
    assert "http" in text
    assert "<p>" in html


# --- The pages ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_list_of_applications_costs_the_same_for_one_and_for_three(
    the_list: MailingList, manager: User
) -> None:
    browser, counts = sign_in(manager), []
    browser.get(f"{LIST}applications/")  # what is asked once a process
    for count in (1, 2):
        for _ in range(count):
            subscribe(the_list, make_user(), state=State.APPLIED)
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{LIST}applications/")
        counts.append(len(queries))

    assert counts == [8, 8]


def test_nobody_but_a_manager_of_this_list_sees_an_application(
    the_list: MailingList, manager: User, ada: User
) -> None:
    other = make_list("Other")
    elsewhere = subscribe(other, make_user(), state=State.APPLIED)
    here = subscribe(the_list, ada, state=State.APPLIED)
    root = make_user(is_superuser=True, is_staff=True)

    shown = [
        sign_in(reader).get(f"/forum/{slug}/applications/{pk}/").status_code
        for reader, slug, pk in (
            (manager, "setting-up", here.pk),
            (manager, "setting-up", elsewhere.pk),
            (manager, "other", elsewhere.pk),
            (ada, "setting-up", here.pk),
            (root, "setting-up", here.pk),
        )
    ]

    assert shown == [200, 404, 403, 403, 403]
