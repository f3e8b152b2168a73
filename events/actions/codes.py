"""Sends the code by which somebody without an account shows that an address is theirs."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings

from events.actions.baskets import refuse_unless
from events.models import Order
from events.rules.codes import DIGITS, LASTS, MOST_AN_HOUR, Asked, digest_of
from portal.members import mail
from portal.members.models import Mail

TOO_MANY = "We have sent several codes to this address already. Use the newest, or wait an hour."


def send_code(*, order: Order, now: datetime) -> Asked:
    """Sends a code to the address of a basket, and gives what is to be remembered of it. Raises `RefusedError` beyond 5 an hour."""
    lately = Mail.objects.filter(
        template="event_code", to=order.email, created_at__gt=now - timedelta(hours=1)
    )
    refuse_unless(TOO_MANY if lately.count() >= MOST_AN_HOUR else None)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    mail.send(template="event_code", to=order.email, context={"name": order.name, "code": code})
    return Asked(order.email, digest_of(code, order.email, settings.SECRET_KEY), now + LASTS)
