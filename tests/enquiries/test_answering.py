"""Advisers answer, ask back, note, hand on, close and open again; they are reminded; what is old goes and what is counted stays."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from openpyxl import load_workbook

from portal.enquiries import report
from portal.enquiries.actions.answering import answer, ask_back, assign, close, close_quiet, note, reopen
from portal.enquiries.actions.asking import reply
from portal.enquiries.actions.telling import remind
from portal.enquiries.models import Enquiry, Message, State
from portal.enquiries.personal import enquiries
from portal.members.actions import RefusedError
from portal.members.actions.personal import be_forgotten
from portal.members.models import AuditEntry, Mail, User
from portal.members.personal import person_of
from portal.retention import let_go_of_what_is_past
from tests.enquiries.factories import WORDS, asked, make_adviser, make_topic, put
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def sent(template: str) -> list[str]:
    return list(Mail.objects.filter(template=template).order_by("pk").values_list("to", flat=True))


def fresh(enquiry: Enquiry) -> Enquiry:
    return Enquiry.objects.get(pk=enquiry.pk)


# --- Actions -------------------------------------------------------------------------------------------------------------


def test_an_answer_goes_by_mail_and_the_first_one_settles_how_long_it_took() -> None:
    adviser, enquiry = make_adviser(), asked()

    answer(enquiry=enquiry, text="A month is usual.", by=adviser, now=NOW + 3 * DAY)
    answer(enquiry=enquiry, text="In writing.", by=adviser, now=NOW + 30 * DAY)

    found = fresh(enquiry)
    assert (found.state, found.adviser, found.answered_at) == (State.ANSWERED, adviser, NOW + 3 * DAY)
    assert (found.working_days, found.was_late) == (3, False)
    assert sent("enquiry_answer") == ["ada@one.example"] * 2
    assert "A month is usual." in Mail.objects.filter(template="enquiry_answer").earliest("pk").text
    assert [one.action for one in AuditEntry.objects.order_by("pk")] == ["advice.answered"] * 2
    assert WORDS not in str(AuditEntry.objects.order_by("pk").values())


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (datetime(2026, 3, 17, 23, 59, 59, tzinfo=NOW.tzinfo), False),
        (datetime(2026, 3, 18, tzinfo=NOW.tzinfo), True),
    ],
)
def test_an_answer_after_the_promised_day_is_late(moment: datetime, late: bool) -> None:
    enquiry = asked()

    answer(enquiry=enquiry, text="Yes.", by=make_adviser(), now=moment)

    assert fresh(enquiry).was_late is late


def test_asking_back_waits_for_the_person_and_says_so_in_the_mail() -> None:
    enquiry = asked()

    ask_back(enquiry=enquiry, text="Which contract?", by=make_adviser(), now=NOW + DAY)

    assert fresh(enquiry).state == State.ASKED_BACK
    assert "An adviser asks you something" in Mail.objects.get(template="enquiry_answer").subject
    assert remind(NOW + 30 * DAY) == 0


def test_a_note_stays_among_staff() -> None:
    enquiry = asked()

    note(enquiry=enquiry, text="Ask the lawyer.", by=make_adviser(), now=NOW)

    assert fresh(enquiry).state == State.OPEN
    assert not sent("enquiry_answer")
    assert "Ask the lawyer" not in Client().get(f"/advice/{enquiry.key}/").content.decode()


def test_a_question_is_given_to_an_adviser_of_its_topic_who_is_told() -> None:
    enquiry, adviser, other = asked(), make_adviser(), make_adviser("ben@one.example")
    administrator = make_staff("Administrator", email="root@one.example")
    assign(enquiry=enquiry, adviser=adviser, by=adviser, now=NOW)
    assert sent("enquiry_new") == []

    assign(enquiry=enquiry, adviser=other, by=adviser, now=NOW + DAY)
    reply(enquiry=enquiry, text="More.", now=NOW + DAY)

    assert fresh(enquiry).adviser == other
    assert (sent("enquiry_new"), sent("enquiry_reply")) == (["ben@one.example"], ["ben@one.example"])
    with pytest.raises(RefusedError, match="may not answer"):
        assign(enquiry=enquiry, adviser=make_staff("Editor"), by=adviser, now=NOW)
    assign(enquiry=enquiry, adviser=administrator, by=adviser, now=NOW)
    assign(enquiry=enquiry, adviser=None, by=adviser, now=NOW)
    assert fresh(enquiry).adviser is None


def test_what_is_closed_is_not_answered_until_it_is_opened_again() -> None:
    enquiry, adviser = asked(), make_adviser()
    close(enquiry=enquiry, by=adviser, now=NOW + DAY)
    assert fresh(enquiry).was_late is False
    for action in (answer, ask_back):
        with pytest.raises(RefusedError, match="Open it again first"):
            action(enquiry=enquiry, text="Yes.", by=adviser, now=NOW)
    with pytest.raises(RefusedError, match="not open"):
        close(enquiry=enquiry, by=adviser, now=NOW)

    reopen(enquiry=enquiry, by=adviser, now=NOW + 2 * DAY)

    found = fresh(enquiry)
    assert (found.state, found.closed_at, found.was_late) == (State.OPEN, None, None)
    assert found.promised_on == date(2026, 3, 19)
    with pytest.raises(RefusedError, match="Only what was closed"):
        reopen(enquiry=enquiry, by=adviser, now=NOW)


def test_new_questions_are_told_of_at_the_shared_address_or_to_each_of_the_group() -> None:
    make_adviser()
    make_adviser("ben@one.example")
    make_adviser("new@one.example", verified=False)
    asked(make_topic())
    assert sent("enquiry_new") == ["asha@one.example", "ben@one.example"]

    asked(make_topic("Legal", adviser_email="legal@one.example"), text="Legal?")

    assert sent("enquiry_new")[2:] == ["legal@one.example"]


# --- Reminders and what runs by itself -----------------------------------------------------------------------------------


def test_advisers_are_reminded_once_before_the_day_and_once_after_it() -> None:
    make_adviser()
    asked()
    found = [(day, remind(NOW + day * DAY)) for day in range(2, 10) for _ in range(2)]

    # Promised for Tuesday 17 March: on Monday, and on Wednesday.
    assert [one for one in found if one[1]] == [(6, 1), (8, 1)]
    assert [one.subject[:7] for one in Mail.objects.filter(template="enquiry_reminder").order_by("pk")] == [
        "Questio",
        "Overdue",
    ]


@pytest.mark.parametrize(("after", "closed"), [(30 * DAY - SECOND, 0), (30 * DAY, 1), (30 * DAY + SECOND, 1)])
def test_what_rests_for_thirty_days_is_closed(after: timedelta, closed: int) -> None:
    topic, adviser = make_topic(), make_adviser()
    answer(enquiry=asked(topic), text="Yes.", by=adviser, now=NOW)
    asked(topic, text="Still open?")

    assert (close_quiet(NOW + after), close_quiet(NOW + after)) == (closed, 0)
    assert Enquiry.objects.filter(state=State.CLOSED).count() == closed


@pytest.mark.parametrize(
    ("after", "words"), [(365 * DAY - SECOND, 2), (365 * DAY, 0), (365 * DAY + SECOND, 0)]
)
def test_words_and_names_go_a_year_after_closing_and_what_is_counted_stays(
    after: timedelta, words: int
) -> None:
    adviser, enquiry = make_adviser(), asked()
    answer(enquiry=enquiry, text="Yes.", by=adviser, now=NOW + DAY)
    close(enquiry=enquiry, by=adviser, now=NOW + DAY)
    before = report.asked_since(date(2026, 3, 1), date(2026, 4, 1))

    let_go_of_what_is_past(NOW + DAY + after)
    let_go_of_what_is_past(NOW + DAY + after)

    found = fresh(enquiry)
    assert Message.objects.count() == words
    assert (found.name == "", found.email == "", found.subject == "") == (words == 0,) * 3
    assert Client().get(f"/advice/{enquiry.key}/").status_code == (404 if words == 0 else 200)
    assert report.asked_since(date(2026, 3, 1), date(2026, 4, 1)) == before
    if not words:
        with pytest.raises(RefusedError, match="deleted"):
            reopen(enquiry=enquiry, by=adviser, now=NOW)
        with pytest.raises(RefusedError, match="deleted"):
            note(enquiry=enquiry, text="x", by=adviser, now=NOW)


@pytest.mark.parametrize(
    ("after", "left"),
    [
        (7 * DAY - SECOND, ["unconfirmed", "held"]),
        (7 * DAY, ["held"]),
        (90 * DAY - SECOND, ["held"]),
        (90 * DAY, []),
    ],
)
def test_what_was_never_confirmed_or_released_goes(after: timedelta, left: list[str]) -> None:
    topic = make_topic()
    put(topic)
    put(topic, trapped=True, text="Spam?")

    let_go_of_what_is_past(NOW + after)

    assert list(Enquiry.objects.order_by("pk").values_list("state", flat=True)) == left


def test_who_is_forgotten_leaves_what_is_counted_and_no_word() -> None:
    topic, adviser = make_topic(), make_adviser()
    ada = make_user("ada@one.example")
    enquiry = asked(topic)
    answer(enquiry=enquiry, text="Dear Ada, yes.", by=adviser, now=NOW + DAY)
    put(topic, user=ada, text="Another?")
    put(topic, email="ada@one.example", trapped=True, text="Spam?")

    be_forgotten(user=ada, email="ada@one.example", now=NOW + 2 * DAY)

    assert not Message.objects.exists()
    assert Enquiry.objects.filter(email__contains="ada").count() == 0
    assert list(Enquiry.objects.order_by("pk").values_list("state", "name")) == [("closed", "")] * 2
    assert fresh(enquiry).working_days == 1


def test_an_adviser_who_leaves_takes_no_question_along() -> None:
    adviser, enquiry = make_adviser(), asked()
    answer(enquiry=enquiry, text="Yes.", by=adviser, now=NOW)

    User.objects.get(pk=adviser.pk).delete()

    assert fresh(enquiry).adviser is None
    assert Message.objects.last().by is None


def test_a_person_is_shown_what_they_asked_and_what_was_written_about_it() -> None:
    adviser, enquiry = make_adviser(), asked()
    note(enquiry=enquiry, text="A note.", by=adviser, now=NOW)
    asked(enquiry.topic, email="other@one.example", text="Not hers.")

    [record] = enquiries(person_of(make_user("ada@one.example"), NOW))

    assert [one["Text"] for one in record["Written"]] == [WORDS, "A note."]
    assert record["Reference"] == enquiry.reference


# --- In the admin --------------------------------------------------------------------------------------------------------


def browser(user: User) -> Client:
    return sign_in(user, second_factor=True)


def test_in_the_admin_an_adviser_sees_the_topics_of_their_groups_alone() -> None:
    lawyers = Group.objects.create(name="Lawyers")
    mine = asked()
    legal = asked(make_topic("Legal", group=lawyers), text="Legal?")
    unconfirmed = put(mine.topic, text="Not confirmed?", email="b@one.example")
    nobody_s = asked(make_topic("Lost", group=None), text="Lost?")
    adviser, everything = browser(make_adviser()), browser(make_staff("Administrator", email="r@one.example"))

    shown = adviser.get("/admin/enquiries/").content.decode()
    assert [one.reference in shown for one in (mine, legal, unconfirmed, nobody_s)] == [
        True,
        False,
        False,
        False,
    ]
    assert adviser.get(f"/admin/enquiries/{legal.pk}/").status_code == 404
    assert adviser.post(f"/admin/enquiries/{legal.pk}/", {"text": "x", "answer": "1"}).status_code == 404
    for verb in ("assign", "close", "reopen"):
        assert adviser.post(f"/admin/enquiries/{legal.pk}/{verb}/").status_code == 404
    every = everything.get("/admin/enquiries/").content.decode()
    assert [one.reference in every for one in (mine, legal, unconfirmed, nobody_s)] == [
        True,
        True,
        False,
        True,
    ]
    Enquiry.objects.filter(pk=legal.pk).update(adviser=User.objects.get(email="asha@one.example"))
    assert adviser.get(f"/admin/enquiries/{legal.pk}/").status_code == 200


def test_in_the_admin_questions_are_narrowed_down(django_assert_num_queries: Any) -> None:
    employment, legal = make_topic(), make_topic("Legal")
    user = make_adviser()
    overdue = asked(employment)
    later = asked(legal, text="Later?")
    Enquiry.objects.filter(pk=overdue.pk).update(promised_on=date(2020, 1, 1))
    Enquiry.objects.filter(pk=later.pk).update(promised_on=date(2900, 1, 1), adviser=user)
    done = asked(legal, text="Done?", email="c@one.example")
    close(enquiry=done, by=user, now=NOW)
    client = browser(user)

    def found(query: str) -> list[bool]:
        shown = client.get(f"/admin/enquiries/?{query}").content.decode()
        return [one.reference in shown for one in (overdue, later, done)]

    assert found("") == [True, True, False]
    assert found("state=") == [True, True, True]
    assert found("state=overdue") == [True, False, False]
    assert found("state=closed") == [False, False, True]
    assert found(f"state=&topic={legal.pk}") == [False, True, True]
    assert found("state=&adviser=mine") == [False, True, False]
    assert found("state=&adviser=nobody") == [True, False, True]
    assert found("state=nothing&topic=x&page=x") == [True, True, True]
    assert (
        "There is no such question"
        in client.get("/admin/enquiries/?state=closed&adviser=mine").content.decode()
    )


def test_in_the_admin_an_adviser_answers_asks_notes_assigns_closes_and_opens() -> None:
    user, enquiry = make_adviser(), asked()
    client, address = browser(user), f"/admin/enquiries/{enquiry.pk}/"

    assert "Choose what to do" in client.post(address, {"text": "x"}).content.decode()
    assert "Enter the text" in client.post(address, {"text": "", "answer": "1"}).content.decode()
    for button, text in (("note", "N."), ("ask", "A?"), ("answer", "Yes.")):
        assert client.post(address, {"text": text, button: "1"}).status_code == 302
    assert [one.kind for one in enquiry.messages.all()] == ["question", "note", "asks", "answer"]
    client.post(f"{address}assign/", {"adviser": ""})
    assert fresh(enquiry).adviser is None
    client.post(f"{address}assign/", {"adviser": "9999999"})
    client.post(f"{address}close/")
    assert fresh(enquiry).state == State.CLOSED
    assert "Open it again first" in client.post(address, {"text": "x", "answer": "1"}).content.decode()
    client.post(f"{address}reopen/")
    assert fresh(enquiry).state == State.OPEN
    page = client.get(address).content.decode()
    assert WORDS in page.replace("\n", " ")


def test_in_the_admin_what_looks_like_spam_is_released_or_deleted() -> None:
    topic, client = make_topic(), browser(make_adviser())
    good = put(topic, trapped=True, text="Good?")
    bad = put(topic, trapped=True, text="Bad <script>?", email="b@one.example")
    assert "2 questions that look like spam" in client.get("/admin/enquiries/").content.decode()
    page = client.get("/admin/enquiries/held/").content.decode()
    assert "A field was filled in that people do not see." in page
    assert "Bad &lt;script&gt;?" in page

    client.post(f"/admin/enquiries/held/{good.pk}/", {"release": "1"})
    client.post(f"/admin/enquiries/held/{bad.pk}/", {})
    assert Enquiry.objects.filter(state=State.HELD).get() == bad
    client.post(f"/admin/enquiries/held/{bad.pk}/", {"discard": "1"})

    assert list(Enquiry.objects.values_list("pk", "state")) == [(good.pk, "unconfirmed")]
    assert "Nothing looks like spam" in client.get("/admin/enquiries/held/").content.decode()
    assert client.post(f"/admin/enquiries/held/{bad.pk}/", {"discard": "1"}).status_code == 404


def test_in_the_admin_figures_are_shown_and_taken_along_without_formulas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = make_adviser()
    first = asked(make_topic("=Legal"))
    answer(enquiry=first, text="Yes.", by=user, now=NOW + 2 * DAY)
    asked(make_topic("Employment"), text="Open?")
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + 20 * DAY)
    client = browser(user)

    shown = client.get("/admin/enquiries/figures/?months=3").content.decode()
    assert shown.count("<polyline") == 2
    assert client.get("/admin/enquiries/figures/?months=x").status_code == 200
    csv = b"".join(client.post("/admin/enquiries/figures/export/", {"as": "csv"}).streaming_content)
    assert csv.decode().splitlines()[1:] == ["2026-03,'=Legal,1,1,2,2,0", "2026-03,Employment,1,0,,,1"]
    sheet = client.post("/admin/enquiries/figures/export/", {"as": "xlsx", "months": "24"})
    rows = list(load_workbook(BytesIO(b"".join(sheet.streaming_content))).active.values)
    assert rows[1] == ("2026-03", "'=Legal", 1, 1, 2, 2, 0)
    assert AuditEntry.objects.filter(action="advice.exported").count() == 2
