"""How long what is kept: to the second, no more than the table says, and the same as the page on personal data."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db.models import Model
from django.utils import timezone
from django_q.models import Failure

from forum.import_plan import Kind, invitation_key, preview, read_subscribers
from forum.models import (
    Attachment,
    Bounce,
    Delivery,
    DeliveryMode,
    DeliveryState,
    Digest,
    Draft,
    IncomingMail,
    ListInvitation,
    MailOutcome,
    Period,
    Subscription,
)
from portal.members import mail
from portal.members.models import (
    ClaimState,
    Invitation,
    Mail,
    MailState,
    Membership,
    MembershipClaim,
    MembershipPeriod,
    User,
)
from portal.retention import RETENTION, Keeping, let_go_of_what_is_past, table
from portal.toolkits.models import Checklist
from search.models import SearchCount
from tests.enquiries.factories import make_topic, put
from tests.factories import NOW, make_staff, make_user
from tests.forum.factories import make_list, subscribe
from tests.members.factories import make_claim, make_invitation, make_mail
from tests.toolkits.factories import make_colleagues, make_kit

DOCS = Path(__file__).resolve().parents[2] / "docs" / "personal-data.md"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
MIDNIGHT = timezone.make_aware(datetime.combine(date(2026, 1, 1), time.min))
KEEPING = {one.what: one for one in RETENTION}


def account() -> User:
    return make_user(verified=False, date_joined=NOW)


def list_invitation(**fields: Any) -> ListInvitation:
    values = {
        "list": make_list(),
        "email": "grace@example.org",
        "token_hash": "x",
        "invited_at": NOW - 9 * DAY,
    }
    return ListInvitation.objects.create(**{**values, "expires_at": NOW + 900 * DAY, **fields})


def sent(**fields: Any) -> Mail:
    return make_mail(**{"state": MailState.SENT, "sent_at": NOW, "text": "", "html": "", **fields})


def browser() -> UserSession:
    one = UserSession.objects.create(user=make_user(), ip="192.0.2.1", user_agent="x", session_key="x")
    UserSession.objects.update(last_seen_at=NOW)
    return one


def failure() -> Failure:
    return Failure.objects.create(id="1", name="x", func="x", started=NOW, stopped=NOW, success=False)


def attachment() -> Attachment:
    return Attachment.objects.create(
        list=make_list(), uploader=make_user(), file="attachments/00/none", name="a.txt", type="text/plain", size=1,
        sha256="0" * 64, created_at=NOW,
    )  # fmt: skip


def subscription() -> Subscription:
    return subscribe(make_list(hold_first_posts=0), make_user(), delivery=DeliveryMode.EACH)


def came(outcome: MailOutcome, **fields: Any) -> IncomingMail:
    return IncomingMail.objects.create(
        received_at=NOW - DAY, sender="", recipient="x", raw=b"", outcome=outcome, settled_at=NOW, **fields
    )


def delivery() -> Delivery:
    one = subscription()
    digest = Digest.objects.create(
        list=one.list, period=Period.DAY, starts_at=NOW - 2 * DAY, ends_at=NOW - DAY
    )
    return Delivery.objects.create(
        digest=digest,
        subscription=one,
        state=DeliveryState.SENT,
        queued_at=NOW - DAY,
        due_at=NOW - DAY,
        settled_at=NOW,
    )


def membership(number: str, *ends: date | None, **fields: Any) -> Membership:
    """A membership of Ada Example with a period until each of these days."""
    values = {"first_name": "Ada", "last_name": "Example", "email": "ada@example.org", **fields}
    made = Membership.objects.create(number=number, **values)
    for place, end in enumerate(ends):
        MembershipPeriod.objects.create(
            membership=made, starts_on=date(2025, 1, 1 + place), ends_on=end, recorded_at=NOW
        )
    return made


def archived_checklist() -> Checklist:
    network, _, _ = make_colleagues()
    return Checklist.objects.create(toolkit=make_kit(), network=network, begun_at=NOW - DAY, archived_at=NOW)


# What it is, how one is made, and from when its time counts.
CASES: list[tuple[str, Callable[[], Model], datetime]] = [
    ("Accounts with no confirmed address", account, NOW),
    ("Invitations to staff", lambda: make_invitation(accepted_at=NOW), NOW),
    ("Invitations to staff", lambda: make_invitation(withdrawn_at=NOW), NOW),
    ("Invitations to staff", lambda: make_invitation(NOW - 7 * DAY), NOW),
    ("Invitations onto lists", lambda: list_invitation(accepted_at=NOW), NOW),
    ("Invitations onto lists", lambda: list_invitation(declined_at=NOW), NOW),
    ("Invitations onto lists", lambda: list_invitation(withdrawn_at=NOW), NOW),
    ("Invitations onto lists", lambda: list_invitation(expires_at=NOW), NOW),
    (
        "Claims to memberships",
        lambda: make_claim(make_user(), state=ClaimState.REFUSED, made_at=NOW - DAY, decided_at=NOW),
        NOW,
    ),
    (
        "Claims to memberships",
        lambda: make_claim(make_user(), state=ClaimState.ACCEPTED, made_at=NOW - DAY, decided_at=NOW),
        NOW,
    ),
    ("Checklists that networks put aside", archived_checklist, NOW),
    ("Mails", sent, NOW),
    ("Mails", lambda: make_mail(state=MailState.FAILED), NOW),
    ("Browsers in which people were signed in", browser, NOW),
    ("Background work that failed", failure, NOW),
    (
        "Drafts",
        lambda: Draft.objects.create(user=make_user(), list=make_list(), place="new", saved_at=NOW),
        NOW,
    ),
    ("Files that were not posted", attachment, NOW),
    ("Mails to lists, as they came", lambda: came(MailOutcome.DROPPED), NOW),
    ("What became of a post's mails", delivery, NOW),
    (
        "Mails of lists that came back",
        lambda: Bounce.objects.create(subscription=subscription(), is_hard=True, at=NOW),
        NOW,
    ),
    ("Questions to advisers whose address nobody confirmed", lambda: put(make_topic()), NOW),
    ("Questions to advisers that look like spam", lambda: put(make_topic(), trapped=True), NOW),
    (
        "Searches that were counted",
        lambda: SearchCount.objects.create(week=date(2025, 12, 25), query="vat", searches=3),
        MIDNIGHT,
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("what", "make", "since"), CASES)
def test_it_is_there_until_its_last_second_and_gone_from_its_end(
    what: str, make: Callable[[], Model], since: datetime
) -> None:
    made, keeping = make(), KEEPING[what]
    end = since + keeping.kept
    there = type(made).objects.filter(pk=made.pk)

    found = []
    for moment in (end - SECOND, end, end + SECOND):
        count = keeping.due(moment).count()
        found.append((count, let_go_of_what_is_past(moment)[what], there.exists()))

    assert found == [(0, 0, True), (1, 1, False), (0, 0, False)]


@pytest.mark.django_db
def test_a_membership_of_nobody_s_account_loses_name_and_address_six_years_after_its_last_period() -> None:
    membership("A1", date(2025, 6, 1), date(2026, 1, 1))
    end = MIDNIGHT + KEEPING["Names and addresses of memberships without an account"].kept

    found = []
    for moment in (end - SECOND, end, end + SECOND):
        let_go_of_what_is_past(moment)
        found += Membership.objects.values_list("number", "first_name", "last_name", "email")

    assert found == [("A1", "Ada", "Example", "ada@example.org"), ("A1", "", "", ""), ("A1", "", "", "")]
    assert MembershipPeriod.objects.count() == 2


@pytest.mark.django_db
def test_every_row_of_the_table_is_tried_to_the_second() -> None:
    # Rows of these stay, or their sum does: above, in tests/events/test_documents.py, in tests/search/test_counting.py, and
    # in tests/enquiries/test_answering.py.
    emptied = {
        "Names and addresses of memberships without an account",
        "Buyers on invoices, receipts and credit notes",
        "Searches that fewer than 3 made in a week",
        "Questions to advisers and their answers",
    }
    tried = {what for what, _, _ in CASES} | emptied
    # Those are tried in `tests.events.test_retention`, which knows how they are made.
    tried |= {what for what in KEEPING if "event" in what or "order" in what or "place" in what}

    assert tried == set(KEEPING)


@pytest.mark.django_db
def test_what_still_has_a_use_stays_for_ever() -> None:
    long_after = NOW + 20_000 * DAY
    for user in (
        make_user(date_joined=NOW),
        make_staff("Editor", verified=False, date_joined=NOW),
        make_user(verified=False, date_joined=NOW, is_superuser=True),
        make_user(verified=False, date_joined=NOW, last_login=NOW),
    ):
        user.save()
    make_invitation(NOW, expires_at=long_after + DAY)
    list_invitation(expires_at=long_after + DAY)
    make_claim(make_user("claims@example.org"))
    make_mail()
    ended = date(2026, 1, 1)
    membership("A1", ended, user=make_user("member@example.org"), claimed_at=NOW)
    membership("A2", ended, None)
    membership("A3")
    corrected = membership("A4", ended)
    corrected.periods.update(replaced_at=NOW)
    MembershipPeriod.objects.create(membership=corrected, starts_on=ended, recorded_at=NOW)

    done = let_go_of_what_is_past(long_after)

    assert set(done.values()) == {0}
    assert User.objects.count() == 6
    assert [model.objects.count() for model in (Invitation, ListInvitation, MembershipClaim, Mail)] == [1] * 4
    assert set(Membership.objects.values_list("last_name", flat=True)) == {"Example"}


@pytest.mark.django_db
def test_a_mail_with_a_key_stays_without_its_address_and_is_never_sent_again() -> None:
    sent(key="told", last_error="550 grace@example.org")

    first, second = (let_go_of_what_is_past(NOW + 365 * DAY)["Mails"] for _ in range(2))
    again = mail.send(template="account_forgotten", to="grace@example.org", context={}, key="told")

    assert (first, second) == (1, 0)
    [row] = Mail.objects.all()
    assert (row.pk, row.to, row.subject, row.last_error, row.key) == (again.pk, "", "", "", "told")


@pytest.mark.django_db
def test_whoever_was_invited_onto_a_list_is_not_invited_again_once_the_invitation_is_gone() -> None:
    invitation = list_invitation(declined_at=NOW)
    sent(key=invitation_key(invitation.list, invitation.email))

    let_go_of_what_is_past(NOW + 400 * DAY)
    found = preview(invitation.list, read_subscribers(b"email\ngrace@example.org\nnew@example.org\n"), NOW)

    assert not ListInvitation.objects.exists()
    assert [one.kind for one in found.findings] == [Kind.INVITED_BEFORE, Kind.INVITED]


@pytest.mark.django_db
def test_a_dry_run_says_what_would_go_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    sent()
    account()

    call_command("retention", "--dry-run")
    dry = capsys.readouterr().out
    before = Mail.objects.count(), User.objects.count()
    call_command("retention")
    done = capsys.readouterr().out

    assert before == (1, 1)
    assert (Mail.objects.count(), User.objects.count()) == (1, 0)  # the mail is not a year old yet
    assert "       1  Accounts with no confirmed address (30 days after they were made): deleted\n" in dry
    assert dry == f"{done}Nothing was changed.\n"
    assert len(done.splitlines()) == len(RETENTION)


def test_the_page_on_personal_data_has_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("retention", "--table")

    assert capsys.readouterr().out == table()
    assert table() in DOCS.read_text()


@pytest.mark.parametrize(
    ("kept", "words"),
    [(DAY, "1 day"), (30 * DAY, "30 days"), (365 * DAY, "1 year"), (6 * 365 * DAY, "6 years")],
)
def test_periods_in_words(kept: timedelta, words: str) -> None:
    assert Keeping("x", kept, "x", "x", lambda _: Mail.objects.none()).period == words
