"""Claims to membership numbers: what fits at once, what waits for a manager, and what nobody is told."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import RequestFactory

from portal.members.actions import RefusedError
from portal.members.actions.claims import accept_claim, claim_membership, follow_sign_on, refuse_claim
from portal.members.adapter import membership_number
from portal.members.models import AuditEntry, ClaimState, Mail, Membership, MembershipClaim, User
from portal.members.rules.claims import (
    mismatch,
    refusal_to_accept_claim,
    refusal_to_claim,
    refusal_to_decide,
)
from portal.members.rules.memberships import Claimant, Details
from tests.factories import NOW, make_staff, make_user, sign_in
from tests.members.factories import make_claim, make_membership

ADA = Details("Ada", "Example", "ada@example.org")
PERSON = Claimant("Ada", "Example", frozenset({"ada@example.org"}))
WAITS = "Thank you. We have to check this number and will write to you."


def claim(user: User, number: str = "A1", now: datetime = NOW) -> MembershipClaim:
    return claim_membership(user=user, number=number, now=now)


@pytest.mark.parametrize(
    ("details", "person", "taken", "expected"),
    [
        (ADA, PERSON, False, ""),
        (ADA, Claimant("ada", "EXAMPLE", frozenset({"ada@example.org"})), False, ""),
        (None, PERSON, False, "The number is not in the register."),
        (ADA, PERSON, True, "Somebody else has this membership."),
        (ADA, Claimant("Ada", "Other", PERSON.addresses), False, "The last name is another one."),
        (
            ADA,
            Claimant("Eve", "Example", frozenset()),
            False,
            "The first name is another one; the e-mail address is none of the person’s confirmed ones.",
        ),
        (Details("Ada", "Example", ""), Claimant("Ada", "Example", frozenset({""})), False,
         "The e-mail address is none of the person’s confirmed ones."),
    ],
)  # fmt: skip
def test_managers_are_told_what_does_not_fit(
    details: Details | None, person: Claimant, taken: bool, expected: str
) -> None:
    assert mismatch(details, person, taken=taken) == expected


@pytest.mark.parametrize(
    ("has_membership", "today", "is_waiting", "refused"),
    [(False, 4, False, False), (False, 5, False, True), (True, 0, False, True), (False, 0, True, True)],
)
def test_who_may_claim(has_membership: bool, today: int, is_waiting: bool, refused: bool) -> None:
    refusal = refusal_to_claim(has_membership=has_membership, today=today, is_waiting=is_waiting)

    assert (refusal is not None) == refused


@pytest.mark.parametrize(
    ("is_open", "is_own", "refused"),
    [(True, False, False), (False, False, True), (True, True, True)],
)
def test_who_may_decide(is_open: bool, is_own: bool, refused: bool) -> None:
    assert (refusal_to_decide(is_open=is_open, is_own=is_own) is not None) == refused


@pytest.mark.parametrize(
    ("is_known", "is_taken", "has_membership", "refused"),
    [(True, False, False, False), (False, False, False, True), (True, True, False, True), (True, False, True, True)],
)  # fmt: skip
def test_what_can_be_accepted(is_known: bool, is_taken: bool, has_membership: bool, refused: bool) -> None:
    refusal = refusal_to_accept_claim(is_known=is_known, is_taken=is_taken, has_membership=has_membership)

    assert (refusal is not None) == refused


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["A1", " a 1 "])
def test_number_that_fits_is_the_person_s_at_once(number: str) -> None:
    membership, ada = make_membership(), make_user("ada@example.org")

    assert claim(ada, number).state == ClaimState.ACCEPTED

    membership.refresh_from_db()
    assert (membership.user, membership.claimed_at) == (ada, NOW)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.person, entry.subject_name) == ("membership.claimed", ada.pk, "A1")


@pytest.mark.django_db
def test_address_that_is_not_verified_does_not_fit() -> None:
    make_membership()
    eve = make_user("eve@example.org", first_name="Ada", last_name="Example")
    EmailAddress.objects.create(user=eve, email="ada@example.org", verified=False)

    assert (claim(eve).state, Membership.objects.get().user) == (ClaimState.OPEN, None)


@pytest.mark.django_db
def test_person_is_told_the_same_of_every_number_that_has_to_be_checked() -> None:
    make_membership("A1", last_name="Other")
    make_membership("B2", user=make_user("grace@example.org"), claimed_at=NOW)
    pages = []
    for number, email in (("A1", "one@example.org"), ("B2", "two@example.org"), ("C3", "tri@example.org")):
        client = sign_in(make_user(email))
        response = client.post("/accounts/profile/membership/", {"number": number}, follow=True)
        messages = [str(message) for message in response.context["messages"]]
        page = response.content.decode().replace(number, "X").replace(email, "E")
        pages.append((response.status_code, messages, page.partition("<h1")[2].partition("<form")[0]))

    assert pages[0][:2] == (200, [WAITS])
    assert pages[0] == pages[1] == pages[2]
    assert [one.mismatch for one in MembershipClaim.objects.order_by("number")] == [
        "The last name is another one; the e-mail address is none of the person’s confirmed ones.",
        "Somebody else has this membership; the e-mail address is none of the person’s confirmed ones.",
        "The number is not in the register.",
    ]


@pytest.mark.django_db
def test_sixth_claim_within_a_day_is_refused_and_the_next_day_it_is_not() -> None:
    ada = make_user()
    for number in range(5):
        claim(ada, f"X{number}", NOW + timedelta(hours=number))

    with pytest.raises(RefusedError, match="5 numbers a day"):
        claim(ada, "X6", NOW + timedelta(hours=24) - timedelta(seconds=1))
    claim(ada, "X6", NOW + timedelta(hours=24))

    assert list(MembershipClaim.objects.filter(state=ClaimState.OPEN).values_list("number", flat=True)) == [
        "X6"
    ]


@pytest.mark.django_db
def test_number_that_waits_is_not_taken_twice() -> None:
    ada = make_user()
    claim(ada, "X1")

    with pytest.raises(RefusedError, match="already"):
        claim(ada, "x 1")

    assert MembershipClaim.objects.count() == 1


@pytest.mark.django_db
def test_manager_accepts_what_does_not_fit_and_the_person_is_told() -> None:
    membership, person = make_membership(), make_user("eve@example.org")
    waiting = claim(person)
    manager = make_staff("Forum manager")

    accept_claim(claim=waiting, by=manager, now=NOW)

    membership.refresh_from_db()
    waiting.refresh_from_db()
    assert (membership.user, waiting.state, waiting.decided_by) == (person, ClaimState.ACCEPTED, manager)
    assert list(Mail.objects.values_list("to", "template")) == [
        ("eve@example.org", "membership_claim_accepted")
    ]
    with pytest.raises(RefusedError, match="decided already"):
        refuse_claim(claim=waiting, reason="Too late.", by=manager, now=NOW)


@pytest.mark.django_db
def test_manager_refuses_with_a_reason_that_reaches_the_person() -> None:
    waiting = claim(make_user("eve@example.org"), "X1")
    manager = make_staff("Forum manager")

    with pytest.raises(RefusedError, match="Say why"):
        refuse_claim(claim=waiting, reason=" ", by=manager, now=NOW)
    refuse_claim(claim=waiting, reason="No such number.", by=manager, now=NOW)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (ClaimState.REFUSED, "No such number.")
    assert Mail.objects.get().template == "membership_claim_refused"
    assert AuditEntry.objects.get().action == "membership.claim-refused"


@pytest.mark.django_db
@pytest.mark.parametrize("hindrance", ["own", "editor", "taken", "unknown"])
def test_claim_that_cannot_be_accepted_stays_open(hindrance: str) -> None:
    person = make_staff("Forum manager", email="eve@example.org")
    if hindrance != "unknown":
        make_membership(user=make_user() if hindrance == "taken" else None, claimed_at=NOW)
    waiting = make_claim(person)
    by = person if hindrance == "own" else make_staff("Editor" if hindrance == "editor" else "Administrator")

    with pytest.raises(RefusedError):
        accept_claim(claim=waiting, by=by, now=NOW)

    waiting.refresh_from_db()
    assert waiting.state == ClaimState.OPEN
    assert not Membership.objects.filter(user=person).exists()


@pytest.mark.django_db
def test_page_shows_the_own_membership_and_its_history() -> None:
    ada = make_user("ada@example.org")
    make_membership(user=ada, claimed_at=NOW)

    page = sign_in(ada).get("/accounts/profile/membership/").content.decode()

    assert "Full: from 1 January 2026 until the end of 31 December 2026" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("decision", "state"), [("accept", "accepted"), ("refuse", "refused")])
def test_manager_decides_on_the_page_and_a_get_decides_nothing(decision: str, state: str) -> None:
    make_membership()
    waiting = make_claim(make_user("eve@example.org"))
    client = sign_in(make_staff("Forum manager"), second_factor=True)
    address = f"/admin/membership-claims/{waiting.pk}/decide/"

    client.get(address, {"decision": decision, "reason": "Not hers."})
    assert MembershipClaim.objects.get().state == ClaimState.OPEN
    client.post(address, {"decision": decision, "reason": "Not hers."})

    assert MembershipClaim.objects.get().state == state


# --- Sign-on ---------------------------------------------------------------------------------------------------------


def sign_on(provider: str = "college", **extra_data: Any) -> SocialLogin:
    return SocialLogin(account=SocialAccount(provider=provider, uid="1", extra_data=extra_data))


@pytest.mark.parametrize(
    ("sociallogin", "expected"),
    [
        (sign_on(userinfo={"membership_number": "A1"}), "A1"),
        (sign_on(userinfo={}, id_token={"membership_number": 17}), "17"),
        (sign_on(membership_number="A1"), "A1"),
        (sign_on(userinfo={"sub": "1"}), ""),
        (sign_on("elsewhere", userinfo={"membership_number": "A1"}), ""),
    ],
)
def test_number_is_taken_from_trusted_providers_only(
    settings: Any, sociallogin: SocialLogin, expected: str
) -> None:
    settings.MEMBERSHIP_PROVIDERS = ["college"]

    assert membership_number(sociallogin) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(("trusted", "linked"), [(["college"], True), ([], False)])
def test_sign_on_by_a_trusted_provider_brings_the_membership(
    settings: Any, trusted: list[str], linked: bool
) -> None:
    settings.MEMBERSHIP_PROVIDERS = trusted
    make_membership(last_name="Other")
    person = make_user()

    request = RequestFactory().get("/")
    request.user, request.session = person, sign_in(person).session
    for _ in range(2):
        user_logged_in.send(
            sender=User,
            request=request,
            user=person,
            sociallogin=sign_on(userinfo={"membership_number": "A1"}),
            response=SimpleNamespace(),
            signal_kwargs={},
        )

    assert Membership.objects.filter(user=person).exists() == linked
    assert MembershipClaim.objects.count() == int(linked)


@pytest.mark.django_db
def test_sign_on_with_a_number_that_is_not_free_makes_one_claim_that_waits_until_it_is() -> None:
    person = make_user()
    for _ in range(2):
        follow_sign_on(user=person, number="A1", provider="college", now=NOW)
    assert [one.state for one in MembershipClaim.objects.all()] == [ClaimState.OPEN]

    make_membership()
    follow_sign_on(user=person, number="A1", provider="college", now=NOW)

    assert Membership.objects.get().user == person
