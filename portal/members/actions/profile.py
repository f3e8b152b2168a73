"""What people change of themselves: their name, and what their addresses are for."""

from allauth.account.models import EmailAddress
from django.db import transaction

from portal.members.actions.refused import RefusedError
from portal.members.models import AddressKind, User


@transaction.atomic
def describe_address(*, address: EmailAddress, kind: str, by: User) -> AddressKind:
    """Says what an address of one's own is for. Raises `RefusedError` if it is somebody else's."""
    if address.user_id != by.pk:
        raise RefusedError("This address is not yours.")
    return AddressKind.objects.update_or_create(address=address, defaults={"kind": kind})[0]


@transaction.atomic
def rename(*, by: User, first_name: str, last_name: str) -> None:
    """Changes one's own name."""
    locked = User.objects.select_for_update().get(pk=by.pk)
    locked.first_name, locked.last_name = first_name, last_name
    locked.save(update_fields=["first_name", "last_name"])
