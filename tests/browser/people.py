"""What people do in many tests: log in, read their mail, compute a code."""

import base64
import hashlib
import hmac
import re
import struct
import time

from playwright.sync_api import Page, expect

from portal.mailbox import Letter, read
from tests.browser.server import Portal

PASSWORD = "network-demo-2026"
SECONDS_FOR_MAIL = 60


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Logs in on the portal's own page."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/accounts/login/"))


def mail_to(portal: Portal, email: str, about: str = "") -> Letter:
    """The newest mail to an address, or the newest with these words in its subject, waited for. Raises AssertionError if none comes."""
    until = time.monotonic() + SECONDS_FOR_MAIL
    while not (found := [one for one in map(read, portal.letters(email)) if about in one.subject]):
        assert time.monotonic() < until, f"No mail to {email} about “{about}” came."
        time.sleep(0.1)
    return found[-1]


def link_in(letter: Letter, path: str) -> str:
    """The one link in the letter's text whose path begins with `path`."""
    (link,) = set(re.findall(rf"https?://[^\s/]+({re.escape(path)}\S+)", letter.text))
    return link


def totp(secret: str, at: float | None = None) -> str:
    """The code that an authenticator app shows (RFC 6238), written here anew so that it checks the portal's."""
    key = base64.b32decode(secret.replace(" ", ""))
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.digest(key, counter, hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def set_up_authenticator(page: Page, password: str = PASSWORD) -> str:
    """Gives the password once more, then the code of an authenticator app. Returns the secret that the page showed."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Confirm").click()
    secret = page.locator("#totp_secret").inner_text()
    page.get_by_label("Code from your app").fill(totp(secret))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    return secret
