"""What readers can be told of links that the portal has looked at. Reads only."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.utils import timezone

from portal.links.models import Link, State
from portal.links.rules import address_of


def gone_on(hrefs: Iterable[str]) -> dict[str, date]:
    """Those of the links that are gone, with the day in London on which the portal last looked. One query."""
    kept = {href: address_of(href, settings.BASE_URL) for href in hrefs}
    found = Link.objects.filter(address__in={one for one in kept.values() if one}, state=State.BROKEN)
    days = {address: timezone.localdate(at) for address, at in found.values_list("address", "checked_at")}
    return {href: days[address] for href, address in kept.items() if address in days}
