"""Brings advice that was paid for into the list of all questions to advisers: its topics, and each enquiry with where it stands.

An address of an adviser becomes the shared address of a topic, so that the same person is told. Nobody is written to by this.
"""

from datetime import datetime
from typing import Any

from django.db import migrations
from django.utils import timezone

from portal.enquiries.rules.days import promised_on
from portal.members.groups import ADVISER

# Of advice that had no adviser when one was first asked for: nobody reads there.
NOBODY = "nobody@invalid.example"


def bring(apps: Any, schema_editor: Any) -> None:
    Product = apps.get_model("events", "Product")
    for product in Product.objects.filter(handover="enquiry").order_by("pk"):
        product.topic_id = _topic(apps, product.adviser_email).pk
        product.save(update_fields=["topic"])
    now = timezone.now()
    old_ones = apps.get_model("events", "Enquiry").objects
    for old in old_ones.select_related("line__order", "line__product").order_by("pk"):
        line = old.line
        topic = line.product.topic if line.product.topic_id else _topic(apps, old.adviser_email)
        line.advice_id = _enquiry(apps, old, topic, now).pk
        line.save(update_fields=["advice"])


def _topic(apps: Any, address: str) -> Any:
    """The topic whose questions are told of at an address, made if there is none. It cannot be chosen in the form."""
    topics = apps.get_model("enquiries", "AdviceTopic").objects
    address = "" if address == NOBODY else address.lower()
    paid = topics.filter(name__startswith="Paid advice")
    found = topics.filter(adviser_email__iexact=address) if address else paid.filter(adviser_email="")
    known = found.order_by("-is_offered", "position", "pk").first()
    if known is not None:
        return known
    number = 1
    while topics.filter(name=_name(number)).exists():
        number += 1
    group = apps.get_model("auth", "Group").objects.filter(name=ADVISER).first()
    return topics.create(name=_name(number), group=group, adviser_email=address, is_offered=False)


def _name(number: int) -> str:
    return "Paid advice" if number == 1 else f"Paid advice {number}"


def _enquiry(apps: Any, old: Any, topic: Any, now: datetime) -> Any:
    order, values = old.line.order, {}
    is_over = old.state in ("done", "withdrawn")
    if is_over:
        values |= {"state": "closed", "closed_at": old.changed_at, "was_late": False}
    else:
        # Nothing was promised before, so nothing is overdue at once.
        values |= {"state": "open", "promised_on": promised_on(now, topic.answer_days)}
    if order.email:
        values |= {"user_id": order.user_id, "name": order.name, "email": order.email.lower()}
        values |= {"subject": old.line.description[:200]}
    else:  # whoever ordered has been forgotten
        ended = old.changed_at if is_over else now
        values |= {"state": "closed", "closed_at": ended, "emptied_at": ended}
        values |= {"promised_on": None, "was_late": False}
    made = apps.get_model("enquiries", "Enquiry").objects.create(
        reference=old.reference,
        topic=topic,
        asked_at=old.opened_at,
        confirmed_at=old.opened_at,
        opened_at=old.opened_at,
        changed_at=old.changed_at,
        **values,
    )
    if order.email:
        _say(apps, made, f"Ordered: {old.line.description}. The reference of the order is {order.reference}.")
        if old.state == "withdrawn":
            _say(apps, made, "This was taken back out of the order, so it has ended.", at=old.changed_at)
    return made


def _say(apps: Any, enquiry: Any, text: str, at: datetime | None = None) -> None:
    apps.get_model("enquiries", "Message").objects.create(
        enquiry=enquiry, kind="order", text=text, at=at or enquiry.opened_at
    )


def give_addresses(apps: Any, schema_editor: Any) -> None:
    """Products get addresses again, which earlier versions need. The enquiries stay in the list of all."""
    Product = apps.get_model("events", "Product")
    for product in Product.objects.filter(handover="enquiry").select_related("topic"):
        product.adviser_email = product.topic.adviser_email or NOBODY
        product.save(update_fields=["adviser_email"])


class Migration(migrations.Migration):
    dependencies = [("events", "0029_topics_of_advice"), ("members", "0002_groups")]

    operations = [migrations.RunPython(bring, give_addresses)]
