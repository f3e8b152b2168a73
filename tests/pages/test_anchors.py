"""Anchors of headings."""

import pytest

from portal.pages.anchors import Heading, with_anchors

CASES = [
    ("no heading", "<p>Text</p>", "<p>Text</p>", []),
    (
        "one",
        "<h2>Who decides?</h2>",
        '<h2 id="who-decides">Who decides?</h2>',
        [(2, "Who decides?", "who-decides")],
    ),
    (
        "repeated",
        "<h2>Aim</h2><h3>Aim</h3><h2>Aim</h2>",
        '<h2 id="aim">Aim</h2><h3 id="aim-2">Aim</h3><h2 id="aim-3">Aim</h2>',
        [(2, "Aim", "aim"), (3, "Aim", "aim-2"), (2, "Aim", "aim-3")],
    ),
    (
        "an existing id is kept, and not given again",
        '<h2>Aim</h2><h2 id="aim">Other</h2>',
        '<h2 id="aim-2">Aim</h2><h2 id="aim">Other</h2>',
        [(2, "Aim", "aim-2"), (2, "Other", "aim")],
    ),
    (
        "an id elsewhere is not given again",
        '<p id="aim">x</p><h2>Aim</h2>',
        '<p id="aim">x</p><h2 id="aim-2">Aim</h2>',
        [(2, "Aim", "aim-2")],
    ),
    (
        "tags and entities inside",
        "<h3>Pay &amp; <b>rules</b></h3>",
        '<h3 id="pay-rules">Pay &amp; <b>rules</b></h3>',
        [(3, "Pay & rules", "pay-rules")],
    ),
    ("nothing that a slug can hold", "<h2>???</h2>", '<h2 id="section">???</h2>', [(2, "???", "section")]),
    ("accents", "<h2>Café</h2>", '<h2 id="cafe">Café</h2>', [(2, "Café", "cafe")]),
    ("attributes stay", '<h2 class="x">A</h2>', '<h2 id="a" class="x">A</h2>', [(2, "A", "a")]),
    ("an empty id is none", '<h2 id="">A</h2>', '<h2 id="a">A</h2>', [(2, "A", "a")]),
    (
        "text that looks like an id is none",
        '<p>say id="aim" here</p><h2>Aim</h2>',
        '<p>say id="aim" here</p><h2 id="aim">Aim</h2>',
        [(2, "Aim", "aim")],
    ),
]


@pytest.mark.parametrize(
    ("html", "expected", "headings"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_anchors_are_given_to_headings(
    html: str, expected: str, headings: list[tuple[int, str, str]]
) -> None:
    assert with_anchors(html) == (expected, [Heading(*heading) for heading in headings])


@pytest.mark.parametrize("html", [case[1] for case in CASES])
def test_anchors_are_the_same_the_second_time(html: str) -> None:
    once = with_anchors(html)

    assert with_anchors(once[0]) == once


def test_anchor_of_a_very_long_heading_is_short() -> None:
    assert with_anchors(f"<h2>{'word ' * 2000}</h2>")[1][0].anchor == "-".join(["word"] * 16)
