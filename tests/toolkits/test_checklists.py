"""Working on a network's checklist: who may, what is kept, who is told, and what becomes of it when the toolkit changes."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail as outbox
from django.db import IntegrityError, transaction

from portal.members.actions import RefusedError
from portal.members.models import AuditEntry, Mail, Network, User
from portal.pages.models import ToolkitPage
from portal.toolkits.actions import checklists as actions
from portal.toolkits.models import Checklist, ChecklistItem
from portal.toolkits.reading import checklists_of, open_checklist, shown, todos_of
from portal.toolkits.standing import colleagues, networks_of, waits_for_confirmation, works_for
from tests.factories import NOW, make_user
from tests.members.factories import make_network
from tests.toolkits.factories import appoint, checklist, make_colleagues, make_kit

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def kit(db: None) -> ToolkitPage:
    return make_kit()


@pytest.fixture
def desk(db: None) -> tuple[Network, User, User]:
    return make_colleagues()


def key_of(kit: ToolkitPage, text: str) -> UUID:
    return next(todo.key for todo in todos_of(kit) if todo.text == text)


def at(
    kit: ToolkitPage, network: Network, by: User, text: str = "Open an account", now: datetime = NOW
) -> actions.Place:
    return actions.Place(kit, network, key_of(kit, text), by, now)


@pytest.mark.parametrize(
    ("fields", "moment", "may"),
    [
        ({}, NOW, True),
        ({"confirmed_at": None}, NOW, False),
        ({"starts_on": date(2026, 3, 11)}, datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC), False),
        ({"starts_on": date(2026, 3, 11)}, datetime(2026, 3, 11, 0, 0, 0, tzinfo=UTC), True),
        ({"ends_on": date(2026, 7, 1)}, datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), True),
        ({"ends_on": date(2026, 7, 1)}, datetime(2026, 6, 30, 23, 0, 0, tzinfo=UTC), False),
        ({"ends_on": date(2026, 7, 1)}, datetime(2026, 6, 30, 23, 0, 1, tzinfo=UTC), False),
    ],
)
def test_whoever_holds_a_confirmed_appointment_works_for_the_network_to_the_second(
    fields: dict, moment: datetime, may: bool
) -> None:
    network, user = make_network(), make_user()
    appoint(user, network, **fields)

    assert works_for(user, network, moment) is may
    assert list(networks_of(user, moment)) == [network] * may
    assert list(colleagues(network, moment)) == [user] * may


def test_appointment_in_another_network_opens_nothing(desk: tuple, kit: ToolkitPage) -> None:
    network, ada, _ = desk
    stranger = make_user()
    appoint(stranger, make_network(code="U54321"))

    for do in (
        lambda: actions.mark(place=at(kit, network, stranger), is_done=True),
        lambda: actions.assign(place=at(kit, network, stranger), to=ada),
        lambda: actions.set_due(place=at(kit, network, stranger), on=None),
        lambda: actions.write_note(place=at(kit, network, stranger), text="x", based_on=0),
        lambda: actions.archive(toolkit=kit, network=network, by=stranger, now=NOW),
    ):
        with pytest.raises(actions.NotYoursError):
            do()
    assert (Checklist.objects.count(), ChecklistItem.objects.count()) == (0, 0)


def test_tick_keeps_who_and_when_and_can_be_taken_back_by_a_colleague(desk: tuple, kit: ToolkitPage) -> None:
    network, ada, grace = desk

    ticked = actions.mark(place=at(kit, network, ada), is_done=True)
    again = actions.mark(place=at(kit, network, grace, now=LATER), is_done=True)
    back = actions.mark(place=at(kit, network, grace, now=LATER), is_done=False)

    assert (ticked.is_done, ticked.marked_by, ticked.marked_at, ticked.marked_text) == (
        True,
        ada,
        NOW,
        "Open an account",
    )
    assert (again.marked_by, again.marked_at) == (ada, NOW)
    assert (back.is_done, back.marked_by, back.marked_at, back.marked_text) == (False, grace, LATER, "")
    assert (Checklist.objects.count(), ChecklistItem.objects.count()) == (1, 1)


def test_assigned_person_is_told_once_and_nobody_of_what_they_give_themselves(
    desk: tuple, kit: ToolkitPage, django_capture_on_commit_callbacks: object
) -> None:
    network, ada, grace = desk
    with django_capture_on_commit_callbacks(execute=True):
        for to in (grace, None, grace, ada):
            actions.assign(place=at(kit, network, ada), to=to)

    assert [(mail.to, mail.subject) for mail in outbox.outbox] == [
        ([grace.email], "For you on the checklist of Sample network: Open an account")
    ]
    assert (
        f"http://testserver/checklists/{kit.pk}/U12345/#item-{key_of(kit, 'Open an account')}"
        in outbox.outbox[0].body
    )
    assert ChecklistItem.objects.get().assigned_to == ada


def test_somebody_outside_the_network_cannot_be_given_anything(desk: tuple, kit: ToolkitPage) -> None:
    network, ada, _ = desk

    with pytest.raises(RefusedError, match="Choose somebody who has a confirmed appointment in your network"):
        actions.assign(place=at(kit, network, ada), to=make_user())

    assert (ChecklistItem.objects.filter(assigned_to=None).count(), Mail.objects.count()) == (0, 0)


def test_note_that_somebody_changed_meanwhile_is_not_overwritten(desk: tuple, kit: ToolkitPage) -> None:
    network, ada, grace = desk
    first = actions.write_note(place=at(kit, network, ada), text="Bank A", based_on=0)
    with pytest.raises(actions.NoteChangedError) as refused:
        actions.write_note(place=at(kit, network, grace), text="Bank B", based_on=0)
    same = actions.write_note(place=at(kit, network, grace), text="Bank A", based_on=0)
    second = actions.write_note(place=at(kit, network, grace, now=LATER), text="Bank A or B", based_on=1)

    assert (first.note_number, refused.value.item.note, refused.value.item.note_by) == (1, "Bank A", ada)
    assert (same.note_number, same.note_by) == (1, ada)
    assert (second.note, second.note_by, second.note_at, second.note_number) == (
        "Bank A or B",
        grace,
        LATER,
        2,
    )


def test_line_that_the_toolkit_never_had_cannot_be_ticked(desk: tuple, kit: ToolkitPage) -> None:
    network, ada, _ = desk
    with pytest.raises(actions.NoSuchLineError):
        actions.mark(place=actions.Place(kit, network, uuid4(), ada, NOW), is_done=True)

    assert Checklist.objects.count() == 0


def test_what_an_editor_rewords_takes_out_and_adds_is_said(desk: tuple, kit: ToolkitPage) -> None:
    network, ada, _ = desk
    for text in ("Open an account", "Make a budget"):
        actions.mark(place=at(kit, network, ada, text), is_done=True)

    raw = kit.checklist.get_prep_value()
    raw[0]["value"]["items"][0]["value"]["text"] = "Open a separate account"
    del raw[0]["value"]["items"][1]
    raw[1]["value"]["items"].append(
        {"type": "item", "value": {"text": "Tell patients", "help": ""}, "id": str(uuid4())}
    )
    kit.checklist = raw
    kit.save_revision().publish()
    kit = ToolkitPage.objects.get(pk=kit.pk)
    now_shown = shown(kit, open_checklist(kit, network))

    assert [(line.todo.text, line.is_done, line.reworded_from) for line in now_shown.lines] == [
        ("Open a separate account", True, "Open an account"),
        ("Choose a director", False, ""),
        ("Tell patients", False, ""),
    ]
    assert [(line.todo.text, line.todo.heading) for line in now_shown.gone] == [("Make a budget", "Money")]
    assert (now_shown.done, now_shown.total) == (1, 3)

    gone = now_shown.gone[0].todo.key
    actions.mark(place=actions.Place(kit, network, gone, ada, LATER), is_done=False)
    assert shown(kit, open_checklist(kit, network)).gone == []


def test_network_starts_again_and_its_earlier_list_stays_as_it_was(desk: tuple, kit: ToolkitPage) -> None:
    network, ada, grace = desk
    actions.mark(place=at(kit, network, ada), is_done=True)

    archived = actions.archive(toolkit=kit, network=network, by=grace, now=LATER)
    actions.mark(place=at(kit, network, ada, "Make a budget", LATER), is_done=True)

    assert (archived.archived_at, archived.archived_by) == (LATER, grace)
    assert [(line.todo.text) for line in shown(kit, archived).lines if line.is_done] == ["Open an account"]
    assert [line.todo.text for line in shown(kit, open_checklist(kit, network)).lines if line.is_done] == [
        "Make a budget"
    ]
    logged = AuditEntry.objects.get(action="checklist.archived")
    assert (logged.by, logged.subject_name) == (grace.pk, "Setting up: Sample network")


def test_list_that_was_not_begun_cannot_be_put_aside_nor_one_six_times_a_day(
    desk: tuple, kit: ToolkitPage
) -> None:
    network, ada, _ = desk
    for number in range(5):
        actions.mark(place=at(kit, network, ada), is_done=True)
        actions.archive(toolkit=kit, network=network, by=ada, now=NOW + timedelta(minutes=number))
    with pytest.raises(RefusedError, match="has not begun this checklist"):
        actions.archive(toolkit=kit, network=network, by=ada, now=LATER)
    actions.mark(place=at(kit, network, ada), is_done=True)
    with pytest.raises(RefusedError, match="5 times today"):
        actions.archive(toolkit=kit, network=network, by=ada, now=LATER)
    actions.archive(toolkit=kit, network=network, by=ada, now=NOW + timedelta(days=1))

    assert Checklist.objects.archived().count() == 6


def test_database_holds_one_open_list_for_a_network_and_one_row_for_a_line(
    desk: tuple, kit: ToolkitPage
) -> None:
    network, ada, _ = desk
    item = actions.mark(place=at(kit, network, ada), is_done=True)

    for make in (
        lambda: Checklist.objects.create(toolkit=kit, network=network, begun_at=NOW),
        lambda: ChecklistItem.objects.create(checklist=item.checklist, key=item.key, heading="x", text="x"),
        lambda: ChecklistItem.objects.create(
            checklist=item.checklist, key=uuid4(), heading="x", text="x", is_done=True
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_checklists_of_a_person_s_networks_with_progress_in_two_queries(
    desk: tuple, kit: ToolkitPage, django_assert_num_queries: object
) -> None:
    network, ada, grace = desk
    other = make_network(code="U54321", name="Another network")
    appoint(ada, other)
    appoint(grace, other, ends_on=date(2026, 3, 1))
    for place in (
        at(kit, network, ada),
        at(kit, network, ada, "Make a budget"),
        at(kit, other, ada),
    ):
        actions.mark(place=place, is_done=True)
    actions.assign(place=at(kit, network, ada, "Choose a director"), to=grace)

    with django_assert_num_queries(2):
        of_ada = [(one.network.name, one.done, one.total, one.mine) for one in checklists_of(ada, NOW)]
    with django_assert_num_queries(2):
        of_grace = [(one.network.name, one.done, one.total, one.mine) for one in checklists_of(grace, NOW)]

    assert of_ada == [("Another network", 1, 3, 0), ("Sample network", 2, 3, 0)]
    assert of_grace == [("Sample network", 2, 3, 1)]
    assert checklists_of(make_user(), NOW) == []


def test_waiting_for_confirmation_is_known(desk: tuple) -> None:
    network, ada, _ = desk
    waiting = make_user()
    appoint(waiting, network, confirmed_at=None)

    assert [waits_for_confirmation(one, NOW) for one in (ada, waiting, make_user())] == [False, True, False]


def test_things_to_do_keep_their_ids_when_a_page_is_saved_and_read_again(kit: ToolkitPage) -> None:
    before = [todo.key for todo in todos_of(kit)]

    read = ToolkitPage.objects.get(pk=kit.pk)
    read.title = "Another title"
    read.save_revision().publish()

    assert [todo.key for todo in todos_of(ToolkitPage.objects.get(pk=kit.pk))] == before
    assert len(set(before)) == 3


def test_two_things_with_the_same_words_or_the_same_id_are_told_apart(db: None) -> None:
    raw = checklist({"Money": ["Pay", "Pay"]})
    twin = {"type": "item", "value": {"text": "Count", "help": ""}, "id": str(UUID(int=7))}
    raw.append({"type": "group", "value": {"heading": "More", "items": [twin, twin]}})

    kit = make_kit(checklist=raw)

    keys = [todo.key for todo in todos_of(ToolkitPage.objects.get(pk=kit.pk))]
    assert (len(set(keys)), keys[2]) == (4, UUID(int=7))
