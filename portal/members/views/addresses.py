"""Where a form may send people back to."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST_NEXT = 2_000


def local_address(request: HttpRequest, value: str, *, otherwise: str) -> str:
    """`value` if it is an address of the portal itself, else the address with the name `otherwise`."""
    safe = len(value) <= LONGEST_NEXT and url_has_allowed_host_and_scheme(
        value, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return value if safe else reverse(otherwise)
