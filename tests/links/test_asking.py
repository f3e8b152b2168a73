"""How servers are asked, against a real one on this machine: politely, within limits, and never one that is not public."""

import socket
import threading
import time

import pytest
from pytest_django import Settings

from portal.links import fetching
from portal.links.asking import Visitor
from portal.links.rules import Answer, Kind
from tests.links.site import Site


def test_head_is_enough_and_says_who_asks(site: Site, settings: Settings) -> None:
    settings.BASE_URL = "https://portal.example.org"
    address = site.answers("/page")

    assert Visitor().ask(address) == Answer(Kind.FINE, "200 OK")
    assert site.requests == [("HEAD", "/page")]
    assert {agent for _, _, agent in site.asked} == {
        "NetworkDirectorsPortalLinkCheck/1.0 (+https://portal.example.org)"
    }


def test_a_server_that_does_not_know_head_is_asked_with_get(site: Site) -> None:
    address = site.answers("/page", 206)
    site.no_head.add("/page")

    assert Visitor().ask(address) == Answer(Kind.FINE, "206 Partial Content")
    assert site.requests == [("HEAD", "/page"), ("GET", "/page")]


@pytest.mark.parametrize(
    ("status", "answer", "requests"),
    [
        (403, Answer(Kind.REFUSES, "403 Forbidden"), 2),
        (404, Answer(Kind.GONE, "404 Not Found"), 2),
        (410, Answer(Kind.GONE, "410 Gone"), 2),
        (429, Answer(Kind.REFUSES, "429 Too Many Requests"), 1),
        (503, Answer(Kind.AWAY, "503 Service Unavailable"), 2),
        (799, Answer(Kind.AWAY, "799 an answer that is not known"), 2),
    ],
)
def test_what_a_server_says_is_told_apart(site: Site, status: int, answer: Answer, requests: int) -> None:
    assert Visitor().ask(site.answers("/page", status)) == answer
    assert len(site.requests) == requests


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 302), False)]
)
def test_only_what_has_moved_for_good_is_told_as_moved(
    site: Site, statuses: tuple[int, ...], moved: bool
) -> None:
    for number, status in enumerate(statuses):
        site.answers(f"/{number}", status, Location=f"/{number + 1}")
    last = site.answers(f"/{len(statuses)}")

    assert Visitor().ask(f"{site.address}/0") == Answer(Kind.FINE, "200 OK", last if moved else "")


def test_what_has_moved_to_nowhere_is_gone(site: Site) -> None:
    assert Visitor().ask(site.answers("/0", 301, Location="/nowhere")) == Answer(Kind.GONE, "404 Not Found")


@pytest.mark.parametrize(
    "target", ["ftp://example.org/", "javascript:alert(1)", "http://[", "mailto:a@example.org"]
)
def test_a_redirect_to_what_is_no_address_of_the_web_is_not_followed(site: Site, target: str) -> None:
    answer = Visitor().ask(site.answers("/0", 302, Location=target))

    assert answer == Answer(Kind.AWAY, "It leads on to an address that is none.")


def test_redirects_come_to_an_end(site: Site) -> None:
    answer = Visitor().ask(site.answers("/round", 302, Location="/round"))

    assert answer == Answer(Kind.AWAY, "It leads on from one address to the next without an end.")
    assert len(site.requests) == 6


def test_robots_txt_is_read_once_and_respected(site: Site) -> None:
    site.answers("/robots.txt", content=b"User-agent: *\nDisallow: /private/\n")
    private, public = site.answers("/private/page"), site.answers("/public")
    visitor = Visitor()

    assert visitor.ask(private) == Answer(Kind.REFUSES, "Its robots.txt asks programs to stay away.")
    assert visitor.ask(public).kind == Kind.FINE
    assert [path for _, path, _ in site.asked] == ["/robots.txt", "/public"]


@pytest.mark.parametrize(("status", "kind"), [(404, Kind.FINE), (403, Kind.FINE), (500, Kind.REFUSES)])
def test_a_robots_txt_that_cannot_be_read_forbids_all_and_one_that_is_not_there_nothing(
    site: Site, status: int, kind: Kind
) -> None:
    site.answers("/robots.txt", status)

    assert Visitor().ask(site.answers("/page")).kind == kind


def test_a_redirect_leads_past_no_robots_txt(site: Site) -> None:
    site.answers("/robots.txt", content=b"User-agent: *\nDisallow: /private/\n")
    site.answers("/private/page")

    answer = Visitor().ask(site.answers("/open", 302, Location="/private/page"))

    assert answer.kind == Kind.REFUSES
    assert site.requests == [("HEAD", "/open")]


def test_a_huge_robots_txt_is_read_up_to_a_limit(site: Site) -> None:
    site.answers("/robots.txt", content=b"#" * fetching.LARGEST + b"\nUser-agent: *\nDisallow: /\n")

    assert Visitor().ask(site.answers("/page")).kind == Kind.FINE


def test_a_server_has_a_rest_between_two_requests(site: Site, settings: Settings) -> None:
    settings.LINK_CHECK_PAUSE = 0.2
    visitor = Visitor()

    for number in range(2):
        visitor.ask(site.answers(f"/{number}"))

    rests = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert len(rests) == 2  # robots.txt, and two pages
    assert all(rest >= 0.19 for rest in rests)


def test_a_server_that_wants_a_longer_rest_gets_it(site: Site) -> None:
    site.answers("/robots.txt", content=b"User-agent: *\nCrawl-delay: 1\n")

    Visitor().ask(site.answers("/page"))

    assert site.times[1] - site.times[0] >= 0.99


def test_a_server_of_this_machine_is_never_asked(site: Site, settings: Settings) -> None:
    settings.LINK_CHECK_LOCAL = False
    address = site.answers("/page")

    for asked in (address, address.replace("127.0.0.1", "localhost"), "http://0x7f000001/", "http://[::1]/"):
        assert Visitor().ask(asked) == Answer(
            Kind.REFUSES, "It is not an address of the public internet, so it was not asked."
        )
    assert site.asked == []


def test_a_name_that_nobody_has_is_gone_and_a_network_that_is_away_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one thing outside the machine that is made up here: what the name servers say."""
    for code, kind in ((socket.EAI_NONAME, Kind.GONE), (socket.EAI_AGAIN, Kind.UNKNOWN)):

        def look_up(*args: object, error: int = code, **kwargs: object) -> None:
            raise socket.gaierror(error, "no")

        monkeypatch.setattr(fetching.socket, "getaddrinfo", look_up)

        assert Visitor().ask("https://nobody.example/").kind == kind


def test_a_name_that_stands_for_a_public_and_a_private_address_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(0, 0, 0, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_, **__: found)

    assert Visitor().ask("https://both.example/").kind == Kind.REFUSES


def test_a_server_that_is_not_there_or_speaks_something_else_is_away(settings: Settings) -> None:
    settings.LINK_CHECK_LOCAL, settings.LINK_CHECK_PAUSE = True, 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def talk_nonsense() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example.org ESMTP\r\n")

        thread = threading.Thread(target=talk_nonsense, daemon=True)
        thread.start()
        nonsense = Visitor().ask(f"http://127.0.0.1:{port}/")
        thread.join()
    nobody = Visitor().ask(f"http://127.0.0.1:{port}/")

    assert (nonsense, nobody) == (
        Answer(Kind.AWAY, "No connection could be made, or it broke off."),
        Answer(Kind.AWAY, "No connection could be made, or it broke off."),
    )


def test_a_server_that_never_comes_to_an_end_is_cut_off(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINK_CHECK_LOCAL, settings.LINK_CHECK_PAUSE = True, 0
    monkeypatch.setattr(fetching, "SECONDS_IN_ALL", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(100):
                        connection.sendall(b"X: y\r\n")
                        time.sleep(0.1)
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        begun = time.monotonic()
        answer = Visitor().ask(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        took = time.monotonic() - begun
        thread.join()

    assert answer.kind == Kind.AWAY
    assert took < 5
