"""A stand-in for the card provider: a small server on this machine that keeps pages and refunds as Stripe does, and signs what it tells.

It answers what the portal asks for, as the reference of Stripe's API has it: keys that are asked twice get the first answer, a page
ends in thirty minutes at the earliest, a page that is not open cannot be closed, and no more goes back than was paid.
"""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client, override_settings

KEY, SECRET = "sk_test_stand_in", "whsec_stand_in"
WEBHOOK = "/booking/card/told/"
# What a browser that was led there sees. The icon is there so that it asks for none.
PAY_HERE = b'<!DOCTYPE html><html lang="en"><title>Pay here</title><link rel="icon" href="data:,"><h1>Pay here</h1></html>'


class Refusal(Exception):
    """The stand-in refuses: a status, and what Stripe calls it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.code, self.message = status, code, message


class StandIn:
    """What the provider knows. `calls` are the questions that it was asked; while `is_down` it hangs up on everybody."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.pages: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[Any, Any]] = {}
        self.calls: list[str] = []
        self.is_down = False
        self.loses_answers = False
        self.origin = ""

    # --- What can be asked ---

    def answer(self, method: str, path: str, data: dict[str, Any], key: str | None) -> dict[str, Any]:
        self.calls.append(f"{method} {path}")
        if key in self.answers:
            asked, answer = self.answers[key]
            if asked != (path, data):
                raise Refusal(400, "idempotency_key_in_use", "Keys are for one question only.")
            return answer
        answer = self._answer(method, path, data)
        if key:
            self.answers[key] = ((path, data), json.loads(json.dumps(answer)))
        return answer

    def _answer(self, method: str, path: str, data: dict[str, Any]) -> dict[str, Any]:
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return self._make_page(data)
        if (method, path) == ("POST", "/v1/refunds"):
            return self._make_refund(data)
        if (method, path) == ("GET", "/v1/refunds"):
            found = [one for one in self.refunds.values() if one["payment_intent"] == data["payment_intent"]]
            return {"object": "list", "url": path, "has_more": False, "data": found}
        match = re.fullmatch(r"/v1/checkout/sessions/(\w+)(/expire)?", path)
        if match is None or match[1] not in self.pages:
            raise Refusal(404, "resource_missing", f"No such address: {path}")
        page = self.pages[match[1]]
        self._tick(page)
        if match[2] and method == "POST":
            if page["status"] != "open":
                raise Refusal(400, "", 'Only Checkout Sessions with a status in ["open"] can be expired.')
            page.update(status="expired", url=None)
        return page

    def _make_page(self, data: dict[str, Any]) -> dict[str, Any]:
        ends_at = int(data["expires_at"])
        if not 30 * 60 <= ends_at - int(self.now.timestamp()) <= 24 * 3600:
            raise Refusal(400, "", "expires_at must be between 30 minutes and 24 hours from now.")
        items = [data["line_items"][number]["price_data"] for number in sorted(data["line_items"], key=int)]
        number = f"cs_test_{len(self.pages) + 1}"
        page = {
            "id": number,
            "object": "checkout.session",
            "url": f"{self.origin}/c/pay/{number}",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": sum(int(item["unit_amount"]) for item in items),
            "currency": items[0]["currency"],
            "expires_at": ends_at,
            "metadata": data["metadata"],
            "customer_email": data["customer_email"],
            "success_url": data["success_url"],
            "cancel_url": data["cancel_url"],
            "names": [item["product_data"]["name"] for item in items],
        }
        self.pages[number] = page
        return page

    def _make_refund(self, data: dict[str, Any]) -> dict[str, Any]:
        payment, pence = data["payment_intent"], int(data["amount"])
        page = next((one for one in self.pages.values() if one["payment_intent"] == payment), None)
        if page is None:
            raise Refusal(404, "resource_missing", "No such payment_intent")
        back = sum(one["amount"] for one in self.refunds.values() if one["payment_intent"] == payment)
        if back + pence > page["amount_total"]:
            raise Refusal(400, "charge_already_refunded", "Refund amount is greater than unrefunded amount.")
        return self.make_refund(payment, pence, data.get("metadata", {}))

    # --- What happens there ---

    def make_refund(self, payment: str, pence: int, metadata: dict[str, str] | None = None) -> dict[str, Any]:
        """Money goes back, as somebody has done on the provider's own pages."""
        number = f"re_{len(self.refunds) + 1}"
        self.refunds[number] = {
            "id": number,
            "object": "refund",
            "amount": pence,
            "currency": "gbp",
            "payment_intent": payment,
            "status": "succeeded",
            "metadata": metadata or {},
        }
        return self.refunds[number]

    def pay(self, page: str | None = None, *, later: bool = False) -> dict[str, Any]:
        """Somebody pays on a page, the newest one; with `later` the bank has not answered yet. Gives the page as it is told."""
        found = self.pages[page or list(self.pages)[-1]]
        self._tick(found)
        assert found["status"] == "open", "nobody can pay there any more"
        found.update(status="complete", payment_intent=f"pi_{found['id']}", url=None)
        return found if later else self.confirm(found["id"])

    def confirm(self, page: str) -> dict[str, Any]:
        """The bank says that it has been paid."""
        self.pages[page]["payment_status"] = "paid"
        return self.pages[page]

    def charge(self, page: str | None = None) -> dict[str, Any]:
        """The charge of a page, as a message about a refund holds it."""
        found = self.pages[page or list(self.pages)[-1]]
        return {
            "id": f"ch_{found['id']}",
            "object": "charge",
            "payment_intent": found["payment_intent"],
            "metadata": found["metadata"],
        }

    def _tick(self, page: dict[str, Any]) -> None:
        if page["status"] == "open" and self.now.timestamp() >= page["expires_at"]:
            page.update(status="expired", url=None)

    # --- What it tells ---

    def tell(self, kind: str, thing: dict[str, Any], **change: Any) -> int:
        """Tells the portal of something, signed, and gives the status of the answer."""
        body, signature = message(kind, thing, **change)
        return heard(body, signature)


def message(kind: str, thing: dict[str, Any], *, secret: str = SECRET, age: int = 0) -> tuple[bytes, str]:
    """A message and its signature, by Stripe's scheme: HMAC-SHA256 of the moment, a full stop, and the body."""
    body = json.dumps({"id": "evt_1", "object": "event", "type": kind, "data": {"object": thing}}).encode()
    moment = int(time.time()) - age
    digest = hmac.new(secret.encode(), b"%d.%s" % (moment, body), hashlib.sha256).hexdigest()
    return body, f"t={moment},v1={digest}"


def heard(body: bytes, signature: str) -> int:
    """What the portal answers to a message."""
    client = Client(enforce_csrf_checks=True)
    headers = {"Stripe-Signature": signature} if signature else {}
    return client.post(WEBHOOK, body, content_type="application/json", headers=headers).status_code


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The fields of a form such as `a[b][0]=c`, as they are nested."""
    made: dict[str, Any] = {}
    for name, value in pairs:
        *way, last = re.findall(r"[^\[\]]+", name)
        place = made
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    return made


def handler_for(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith("/c/pay/"):
                return self._give(200, "text/html", PAY_HERE)
            return self._respond(dict(parse_qsl(urlsplit(self.path).query)))

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self._respond(nested(parse_qsl(self.rfile.read(length).decode())))

        def _respond(self, data: dict[str, Any]) -> None:
            if stand_in.is_down:
                self.close_connection = True
                return
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                self._send(401, {"error": {"type": "invalid_request_error", "message": "No such key."}})
                return
            try:
                path, key = urlsplit(self.path).path, self.headers.get("Idempotency-Key")
                status, answer = 200, stand_in.answer(self.command, path, data, key)
            except Refusal as refusal:
                words = {"type": "invalid_request_error", "code": refusal.code, "message": refusal.message}
                status, answer = refusal.status, {"error": words}
            if stand_in.loses_answers:
                self.close_connection = True
                return
            self._send(status, answer)

        def _send(self, status: int, answer: dict[str, Any]) -> None:
            self._give(status, "application/json", json.dumps(answer).encode())

        def _give(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def listening(now: datetime) -> Iterator[StandIn]:
    """The stand-in, listening."""
    stand_in = StandIn(now)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(stand_in))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stand_in.origin = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def standing_in(now: datetime) -> Iterator[StandIn]:
    """The stand-in, listening, with the portal set to ask it."""
    with listening(now) as stand_in, override_settings(**settings_for(stand_in)):
        yield stand_in


def settings_for(stand_in: StandIn) -> dict[str, str]:
    """The settings with which a portal asks the stand-in."""
    keys = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET}
    return {**keys, "STRIPE_API_BASE": stand_in.origin, "STRIPE_CHECKOUT_ORIGIN": stand_in.origin}
