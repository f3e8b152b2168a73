"""Which addresses are looked at, what answers mean, when a link is broken and when it is looked at again."""

from datetime import date, timedelta

import pytest

from portal.links.models import Link, State
from portal.links.rules import (
    Answer,
    Kind,
    Standing,
    address_of,
    interleaved,
    is_public,
    kind_of,
    next_check,
    refusal_to_leave,
    standing_after,
)
from tests.factories import NOW

BASE = "https://portal.example.org"
TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
FINE, GONE = Answer(Kind.FINE, "200 OK"), Answer(Kind.GONE, "404 Not Found")
AWAY, REFUSES = Answer(Kind.AWAY, "503"), Answer(Kind.REFUSES, "403 Forbidden")
MOVED, UNKNOWN = Answer(Kind.FINE, "200 OK", "https://new.example.org/"), Answer(Kind.UNKNOWN, "No network.")


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("https://www.gov.uk/vat#rates", "https://www.gov.uk/vat"),
        (" https://www.gov.uk/vat ", "https://www.gov.uk/vat"),
        ("https://www.gov.uk/é", "https://www.gov.uk/%C3%A9"),
        ("/handbook/quorum/#p-1", "/handbook/quorum/#p-1"),
        ("https://portal.example.org/handbook/?a=b", "/handbook/?a=b"),
        ("https://PORTAL.example.org", "/"),
        ("//portal.example.org/x", None),
        ("//elsewhere.example/x", None),
        ("#contents", None),
        ("mailto:a@example.org", None),
        ("javascript:alert(1)", None),
        ("ftp://example.org/", None),
        ("https://name:secret@example.org/", None),
        ("https://[::1", None),
        ("https://", None),
        ("", None),
        ("/" + "a" * 1999, "/" + "a" * 1999),
        ("/" + "a" * 2000, None),
    ],
)
def test_address_of_a_link(href: str, address: str | None) -> None:
    assert address_of(href, BASE) == address


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, Kind.FINE),
        (204, Kind.FINE),
        (206, Kind.FINE),
        (400, Kind.REFUSES),
        (401, Kind.REFUSES),
        (403, Kind.REFUSES),
        (404, Kind.GONE),
        (408, Kind.AWAY),
        (410, Kind.GONE),
        (429, Kind.REFUSES),
        (451, Kind.REFUSES),
        (500, Kind.AWAY),
        (503, Kind.AWAY),
        (999, Kind.AWAY),
    ],
)
def test_kind_of_a_status(status: int, kind: Kind) -> None:
    assert kind_of(status) == kind


@pytest.mark.parametrize(
    ("before", "answer", "after"),
    [
        (Standing(), FINE, Standing(State.WORKS)),
        (Standing(), MOVED, Standing(State.MOVED)),
        (Standing(), GONE, Standing(State.FAILING, 1, TODAY)),
        (Standing(State.FAILING, 1, TODAY), GONE, Standing(State.FAILING, 1, TODAY)),
        (Standing(State.FAILING, 1, TODAY - DAY), GONE, Standing(State.FAILING, 2, TODAY)),
        (Standing(State.FAILING, 2, TODAY), GONE, Standing(State.FAILING, 2, TODAY)),
        (Standing(State.FAILING, 2, TODAY - DAY), GONE, Standing(State.BROKEN, 3, TODAY)),
        (Standing(State.FAILING, 2, TODAY - DAY), AWAY, Standing(State.AWAY, 3, TODAY)),
        (Standing(State.FAILING, 2, TODAY - DAY), REFUSES, Standing(State.REFUSES, 2, TODAY - DAY)),
        (Standing(State.BROKEN, 9, TODAY - DAY), FINE, Standing(State.WORKS)),
        (Standing(State.FAILING, 2, TODAY - DAY), UNKNOWN, Standing(State.FAILING, 2, TODAY - DAY)),
    ],
)
def test_a_link_to_another_site_is_broken_on_the_third_day(
    before: Standing, answer: Answer, after: Standing
) -> None:
    assert standing_after(before, answer, TODAY, is_ours=False) == after


def test_the_portal_itself_is_believed_at_once() -> None:
    assert standing_after(Standing(), GONE, TODAY, is_ours=True) == Standing(State.BROKEN, 1, TODAY)


@pytest.mark.parametrize(
    ("standing", "answer", "is_ours", "days"),
    [
        (Standing(State.WORKS), FINE, False, 7),
        (Standing(State.WORKS), FINE, True, 1),
        (Standing(State.MOVED), MOVED, False, 7),
        (Standing(State.REFUSES), REFUSES, False, 14),
        (Standing(State.FAILING, 2, TODAY), GONE, False, 1),
        (Standing(State.BROKEN, 3, TODAY), GONE, False, 3),
        (Standing(State.BROKEN, 40, TODAY), GONE, False, 14),
        (Standing(State.AWAY, 5, TODAY), AWAY, False, 5),
        (Standing(State.WORKS), UNKNOWN, False, 1),
    ],
)
def test_when_a_link_is_looked_at_again(standing: Standing, answer: Answer, is_ours: bool, days: int) -> None:
    assert next_check(standing, answer, NOW, is_ours=is_ours) == NOW + days * DAY


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104  an address to refuse
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_asked(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_links_of_one_host_stand_as_far_apart_as_can_be() -> None:
    links = [
        Link(address=f"https://{host}/{n}", host=host) for host, n in (("a", 1), ("a", 2), ("a", 3), ("b", 1))
    ]

    assert [link.address for link in interleaved(links)] == [
        "https://a/1",
        "https://b/1",
        "https://a/2",
        "https://a/3",
    ]


@pytest.mark.parametrize(
    ("until", "why", "refusal"),
    [
        (TODAY + DAY, " ", "Say why the link is fine as it is."),
        (TODAY, "Seen", "Give a day that is still to come."),
        (TODAY + DAY, "Seen", None),
        (TODAY + 366 * DAY, "Seen", None),
        (TODAY + 367 * DAY, "Seen", "Give a day within a year, so that somebody looks at it again."),
    ],
)
def test_a_link_is_left_for_a_reason_and_for_a_year_at_most(
    until: date, why: str, refusal: str | None
) -> None:
    assert refusal_to_leave(until, why, TODAY) == refusal
