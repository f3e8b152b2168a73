"""The checks themselves: each finds what it is there to find."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.watching import Watch, violations, what_sticks_out

ADD_PARAGRAPH = """(style) => {
  const paragraph = document.body.appendChild(document.createElement("p"));
  paragraph.textContent = "Too pale";
  Object.assign(paragraph.style, style);
}"""


def break_policy(page: Page) -> None:
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<i style=\"color: red\">x</i>')")


def call_elsewhere(page: Page) -> None:
    page.evaluate("location.assign('http://elsewhere.example/')")
    page.wait_for_timeout(300)


def open_what_is_not_there(page: Page) -> None:
    page.goto("/nothing-here/")


def throw(page: Page) -> None:
    page.evaluate("setTimeout(() => { throw new Error('thrown by a test') })")
    page.wait_for_timeout(100)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (break_policy, ["console: Applying inline style violates"]),
        (call_elsewhere, ["calls another host: http://elsewhere.example/"]),
        (open_what_is_not_there, ["404 for http://localhost", "console: Failed to load resource"]),
        (throw, ["script: thrown by a test"]),
    ],
)
def test_what_goes_wrong_unseen_is_collected(
    page: Page, watch: Watch, act: Callable[[Page], None], expected: list[str]
) -> None:
    page.goto("/")

    act(page)

    found, watch.problems = watch.problems, []
    assert [problem[: len(start)] for problem, start in zip(found, expected, strict=True)] == expected


def test_what_scrolls_sideways_is_seen(page: Page) -> None:
    page.goto("/")
    page.evaluate(ADD_PARAGRAPH, {"position": "absolute", "left": "0", "width": "2000px", "maxWidth": "none"})

    assert what_sticks_out(page)[0] == "2000 of 1280 px"


def test_axe_looks_at_contrast(page: Page) -> None:
    page.goto("/")
    page.evaluate(ADD_PARAGRAPH, {"color": "#ccc", "backgroundColor": "#fff"})

    assert [line.partition(":")[0] for line in violations(page, "p:last-child")] == ["color-contrast"]
