"""The update that brings advice which was paid for into the list of all questions: nothing of it is lost, and nobody is written to."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from events.models import OrderLine, Product
from portal.enquiries.models import AdviceTopic, Enquiry
from portal.enquiries.rules.days import promised_on
from portal.enquiries.rules.standing import is_overdue
from portal.members.models import Mail
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

BEFORE, AFTER = "0028_learning_page", "0031_no_list_of_its_own"
ENQUIRIES = ("enquiries", "0003_messages_about_orders")
DAY = timedelta(days=1)


@pytest.fixture
def before() -> Iterator[Any]:
    """The models as they were before the update, on a database of that time."""
    migrate(BEFORE)
    try:
        yield MigrationExecutor(connection).loader.project_state([("events", BEFORE), ENQUIRIES]).apps
    finally:
        migrate()


def migrate(*name: str) -> None:
    """To the migration of that name, or to the last one."""
    call_command("migrate", "events", *name, verbosity=0, stdout=StringIO())


def bought(apps: Any, number: int, state: str, *, advice: Any, email: str = "ada@one.example") -> None:
    """Advice that was paid for, and where it stood before the update."""
    order = apps.get_model("events", "Order").objects.create(
        reference=f"C4H7K{number}",
        state="placed",
        name="Ada" if email else "",
        email=email,
        method="invoice",
        began_at=NOW,
        placed_at=NOW,
    )
    line = apps.get_model("events", "OrderLine").objects.create(
        order=order, product=advice, description="An hour", pence=100, vat_percent=20
    )
    apps.get_model("events", "Enquiry").objects.create(
        line=line,
        reference=f"C4H7K{number}-{line.pk}",
        adviser_email=advice.adviser_email,
        state=state,
        opened_at=NOW,
        changed_at=NOW + DAY,
    )


def sold(apps: Any, slug: str, address: str) -> Any:
    return apps.get_model("events", "Product").objects.create(
        name=slug, slug=slug, summary="x", pence=100, handover="enquiry", adviser_email=address
    )


def test_products_get_the_topic_of_their_adviser_and_enquiries_go_on_where_they_stood(before: Any) -> None:
    topics = before.get_model("enquiries", "AdviceTopic").objects
    topics.create(name="Legal", adviser_email="legal@one.example")
    legal, first, second, nobodys = (
        sold(before, slug, address)
        for slug, address in (
            ("legal", "Legal@one.example"),
            ("hour", "adviser@one.example"),
            ("day", "adviser@one.example"),
            ("old", "nobody@invalid.example"),
        )
    )
    for number, (state, advice) in enumerate(
        (("open", first), ("at-work", legal), ("done", second), ("withdrawn", nobodys))
    ):
        bought(before, number, state, advice=advice)
    bought(before, 9, "open", advice=first, email="")

    migrate(AFTER)

    assert dict(Product.objects.values_list("slug", "topic__name")) == {
        "legal": "Legal",
        "hour": "Paid advice",
        "day": "Paid advice",
        "old": "Paid advice 2",
    }
    made = {one.name: one for one in AdviceTopic.objects.all()}
    assert made["Paid advice"].adviser_email == "adviser@one.example"
    assert (made["Paid advice"].group.name, made["Paid advice"].is_offered) == ("Adviser", False)
    assert made["Paid advice 2"].adviser_email == ""
    lines = list(OrderLine.objects.order_by("pk").select_related("advice__topic"))
    found = [line.advice for line in lines]
    assert [(one.state, one.topic.name) for one in found] == [
        ("open", "Paid advice"),
        ("open", "Legal"),
        ("closed", "Paid advice"),
        ("closed", "Paid advice 2"),
        ("closed", "Paid advice"),
    ]
    assert [one.reference for one in found[:4]] == [
        f"C4H7K{number}-{line.pk}" for number, line in enumerate(lines[:4])
    ]
    assert {(one.name, one.email, one.subject) for one in found[:4]} == {
        ("Ada", "ada@one.example", "An hour")
    }
    assert {one.opened_at for one in found} == {NOW}
    assert [one.closed_at for one in found[:4]] == [None, None, NOW + DAY, NOW + DAY]
    today = timezone.localdate()
    assert [is_overdue(one, today) for one in found[:2]] == [False, False]
    assert found[0].promised_on == promised_on(timezone.now(), 5)
    assert [[message.kind for message in one.messages.all()] for one in found] == [
        ["order"],
        ["order"],
        ["order"],
        ["order", "order"],
        [],
    ]
    gone = found[4]
    assert (gone.name, gone.email, gone.subject, gone.emptied_at == gone.closed_at) == ("", "", "", True)
    assert not Mail.objects.exists()


def test_going_back_gives_products_an_address_again_and_keeps_the_enquiries(before: Any) -> None:
    advice = sold(before, "hour", "adviser@one.example")
    bought(before, 1, "open", advice=advice)
    migrate(AFTER)

    migrate(BEFORE)

    assert before.get_model("events", "Product").objects.get().adviser_email == "adviser@one.example"
    assert Enquiry.objects.get().reference.startswith("C4H7K1-")
