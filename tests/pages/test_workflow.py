"""Author, clinical reviewer, publisher: a page on its way, who may decide, who is told, and reminders."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, TaskState, Workflow, WorkflowPage, WorkflowState

from portal.desk.board import cards_for
from portal.members.models import Mail, User
from portal.pages.actions.reminding import remind_reviewers
from portal.pages.models import ArticlePage, EditingRules
from portal.pages.rules import reminder_due, working_days_between
from tests.factories import NOW, make_staff, sign_in
from tests.pages.factories import make_article, make_listing

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# 10 March 2026 is a Tuesday.
TUESDAY = date(2026, 3, 10)


@pytest.fixture
def author() -> User:
    return make_staff("Editor", email="author@example.org", first_name="Edie")


@pytest.fixture
def reviewer() -> User:
    return make_staff("Clinical reviewer", email="reviewer@example.org")


@pytest.fixture
def publisher() -> User:
    return make_staff("Publisher", email="publisher@example.org")


@pytest.fixture
def page(home: Page, author: User, reviewer: User, publisher: User) -> ArticlePage:
    """A page with a change that its author has submitted."""
    workflow = Workflow.objects.get(name="Clinical review, then publishing")
    WorkflowPage.objects.create(page=home, workflow=workflow)
    page = make_article(make_listing(home), title="Vaccines")
    page.summary = "New words."
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return page


def step(page: Page) -> TaskState:
    return page.current_workflow_state.current_task_state


def decide(page: Page, user: User, action: str, **fields: str) -> None:
    page = Page.objects.get(pk=page.pk).specific
    state = step(page)
    state.task.specific.on_action(state, user, action, **fields)


def waits_for(user: User) -> int:
    (card,) = [one for one in cards_for(user, NOW) if one.key == "workflow"]
    return card.count


def told() -> list[tuple[str, str]]:
    """To whom and about what, since the last time."""
    found = list(Mail.objects.order_by("pk").values_list("to", "subject"))
    Mail.objects.all().delete()
    return found


def test_a_page_goes_from_its_author_to_the_reviewer_to_the_publisher_and_each_is_told(
    page: ArticlePage, author: User, reviewer: User, publisher: User
) -> None:
    assert (told(), waits_for(reviewer), waits_for(publisher)) == (
        [("reviewer@example.org", "“Vaccines” waits for your approval")],
        1,
        0,
    )

    decide(page, reviewer, "approve")
    assert (told(), waits_for(reviewer), waits_for(publisher)) == (
        [("publisher@example.org", "“Vaccines” waits for your approval")],
        0,
        1,
    )
    assert ArticlePage.objects.get().summary == ""

    decide(page, publisher, "approve")
    assert told() == [("author@example.org", "“Vaccines” has been approved")]
    assert ArticlePage.objects.get().summary == "New words."


def test_a_page_that_is_sent_back_comes_to_its_author_with_the_reason(
    page: ArticlePage, reviewer: User
) -> None:
    told()

    decide(page, reviewer, "reject", comment="The dose is for adults.")

    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("author@example.org", "“Vaccines” has been sent back")
    assert "The dose is for adults." in mail.text
    assert "The dose is for adults." in mail.html
    assert page.workflow_states.get().status == WorkflowState.STATUS_NEEDS_CHANGES


def test_nobody_approves_what_they_have_submitted(page: ArticlePage, author: User, reviewer: User) -> None:
    author.groups.set(reviewer.groups.all())
    author = User.objects.get(pk=author.pk)

    assert (step(page).task.specific.get_actions(page, author), waits_for(author), waits_for(reviewer)) == (
        [],
        0,
        1,
    )
    with pytest.raises(PermissionDenied):
        decide(page, author, "approve")
    assert step(Page.objects.get(pk=page.pk).specific).status == TaskState.STATUS_IN_PROGRESS


def test_a_publisher_does_not_decide_in_place_of_the_reviewer(page: ArticlePage, publisher: User) -> None:
    with pytest.raises(PermissionDenied):
        decide(page, publisher, "approve")


def test_the_reviewer_approves_in_the_admin(page: ArticlePage, reviewer: User) -> None:
    client: Client = sign_in(reviewer, second_factor=True)
    state = step(page)

    answer = client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]))

    assert answer.status_code in (200, 302)
    state.refresh_from_db()
    assert state.status == TaskState.STATUS_APPROVED


# --- Reminders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (TUESDAY, TUESDAY, 0),
        (TUESDAY, TUESDAY + DAY, 1),
        (TUESDAY, TUESDAY + 3 * DAY, 3),  # Friday
        (TUESDAY, TUESDAY + 5 * DAY, 3),  # Sunday
        (TUESDAY, TUESDAY + 6 * DAY, 4),  # Monday
        (TUESDAY, TUESDAY - DAY, 0),
    ],
)
def test_working_days_between_two_days(first: date, last: date, days: int) -> None:
    assert working_days_between(first, last) == days


@pytest.mark.parametrize(
    ("since", "days", "number"),
    [
        (TUESDAY, 2, None),
        (TUESDAY, 3, 1),
        (TUESDAY, 9, 1),
        (TUESDAY, 10, 2),
        (TUESDAY, 24, 4),
        (TUESDAY + 3 * DAY, 4, None),  # from Friday to Tuesday
        (TUESDAY + 3 * DAY, 5, 1),
    ],
)
def test_the_first_reminder_comes_after_three_working_days_and_then_one_a_week(
    since: date, days: int, number: int | None
) -> None:
    assert reminder_due(since, since + days * DAY, 3) == number


def at(days: int) -> datetime:
    return datetime(2026, 3, 10, 9, tzinfo=UTC) + days * DAY


def test_reviewers_are_reminded_once_for_each_reminder_until_somebody_decides(
    page: ArticlePage, reviewer: User, publisher: User
) -> None:
    TaskState.objects.update(started_at=at(0))
    told()

    for days in (2, 3, 3, 9, 10, 10):
        remind_reviewers(at(days))
    assert told() == [("reviewer@example.org", "“Vaccines” still waits for your approval")] * 2

    decide(page, reviewer, "approve")
    told()
    TaskState.objects.update(started_at=at(13))
    for days in (15, 16):
        remind_reviewers(at(days))
    assert told() == [("publisher@example.org", "“Vaccines” still waits for your approval")]


def test_the_days_until_a_reminder_are_a_setting_and_after_downtime_there_is_one(page: ArticlePage) -> None:
    EditingRules.objects.create(remind_after_days=1)
    TaskState.objects.update(started_at=at(0))
    told()

    remind_reviewers(at(0))
    assert told() == []
    remind_reviewers(at(60))
    remind_reviewers(at(60))
    assert told() == [("reviewer@example.org", "“Vaccines” still waits for your approval")]


def test_whoever_submitted_it_or_has_no_address_is_not_reminded(
    page: ArticlePage, author: User, reviewer: User
) -> None:
    author.groups.add(*reviewer.groups.all())
    reviewer.emailaddress_set.update(verified=False)
    TaskState.objects.update(started_at=at(0))
    told()

    assert (remind_reviewers(at(3)), told()) == (0, [])
