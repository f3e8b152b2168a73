"""Mails about questions: to who asked, and to the advisers. Each is stored in the transaction of what it tells of, and goes out once."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.enquiries.mail import address_of, admin_address, advisers_told
from portal.enquiries.models import Enquiry, Message, State
from portal.enquiries.rules.standing import reminder_due
from portal.members import mail


def ask_to_confirm(enquiry: Enquiry, key: str) -> None:
    """Asks whether the address is theirs. With the same `key` no second mail goes out.

    It may be a stranger's, so the mail holds nothing that was typed: nobody has us send their words around.
    """
    context = {"link": address_of(enquiry)}
    mail.send(template="enquiry_confirm", to=enquiry.email, context=context, key=key)


def acknowledge(enquiry: Enquiry) -> None:
    _tell(enquiry, "enquiry_received", f"enquiry-received:{enquiry.pk}")


def tell_of_paid(enquiry: Enquiry) -> None:
    """Whoever has paid for advice learns where to say what it is to be about."""
    _tell(enquiry, "enquiry_paid", f"enquiry-paid:{enquiry.pk}")


def tell_of_message(enquiry: Enquiry, message: Message) -> None:
    """An answer, or a question back, goes to who asked."""
    _tell(enquiry, "enquiry_answer", f"enquiry-message:{message.pk}", message=message)


def tell_advisers_of_new(enquiry: Enquiry) -> None:
    _tell_advisers(enquiry, "enquiry_new", f"enquiry-new:{enquiry.pk}")


def tell_advisers_of_reply(enquiry: Enquiry, message: Message) -> None:
    _tell_advisers(enquiry, "enquiry_reply", f"enquiry-reply:{message.pk}")


def tell_advisers_of_withdrawal(enquiry: Enquiry) -> None:
    """Nothing more is to be done: what was paid for has been taken back."""
    # Opened again by an adviser, it cannot be taken back a second time.
    _tell_advisers(enquiry, "enquiry_withdrawn", f"enquiry-withdrawn:{enquiry.pk}")


def tell_of_assignment(enquiry: Enquiry) -> None:
    """The adviser who was given a question. Given to them again after somebody else, they are told again."""
    _tell_advisers(enquiry, "enquiry_new", f"enquiry-given:{enquiry.pk}:{enquiry.changed_at.timestamp():.0f}")


def remind(now: datetime | None = None) -> int:
    """Reminds advisers of answers that are due tomorrow or overdue, each once for each promised day. Gives of how many.

    Each in a transaction of its own: killed in the middle, it goes on the next time.
    """
    now = now or timezone.now()
    today = timezone.localdate(now)
    owed = Enquiry.objects.filter(state=State.OPEN, promised_on__isnull=False)
    return sum(
        _remind(pk, today)
        for pk, day in list(owed.values_list("pk", "promised_on"))
        if reminder_due(day, today)
    )


@transaction.atomic
def _remind(pk: int, today: date) -> bool:
    enquiry = Enquiry.objects.select_for_update(of=("self",)).select_related("topic__group").get(pk=pk)
    if enquiry.state != State.OPEN:
        return False
    what = reminder_due(enquiry.promised_on, today)
    stamp = f"{what}:{enquiry.promised_on}"
    if not what or enquiry.reminded == stamp:
        return False
    Enquiry.objects.filter(pk=pk).update(reminded=stamp)
    _tell_advisers(enquiry, "enquiry_reminder", f"enquiry-reminder:{pk}:{stamp}", passed=what == "passed")
    return True


def _tell(enquiry: Enquiry, template: str, key: str, **context: Any) -> None:
    if enquiry.email:
        context = {"enquiry": enquiry, "link": address_of(enquiry), **context}
        mail.send(template=template, to=enquiry.email, context=context, key=key)


def _tell_advisers(enquiry: Enquiry, template: str, key: str, **context: Any) -> None:
    context = {"enquiry": enquiry, "link": admin_address(enquiry), **context}
    for who, address in advisers_told(enquiry).items():
        mail.send(template=template, to=address, context=context, key=f"{key}:{who}")
