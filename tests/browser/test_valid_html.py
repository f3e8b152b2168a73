"""Every page that a visitor, and one that a director, can walk to answers, and is valid HTML by the Nu checker. The admin and the forum are left out."""

import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import APIRequestContext, Page

from tests.browser.nu import JAR, MISSING
from tests.browser.people import log_in
from tests.browser.server import Portal

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)
# Of the addresses that differ only behind the question mark one is read, and of these endless rows so many.
ROWS = {
    r"/handbook/[\w.-]+/": 12,
    r"/events/calendar/\d+/\d+/": 3,
    r"/handbook/\d+\.\d+/[\w-]+/": 4,
    r"/networks/U\d+/": 3,
}
LEFT_OUT = re.compile(r"/(admin|documents|forum|dev|static|media)/")
MOST = 400


class Links(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.extend(value for name, value in attributes if name == "href" and value)


def walk(request: APIRequestContext, address: str, starts: list[str]) -> Iterator[tuple[str, int, bytes]]:
    """Each address that links lead to from `starts`, with its status and what it says if that is HTML."""
    waiting, seen, rows = list(starts), set(starts), dict.fromkeys(ROWS, 0)
    while waiting:
        path = waiting.pop(0)
        answer = request.get(path)
        html = answer.body() if answer.headers.get("content-type", "").startswith("text/html") else b""
        yield path, answer.status, html
        links = Links()
        links.feed(html.decode())
        for link in links.found:
            target = urlsplit(urljoin(f"{address}{path}", link))
            plain = target.path
            if f"{target.scheme}://{target.netloc}" != address or LEFT_OUT.match(plain) or plain in seen:
                continue
            seen.add(plain)
            row = next((pattern for pattern in ROWS if re.fullmatch(pattern, plain)), None)
            if row is not None:
                rows[row] += 1
            if row is None or rows[row] <= ROWS[row]:
                waiting.append(plain + ("?" + target.query if target.query else ""))


def wrong(pages: dict[str, bytes], folder: Path) -> list[str]:
    """What the checker finds wrong, each with the address of the page."""
    for number, html in enumerate(pages.values()):
        (folder / f"{number}.html").write_bytes(html)
    command = ["java", "-jar", str(JAR), "--stdout", "--format", "gnu", "--skip-non-html", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False).stdout
    paths = list(pages)
    return [
        f"{paths[int(found[1])]}: {found[2]}"
        for line in said.splitlines()
        if (found := re.match(r'".*?(\d+)\.html":[\d.\-]*: (.*)', line))
    ] or said.splitlines()


@pytest.mark.parametrize("email", [None, "director@demo.example"])
def test_every_page_that_links_lead_to_is_there_and_valid(
    page: Page,
    portal: Portal,
    tmp_path: Path,
    email: str | None,
) -> None:
    if email:
        log_in(page, email)
    starts = [
        "/",
        "/search/",
        "/search/?q=quorum",
        "/accounts/profile/" if email else "/accounts/login/",
        "/booking/products/",
    ]

    walked = list(walk(page.request, portal.address, starts))

    assert [(path, status) for path, status, _ in walked if status != 200] == []
    pages = {path: html for path, _, html in walked if html}
    assert 60 < len(pages) < MOST
    assert wrong(pages, tmp_path) == []


def test_pages_of_errors_are_valid(page: Page, tmp_path: Path) -> None:
    answer = page.request.get("/no-such-page/")

    assert answer.status == 404
    assert wrong({"/no-such-page/": answer.body()}, tmp_path) == []


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    assert wrong({"/": b"<!DOCTYPE html><html lang=en><title>x</title><p><div></p>"}, tmp_path) != []
