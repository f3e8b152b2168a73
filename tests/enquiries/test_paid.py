"""Advice that was paid for: opened at once with the advisers of its topic, answered like any question, closed if it is taken back."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from portal.enquiries import report
from portal.enquiries.actions.answering import answer, close
from portal.enquiries.actions.asking import reply
from portal.enquiries.actions.paid import withdraw
from portal.enquiries.models import Enquiry, Message, State
from portal.enquiries.personal import enquiries
from portal.enquiries.rules.standing import MOST_IN_A_DAY
from portal.members.actions import RefusedError
from portal.members.models import Mail
from portal.members.personal import person_of
from portal.retention import let_go_of_what_is_past
from tests.enquiries.factories import make_adviser, make_topic, paid_for, put
from tests.factories import NOW, make_staff, make_user, sign_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def mails() -> list[tuple[str, str]]:
    return list(Mail.objects.order_by("pk").values_list("template", "to"))


def written(enquiry: Enquiry) -> list[tuple[str, str]]:
    return list(enquiry.messages.values_list("kind", "text"))


def test_what_is_paid_for_is_open_at_once_and_both_sides_are_told() -> None:
    make_adviser()
    enquiry = paid_for(email="Ada@One.example")

    assert (enquiry.state, enquiry.opened_at, enquiry.promised_on) == (State.OPEN, NOW, date(2026, 3, 17))
    assert (enquiry.subject, enquiry.name, enquiry.email) == ("An hour", "Ada", "ada@one.example")
    assert written(enquiry) == [("order", "Ordered: An hour. The reference of the order is C4H7K9.")]
    assert mails() == [("enquiry_paid", "ada@one.example"), ("enquiry_new", "asha@one.example")]
    paid, new = Mail.objects.order_by("pk")
    assert (enquiry.reference in paid.text, str(enquiry.key) in paid.text) == (True, True)
    assert "by the end of Tuesday 17 March 2026" in paid.text
    assert (f"/admin/enquiries/{enquiry.pk}/" in new.text, str(enquiry.key) in new.text) == (True, False)


def test_what_is_paid_for_is_neither_held_nor_counted_as_a_question_of_the_form() -> None:
    topic = make_topic()
    bought = [paid_for(topic, what="https://a.example " * 9) for _ in range(MOST_IN_A_DAY + 1)]
    assert {one.state for one in bought} == {State.OPEN}

    for number in range(MOST_IN_A_DAY):
        put(topic, text=f"Question {number}?")

    with pytest.raises(RefusedError, match="in the last 24 hours"):
        put(topic, text="One more?")


def test_a_long_name_of_what_was_bought_fits() -> None:
    assert len(paid_for(what="x" * 250).subject) == 200


def test_whoever_bought_says_on_its_page_what_it_is_about_and_the_adviser_answers_in_the_list() -> None:
    adviser, enquiry = make_adviser(), paid_for()
    buyer, desk = Client(), sign_in(adviser, second_factor=True)
    address = f"/advice/{enquiry.key}/"
    page = buyer.get(address).content.decode()
    assert ("About your order" in page, "Write here what you need advice on" in page) == (True, True)

    reply(enquiry=enquiry, text="May we share a pharmacist?", now=NOW + DAY)

    assert "Write here what you need advice on" not in buyer.get(address).content.decode()
    assert mails()[-1] == ("enquiry_reply", "asha@one.example")
    assert f"{enquiry.reference}: An hour" in desk.get("/admin/enquiries/").content.decode()
    shown = desk.get(f"/admin/enquiries/{enquiry.pk}/").content.decode()
    assert ("About the order" in shown, "May we share a pharmacist?" in shown) == (True, True)
    desk.post(f"/admin/enquiries/{enquiry.pk}/", {"text": "You may.", "answer": "1"})
    assert mails()[-1] == ("enquiry_answer", "ada@one.example")
    assert "You may." in buyer.get(address).content.decode()
    assert Enquiry.objects.get().state == State.ANSWERED


def test_advisers_of_other_topics_do_not_see_it() -> None:
    enquiry = paid_for(make_topic("Paid advice", group=Group.objects.create(name="Lawyers")))
    other = sign_in(make_adviser(), second_factor=True)
    organiser = sign_in(make_staff("Event organiser", email="organiser@one.example"), second_factor=True)

    assert enquiry.reference not in other.get("/admin/enquiries/").content.decode()
    assert other.get(f"/admin/enquiries/{enquiry.pk}/").status_code == 404
    assert organiser.get(f"/admin/enquiries/{enquiry.pk}/").status_code == 302


def test_it_counts_in_the_figures_with_all_questions() -> None:
    enquiry = paid_for()
    answer(enquiry=enquiry, text="Yes.", by=make_adviser(), now=NOW + DAY)

    (row,) = report.asked_since(date(2026, 3, 1), date(2026, 3, 31))

    assert (row.topic, row.is_answered, row.working_days) == ("Paid advice", True, 1)


def test_what_is_taken_back_is_closed_and_the_adviser_told_once() -> None:
    make_adviser()
    enquiry = paid_for()
    for _ in range(2):
        withdraw(enquiry=enquiry, now=NOW + DAY)

    found = Enquiry.objects.get()
    assert (found.state, found.closed_at, found.was_late) == (State.CLOSED, NOW + DAY, False)
    assert written(found)[1:] == [("order", "This was taken back out of the order, so it has ended.")]
    assert mails()[2:] == [("enquiry_withdrawn", "asha@one.example")]
    assert found.reference in Mail.objects.get(template="enquiry_withdrawn").text
    with pytest.raises(RefusedError, match="This question is closed"):
        reply(enquiry=found, text="But why?", now=NOW + DAY)


def test_what_was_closed_before_it_is_taken_back_stays_as_it_was() -> None:
    adviser, enquiry = make_adviser(), paid_for()
    close(enquiry=enquiry, by=adviser, now=NOW)

    withdraw(enquiry=enquiry, now=NOW + DAY)

    found = Enquiry.objects.get()
    assert (found.closed_at, len(written(found))) == (NOW, 1)
    assert "enquiry_withdrawn" not in dict(mails())


def test_its_words_and_its_person_go_a_year_after_it_was_closed() -> None:
    enquiry = paid_for(user=make_user("ada@one.example"))
    close(enquiry=enquiry, by=make_adviser(), now=NOW)

    let_go_of_what_is_past(NOW + 366 * DAY)

    found = Enquiry.objects.get()
    assert (found.name, found.email, found.subject, found.user) == ("", "", "", None)
    assert not Message.objects.exists()


def test_its_person_is_shown_it_among_all_that_is_held_about_them() -> None:
    user = make_user("ada@one.example")
    paid_for(user=user, email="other@one.example")

    (record,) = enquiries(person_of(user, NOW))

    assert record["About"] == "An hour"
    assert record["Written"][0]["What"] == "About the order"
