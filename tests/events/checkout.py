"""One visitor without an account, from the tickets of an event to the order, page by page."""

import re
from collections.abc import Callable

from django.test import Client
from django.test.client import ClientHandler

from events.models import Ticket

CODE = re.compile(r"\b\d{6}\b")
HANDLER = ClientHandler(
    enforce_csrf_checks=False
)  # one for all: a server loads its middleware once, and not for each visitor


def check_out(ticket: Ticket, email: str, letter_to: Callable[[str], str]) -> str:
    """What came of it: “booked”, “waiting” (told that it is full, and put on the waiting list), or the page that was unexpected.

    `letter_to` gives the text of the last mail to an address: the code is in it.
    """
    client = Client()
    client.handler = HANDLER
    here = f"/booking/events/{ticket.pool.event_id}/"
    client.get(here)
    taken = client.post(here, {f"count-{ticket.pk}": "1"})
    if taken.status_code != 302:
        return _waiting(client, ticket, email) if _says_full(taken.content.decode()) else _page(taken)
    fields = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-name": "Ada", "form-0-email": email}
    client.get("/booking/who-comes/")
    client.post("/booking/who-comes/", fields)
    client.get("/booking/who-orders/")
    client.post("/booking/who-orders/", {"name": "Ada", "email": email})
    client.post("/booking/code/", {"code": CODE.search(letter_to(email))[0]})
    client.get("/booking/check/")
    done = client.post("/booking/check/", {"accepts": "on"}, follow=True)
    return "booked" if "Your places are booked" in done.content.decode() else _page(done)


def _says_full(page: str) -> bool:
    return "Out of stock" in page


def _waiting(client: Client, ticket: Ticket, email: str) -> str:
    fields = {"name": "Ada", "email": email, "wanted": "1"}
    done = client.post(f"/booking/waiting/{ticket.pk}/", fields, follow=True)
    return "waiting" if "in the queue" in done.content.decode() else _page(done)


def _page(response: object) -> str:
    return f"{response.status_code}: {response.content.decode()}"  # type: ignore[attr-defined]
