"""An edition on its way from editors to readers: submitted, approved by a second person, published or scheduled; or sent back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowContentType, WorkflowTask

from handbook.actions.editions import Annotation, Refused, annotate_edition, prepare_edition
from handbook.actions.errata import publish_erratum
from handbook.actions.pdfs import make_pdf
from handbook.actions.release import submit_edition, withdraw_edition
from handbook.models import Edition, EditionPdf, HandbookPage, PublishedEditionError, State
from portal.members.groups import ADMINISTRATOR, CLINICAL_REVIEWER, EDITOR, PUBLISHER
from portal.members.models import Mail, User
from tests.factories import NOW as THE_DAY
from tests.factories import make_staff, make_user, sign_in
from tests.handbook.working_copy import add_section, edit, make_handbook, publish

pytestmark = pytest.mark.django_db

# A revision keeps milliseconds only; a moment has more.
NOW = THE_DAY.replace(microsecond=123456)


@pytest.fixture
def editor() -> User:
    """Whoever submits editions."""
    return User.objects.filter(email="editor@example.org").first() or make_staff(
        EDITOR, email="editor@example.org"
    )


@pytest.fixture
def publisher() -> User:
    return make_staff(PUBLISHER, email="publisher@example.org")


@pytest.fixture(scope="module")
def shared(_rows_of_the_module: None) -> HandbookPage:
    """Edition 1.0 is published, and its one section has changed since."""
    handbook = make_handbook()
    quorum = add_section(handbook, "Quorum", "<p>Half of the practices.</p>")
    publish(handbook, "1.0")
    edit(quorum, html="<p>Two thirds of the practices.</p>")
    return handbook


@pytest.fixture(scope="module")
def shared_submitted(shared: HandbookPage) -> Edition:
    """An editor has submitted edition 2.0, and its PDF is made."""
    editor = make_staff(EDITOR, email="editor@example.org")
    edition = prepare(shared, editor)
    submit_edition(edition=edition, by=editor, now=NOW)
    make_pdf(edition.pk)
    return edition


def prepare(handbook: HandbookPage, editor: User) -> Edition:
    edition = prepare_edition(handbook=handbook, by=editor, now=NOW)
    row = edition.sections.amendments().get()
    annotate_edition(
        edition=edition,
        number="2.0",
        effective_on=edition.effective_on,
        summary="",
        annotations={row.key: Annotation("major", "Two thirds, not half.")},
    )
    edition.refresh_from_db()
    return edition


@pytest.fixture
def handbook(shared: HandbookPage) -> HandbookPage:
    return HandbookPage.objects.get(pk=shared.pk)


@pytest.fixture
def prepared(handbook: HandbookPage, editor: User) -> Edition:
    return prepare(handbook, editor)


@pytest.fixture
def submitted(shared_submitted: Edition) -> Edition:
    return Edition.objects.get(pk=shared_submitted.pk)


def decide(edition: Edition, by: User, action: str, comment: str = "") -> None:
    state = edition.current_workflow_task_state
    state.task.specific.on_action(state, by, action, comment=comment)
    edition.refresh_from_db()


def page(name: str, edition: Edition, **kwargs: Any) -> str:
    return reverse(f"handbook_editions:{name}", kwargs={"edition_id": edition.pk, **kwargs})


def test_submitted_edition_is_sealed_and_its_pdf_is_made(submitted: Edition) -> None:
    assert (submitted.state, submitted.live, len(submitted.sha256)) == (State.SUBMITTED, False, 64)
    assert [(pdf.errata, pdf.problem) for pdf in submitted.pdfs.all()] == [(0, "")]
    assert submitted.handbook.editions.published().get().number == "1.0"


def test_approval_by_a_second_person_publishes_the_edition_with_the_seal_it_was_submitted_with(
    submitted: Edition, publisher: User
) -> None:
    seal = submitted.sha256

    decide(submitted, publisher, "approve")

    assert (submitted.state, submitted.live, submitted.sha256) == (State.PUBLISHED, True, seal)
    assert submitted.published_at == submitted.announcements.get().made_at
    call_command("verify_editions", verbosity=0)


@pytest.mark.parametrize("superuser", [False, True])
def test_whoever_submitted_it_cannot_approve_it_or_send_it_back(
    prepared: Edition, *, superuser: bool
) -> None:
    both = make_staff(PUBLISHER, email="both@example.org", is_superuser=superuser)
    submit_edition(edition=prepared, by=both, now=NOW)
    make_pdf(prepared.pk)
    task = prepared.current_workflow_task

    assert task.get_actions(prepared, both) == []
    assert list(task.get_task_states_user_can_moderate(both)) == []
    for action in ("approve", "reject"):
        with pytest.raises(PermissionDenied):
            decide(prepared, both, action)
    prepared.refresh_from_db()
    assert prepared.state == State.SUBMITTED


@pytest.mark.parametrize("group", [EDITOR, CLINICAL_REVIEWER])
def test_those_who_are_not_asked_cannot_approve(submitted: Edition, group: str) -> None:
    with pytest.raises(PermissionDenied):
        decide(submitted, make_staff(group, email="other@example.org"), "approve")


def test_edition_without_its_pdf_can_be_sent_back_but_not_approved(
    prepared: Edition, editor: User, publisher: User
) -> None:
    submit_edition(edition=prepared, by=editor, now=NOW)

    assert [name for name, _, _ in prepared.current_workflow_task.get_actions(prepared, publisher)] == [
        "reject"
    ]
    with pytest.raises(PermissionDenied):
        decide(prepared, publisher, "approve")


def test_submitted_edition_cannot_be_annotated_frozen_again_submitted_again_or_discarded(
    submitted: Edition, editor: User
) -> None:
    expected = "Edition 2.0 waits for approval. Withdraw it first to change anything in it."

    for act in (
        lambda: prepare_edition(handbook=submitted.handbook, by=editor, now=NOW),
        lambda: submit_edition(edition=submitted, by=editor, now=NOW),
        lambda: annotate_edition(
            edition=submitted, number="2.0", effective_on=submitted.effective_on, summary="", annotations={}
        ),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reasons == [expected]
    with pytest.raises(PublishedEditionError):
        submitted.delete()


@pytest.mark.parametrize(("comment", "state"), [("", State.SUBMITTED), ("Too soon.", State.PREPARED)])
def test_wagtails_own_address_sends_an_edition_back_with_a_reason_only(
    submitted: Edition, comment: str, state: str
) -> None:
    client = sign_in(make_user(is_superuser=True, is_staff=True), second_factor=True)
    task_state = submitted.current_workflow_task_state.pk
    address = f"/admin/handbook-editions/wagtail/workflow/action/{submitted.pk}/reject/{task_state}/"

    client.post(address, {"comment": comment})

    submitted.refresh_from_db()
    assert submitted.state == state


def test_edition_sent_back_can_be_changed_and_submitted_again_by_somebody_else(
    submitted: Edition, editor: User, publisher: User
) -> None:
    decide(submitted, publisher, "reject", "The note is too short.")
    assert (submitted.state, submitted.sha256, submitted.pdfs.count()) == (State.PREPARED, "", 0)

    submit_edition(edition=submitted, by=publisher, now=NOW)
    make_pdf(submitted.pk)
    submitted.refresh_from_db()

    with pytest.raises(PermissionDenied):
        decide(submitted, publisher, "approve")
    decide(submitted, make_staff(ADMINISTRATOR, email="admin@example.org"), "approve")
    assert submitted.state == State.PUBLISHED


def test_withdrawn_edition_is_being_prepared_again_and_no_longer_awaits_review(
    submitted: Edition, editor: User, publisher: User
) -> None:
    withdraw_edition(edition=submitted, by=editor)

    submitted.refresh_from_db()
    assert (submitted.state, submitted.sha256, submitted.pdfs.count()) == (State.PREPARED, "", 0)
    assert submitted.current_workflow_state is None
    assert submitted.sections.amendments().get().note == "Two thirds, not half."


def test_workflow_cancelled_in_wagtails_own_pages_opens_the_edition_again(
    submitted: Edition, editor: User
) -> None:
    submitted.current_workflow_state.cancel(user=editor)

    submitted.refresh_from_db()
    assert (submitted.state, submitted.sha256) == (State.PREPARED, "")


def test_edition_cannot_be_submitted_while_a_major_amendment_lacks_its_note(
    handbook: HandbookPage, editor: User
) -> None:
    edition = prepare_edition(handbook=handbook, by=editor, now=NOW)
    edition.sections.amendments().update(significance="major")

    with pytest.raises(Refused) as refused:
        submit_edition(edition=edition, by=editor, now=NOW)

    assert refused.value.reasons == [
        "“Quorum” is a major amendment without a note. Write what changed and what to do about it."
    ]


def test_edition_cannot_be_submitted_while_no_workflow_says_who_approves(
    prepared: Edition, editor: User
) -> None:
    WorkflowContentType.objects.all().delete()
    Workflow.objects.filter(name="Edition of the handbook").update(active=False)

    with pytest.raises(Refused) as refused:
        submit_edition(edition=prepared, by=editor, now=NOW)

    assert refused.value.reasons == [
        "No workflow says who approves editions. An administrator can choose one under Settings, Workflows."
    ]


def test_administrators_and_nobody_else_choose_who_approves() -> None:
    groups = (EDITOR, PUBLISHER, CLINICAL_REVIEWER, ADMINISTRATOR)
    clients = [sign_in(make_staff(group), second_factor=True) for group in groups]

    assert [client.get("/admin/workflows/list/").status_code for client in clients] == [302, 302, 302, 200]


def test_nothing_but_an_approval_can_publish_through_wagtail(submitted: Edition) -> None:
    with pytest.raises(Refused):
        submitted.latest_revision.publish()
    submitted.refresh_from_db()
    assert (submitted.state, submitted.live) == (State.SUBMITTED, False)


def test_published_edition_cannot_be_unpublished(submitted: Edition, publisher: User) -> None:
    decide(submitted, publisher, "approve")

    with pytest.raises(PublishedEditionError):
        submitted.unpublish()


# --- Scheduled ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def scheduled(prepared: Edition, editor: User, publisher: User) -> Edition:
    prepared.go_live_at = timezone.now() + timedelta(hours=1)
    prepared.save()
    submit_edition(edition=prepared, by=editor, now=NOW)
    make_pdf(prepared.pk)
    decide(prepared, publisher, "approve")
    return prepared


def test_approved_edition_with_a_time_waits_for_it(scheduled: Edition) -> None:
    call_command("publish_scheduled")

    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.live, scheduled.scheduled_for) == (
        State.SUBMITTED,
        False,
        scheduled.go_live_at,
    )


def test_approved_edition_goes_live_when_its_time_has_come_and_once_only(
    scheduled: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = scheduled.go_live_at + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)

    call_command("publish_scheduled")
    call_command("publish_scheduled")

    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.published_at, scheduled.scheduled_for) == (
        State.PUBLISHED,
        later,
        None,
    )
    assert scheduled.announcements.count() == 1


def test_scheduled_edition_that_is_withdrawn_is_not_published_when_the_time_comes(
    scheduled: Edition, editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw_edition(edition=scheduled, by=editor)
    monkeypatch.setattr(timezone, "now", lambda: scheduled.go_live_at + timedelta(seconds=1))

    call_command("publish_scheduled")

    scheduled.refresh_from_db()
    assert scheduled.state == State.PREPARED


def test_pictures_of_an_edition_that_waits_are_shown_to_those_who_prepare_or_approve_it_and_nobody_else(
    handbook: HandbookPage, editor: User
) -> None:
    section = handbook.sections().get()
    image = get_image_model().objects.create(title="Plan", file=get_test_image_file("plan.png"))
    section.body = [
        *section.body.raw_data,
        {"type": "image", "value": {"image": image.pk, "alt_text": "Plan"}},
    ]
    section.save_revision().publish()
    edition = prepare_edition(handbook=handbook, by=editor, now=NOW)
    edition.sections.amendments().update(note="A plan.")
    submit_edition(edition=edition, by=editor, now=NOW)
    reviewer = make_staff(CLINICAL_REVIEWER, email="reviewer@example.org")
    task = edition.current_workflow_task
    address = f"/handbook-assets/{edition.assets.get().asset_id}/x.png"

    def answers() -> list[int]:
        readers = (Client(), sign_in(make_user()), sign_in(reviewer), sign_in(editor))
        given = [client.get(address) for client in readers]
        for answer in given:
            _ = answer.getvalue()  # to its end, so that the file is closed
        return [answer.status_code for answer in given]

    before = answers()
    task.groups.add(Group.objects.get(name=CLINICAL_REVIEWER))

    assert (before, answers()) == ([404, 404, 404, 200], [404, 404, 200, 200])


# --- Pages -------------------------------------------------------------------------------------------------------------


def test_editor_submits_and_a_publisher_approves_over_http(
    prepared: Edition,
    editor: User,
    publisher: User,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    ours, theirs = sign_in(editor, second_factor=True), sign_in(publisher, second_factor=True)

    with django_capture_on_commit_callbacks(execute=True):
        answer = ours.post(page("submit", prepared), follow=True)
    assert "Edition 2.0 waits for approval. Its PDF is being made." in answer.content.decode()
    assert "You submitted this edition, so somebody else has to approve it." in answer.content.decode()

    shown = theirs.get(page("review", prepared)).content.decode()
    assert "Approve edition 2.0 and publish it" in shown
    assert "Two thirds" in shown
    assert theirs.get(page("whole", prepared)).status_code == 200
    pdf = theirs.get(page("pdf", prepared, errata=0))
    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"

    answer = theirs.post(page("decide", prepared), {"action": "approve"}, follow=True)
    assert "Edition 2.0 is published. It will never change." in answer.content.decode()


@pytest.fixture(scope="module")
def shared_with_erratum(shared: HandbookPage) -> Edition:
    """Submitted with its PDF: “Quorum” is amended, and “Funding”, in a chapter, has its words and its erratum from edition 1.0."""
    handbook, editor = shared, make_staff(EDITOR, email="editor@example.org")
    money = add_section(handbook, "Money")
    funding = add_section(money, "Funding", "<h2>When</h2><p>By June.</p><p>See the form.</p>")
    publish(handbook, "1.1")
    publish_erratum(
        edition=handbook.editions.get(number="1.1"),
        key=funding.translation_key,
        text="By July.",
        by=make_staff(PUBLISHER, email="second.publisher@example.org"),
        now=NOW,
    )
    edit(handbook.sections().get(title="Quorum"), html="<h2>How many</h2><p>All practices.</p>")
    edition = prepare_edition(handbook=handbook, by=editor, now=NOW)
    edition.sections.amendments().update(note="Read it again.")
    submit_edition(edition=edition, by=editor, now=NOW)
    make_pdf(edition.pk)
    return edition


@pytest.fixture
def with_erratum(shared_with_erratum: Edition) -> Edition:
    return Edition.objects.get(pk=shared_with_erratum.pk)


def frame_and_main(response: Any, addresses: dict[str, str]) -> str:
    """What surrounds a page about a handbook and its main part, but for the notice and what readers do on it, with each of the
    addresses replaced by what stands there on the other page."""
    soup = BeautifulSoup(response.content, "html.parser")
    for part in soup.select(".notice, .follow, .feedback"):
        part.decompose()
    html = "\n".join(str(part) for part in soup.select(".nhsuk-breadcrumb, main, [rel=canonical]"))
    for address, other in addresses.items():
        html = html.replace(address, other)
    return re.sub(r"\s+", " ", html)


def test_preview_is_the_page_that_readers_get(with_erratum: Edition, publisher: User) -> None:
    edition = with_erratum
    client = sign_in(publisher, second_factor=True)
    quorum = edition.sections.present().get(anchor="quorum")
    addresses = {
        page("preview", edition, anchor="x").removesuffix("x/"): "/handbook/2.0/",
        page("pdf", edition, errata=1): "/handbook/2.0/pdf/",
        f"{page('review', edition)}#section-{quorum.key}": "/handbook/compare/1.1/2.0/quorum/",
    }
    anchors = ("quorum", "money", "funding")

    previews = [client.get(page("preview", edition, anchor=anchor)) for anchor in anchors]
    previews.append(client.get(page("whole", edition)))
    decide(edition, publisher, "approve")
    pages = [Client().get(f"/handbook/2.0/{part}/") for part in (*anchors, "whole")]

    assert [frame_and_main(one, addresses) for one in previews] == [frame_and_main(one, {}) for one in pages]
    assert ['<meta name="robots" content="noindex">' in one.content.decode() for one in previews] == [
        True
    ] * 4


def test_preview_shows_places_errata_and_pages_of_the_pdf(with_erratum: Edition, publisher: User) -> None:
    client = sign_in(publisher, second_factor=True)

    section = BeautifulSoup(
        client.get(page("preview", with_erratum, anchor="funding")).content, "html.parser"
    )
    whole = BeautifulSoup(client.get(page("whole", with_erratum)).content, "html.parser")

    assert [link["href"] for link in section.select(".prose .place")] == ["#p-1", "#p-2"]
    assert section.select_one(".prose h2 a")["href"] == "#" + section.select_one(".prose h2")["id"]
    assert [link.get_text(" ", strip=True) for link in section.select(".contents a")] == [
        "1 Quorum",
        "2 Money",
        "2.1 Funding",
    ]
    assert [words.get_text(" ", strip=True) for words in section.select(".erratum p")] == [
        "Erratum, 10 March 2026",
        "By July.",
    ]
    assert section.select(".follow, .feedback, main form") == []
    assert [words.get_text(" ", strip=True) for words in whole.select("#funding ~ .erratum p")] == [
        "Erratum, 10 March 2026",
        "By July.",
    ]
    pages = with_erratum.pdfs.get(errata=0).page_map
    rows = with_erratum.sections.present()
    assert [words.get_text() for words in whole.select(".whole-section__page")] == [
        f"PDF: page {pages[str(row.key)]}" for row in rows
    ]


def test_links_of_a_preview_to_the_pdf_and_the_redline_work_before_publication(
    with_erratum: Edition, publisher: User
) -> None:
    client = sign_in(publisher, second_factor=True)
    soup = BeautifulSoup(client.get(page("preview", with_erratum, anchor="quorum")).content, "html.parser")

    pdf = client.get(soup.select_one("a[href*='/pdf/']")["href"])
    redline = soup.select_one(".history a")["href"].partition("#")
    shown = BeautifulSoup(client.get(redline[0]).content, "html.parser")

    assert b"".join(pdf.streaming_content)[:5] == b"%PDF-"
    assert [found.name for found in shown.select(f"#{redline[2]}")] == ["section"]


def test_preview_of_an_edition_without_its_pdf_offers_none(prepared: Edition, editor: User) -> None:
    client = sign_in(editor, second_factor=True)

    pages = [client.get(page("preview", prepared, anchor="quorum")), client.get(page("whole", prepared))]

    assert [(answer.status_code, b"PDF" in answer.content) for answer in pages] == [(200, False)] * 2


def test_approvers_are_told_by_mail_and_find_the_edition_on_their_first_page(
    prepared: Edition,
    editor: User,
    publisher: User,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        submit_edition(edition=prepared, by=editor, now=NOW)

    assert [message.to for message in mail.outbox] == [["publisher@example.org"]]
    assert letter(mail.outbox[0]) == (
        "Edition 2.0 of Handbook waits for your approval",
        [
            "Hello Ada,",
            "Ada Example has submitted edition 2.0 of Handbook. Edition 2.0 waits for your approval.",
            "See what has changed and read exactly what will go out, then approve it or send it back:",
            settings.WAGTAILADMIN_BASE_URL + page("review", prepared),
        ],
    )
    client = sign_in(publisher, second_factor=True)
    assert "Handbook, edition 2.0" in client.get("/admin/").content.decode()
    answer = client.get(f"/admin/handbook-editions/wagtail/edit/{prepared.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, page("review", prepared))


def letter(message: EmailMessage | Mail) -> tuple[str, list[str]]:
    """The subject and the lines of a mail, but for the last: how to have no more of them, and who writes."""
    text = message.text if isinstance(message, Mail) else message.body
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert lines[-3].startswith("Edit your notification preferences here:")
    return message.subject, lines[:-3]


def stored() -> list[Mail]:
    """The mails about workflows that go out after the commit, in their order."""
    return list(Mail.objects.filter(template="workflow_notice").order_by("pk"))


def test_mails_about_an_edition_are_in_our_own_words(
    handbook: HandbookPage, prepared: Edition, editor: User, publisher: User
) -> None:
    make_user(email="owner@example.org", is_superuser=True, is_staff=True)
    handbook.title = "Care & costs"
    handbook.save()
    place = settings.WAGTAILADMIN_BASE_URL + page("review", prepared)

    submit_edition(edition=prepared, by=editor, now=NOW)
    make_pdf(prepared.pk)
    submitted = [letter(message) for message in stored() if message.to == "owner@example.org"]
    Mail.objects.all().delete()
    decide(prepared, publisher, "reject", "Say “which” & why.")
    sent_back = [(message.to, *letter(message)) for message in stored()]
    submit_edition(edition=prepared, by=editor, now=NOW)
    make_pdf(prepared.pk)
    Mail.objects.all().delete()
    decide(prepared, publisher, "approve")
    approved = [(message.to, *letter(message)) for message in stored()]

    assert sorted(submitted) == [
        (
            "Edition 2.0 of Care & costs has been submitted for approval",
            ["Hello Ada,", "Ada Example has submitted edition 2.0 of Care & costs for approval.", "Look at it:", place],
        ),
        (
            "Edition 2.0 of Care & costs waits for your approval",
            [
                "Hello Ada,",
                "Ada Example has submitted edition 2.0 of Care & costs. Edition 2.0 waits for your approval.",
                "See what has changed and read exactly what will go out, then approve it or send it back:",
                place,
            ],
        ),
    ]  # fmt: skip
    assert sent_back == [
        (
            "editor@example.org",
            "Edition 2.0 of Care & costs has been sent back",
            [
                "Hello Ada,",
                "Ada Example has sent back edition 2.0 of Care & costs, which you submitted.",
                "The reason: Say “which” & why.",
                "You can change it and submit it again:",
                place,
            ],
        )
    ]
    assert approved == [
        (
            "editor@example.org",
            "Edition 2.0 of Care & costs has been approved",
            [
                "Hello Ada,",
                "Edition 2.0 of Care & costs, which you submitted, has been approved. It is published.",
                "Look at it:",
                place,
            ],
        )
    ]


def test_mail_says_when_an_approved_edition_will_be_published(scheduled: Edition) -> None:
    moment = timezone.localtime(scheduled.go_live_at)

    assert letter(stored()[-1])[1][1] == (
        "Edition 2.0 of Handbook, which you submitted, has been approved. "
        f"It will be published on {moment:%-d %B %Y} at {moment:%H:%M}."
    )


def test_mails_about_pages_keep_what_wagtail_says_of_them(home: Page, editor: User) -> None:
    workflow = Workflow.objects.create(name="Two pairs of eyes")
    step = GroupApprovalTask.objects.create(name="Look")
    step.groups.add(Group.objects.get(name=PUBLISHER))
    step.save()
    WorkflowTask.objects.create(workflow=workflow, task=step)
    make_staff(PUBLISHER, email="publisher@example.org")
    home.specific.save_revision()

    workflow.start(home.specific, editor)

    subject, lines = letter(stored()[-1])
    assert subject == f"“{home.title}” waits for your approval"
    assert lines[1].startswith(f'The page "{home.title}" has been submitted for approval')


@pytest.mark.parametrize(
    ("comment", "error"),
    [
        ("", "Say what has to change. The person who submitted the edition reads it."),
        (" \n ", "Say what has to change. The person who submitted the edition reads it."),
        ("x" * 2_001, "Ensure this value has at most 2000 characters (it has 2001)."),
    ],
)
def test_edition_is_not_sent_back_without_a_reason(
    submitted: Edition, publisher: User, comment: str, error: str
) -> None:
    client = sign_in(publisher, second_factor=True)

    answer = client.post(page("decide", submitted), {"action": "reject", "comment": comment})

    soup = BeautifulSoup(answer.content, "html.parser")
    assert [said.get_text(strip=True) for said in soup.select(".error-message")] == [error]
    assert soup.select_one("textarea").get_text().strip() == comment.strip()
    assert "Nothing is decided. Correct the error below." in soup.get_text()
    submitted.refresh_from_db()
    assert submitted.state == State.SUBMITTED


def test_edition_is_approved_without_a_comment_and_sent_back_with_one(
    submitted: Edition, publisher: User, editor: User
) -> None:
    client = sign_in(publisher, second_factor=True)

    client.post(page("decide", submitted), {"action": "reject", "comment": "Which practices?"})
    submitted.refresh_from_db()
    sent_back = (submitted.state, submitted.sent_back.comment)
    submit_edition(edition=submitted, by=editor, now=NOW)
    make_pdf(submitted.pk)
    client.post(page("decide", submitted), {"action": "approve", "comment": ""})
    submitted.refresh_from_db()

    assert (*sent_back, submitted.state) == (State.PREPARED, "Which practices?", State.PUBLISHED)


def test_page_for_approval_does_not_promise_a_time_that_has_passed_meanwhile(
    submitted: Edition, publisher: User
) -> None:
    client = sign_in(publisher, second_factor=True)
    shown = []
    for moment in (timezone.now() + timedelta(hours=1), timezone.now() - timedelta(hours=1)):
        Edition.objects.filter(pk=submitted.pk).update(go_live_at=moment)
        text = client.get(page("review", submitted)).content.decode()
        shown.append(("Once approved, it will be published on" in text, "and publish it</button>" in text))

    assert shown == [(True, False), (False, True)]


def test_edition_is_not_decided_on_twice(submitted: Edition, publisher: User) -> None:
    client = sign_in(publisher, second_factor=True)
    client.post(page("decide", submitted), {"action": "approve"})

    answer = client.post(page("decide", submitted), {"action": "reject"})

    assert answer.status_code == 409
    assert "Edition 2.0 does not wait for approval." in answer.content.decode()


@pytest.mark.parametrize("name", ["edit", "delete", "unpublish", "lock", "copy"])
def test_wagtails_own_pages_about_an_edition_lead_to_ours_and_change_nothing(
    submitted: Edition, name: str
) -> None:
    client = sign_in(make_user(is_superuser=True, is_staff=True), second_factor=True)
    url = reverse(Edition.snippet_viewset.get_url_name(name), args=[submitted.pk])

    answers = [client.get(url), client.post(url)]

    assert [answer["Location"] for answer in answers] == [page("review", submitted)] * 2
    submitted.refresh_from_db()
    assert (submitted.state, submitted.locked) == (State.SUBMITTED, False)


def test_editor_of_an_edition_that_was_sent_back_reads_by_whom_and_why(
    submitted: Edition, editor: User, publisher: User
) -> None:
    decide(submitted, publisher, "reject", "Say which practices.")

    shown = sign_in(editor, second_factor=True).get(page("edition", submitted)).content.decode()

    assert "Ada Example sent this edition back on" in shown
    assert "“Say which practices.”" in shown


def test_pdf_that_could_not_be_made_says_why_and_can_be_tried_again(
    prepared: Edition, editor: User, publisher: User
) -> None:
    submit_edition(edition=prepared, by=editor, now=NOW)
    EditionPdf.objects.create(edition=prepared, errata=0, problem="Pango is missing.", made_at=NOW)
    client = sign_in(publisher, second_factor=True)

    shown = client.get(page("review", prepared)).content.decode()
    client.post(page("make_pdf", prepared))

    assert "The PDF could not be made: Pango is missing." in shown
    assert "You can approve it as soon as its PDF is there." in shown
    assert not prepared.pdfs.exists()
