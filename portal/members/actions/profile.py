"""What people change of themselves: what their addresses are for, and when an appointment ends."""

from datetime import date

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.members.actions.refused import RefusedError
from portal.members.models import AddressKind, Appointment, User
from portal.members.rules import refusal_to_end


@transaction.atomic
def describe_address(*, address: EmailAddress, kind: str, by: User) -> AddressKind:
    """Says what an address of one's own is for. Raises `RefusedError` if it is somebody else's."""
    if address.user_id != by.pk:
        raise RefusedError("This address is not yours.")
    return AddressKind.objects.update_or_create(address=address, defaults={"kind": kind})[0]


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: date, by: User) -> None:
    """Ends an appointment of one's own on the day `on`. Raises `RefusedError` if that cannot be."""
    locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
    refusal = "This appointment is not yours." if locked.user_id != by.pk else refusal_to_end(locked, on)
    if refusal:
        raise RefusedError(refusal)
    locked.ends_on = on
    locked.save(update_fields=["ends_on"])
