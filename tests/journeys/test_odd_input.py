"""What no browser sends and every scanner does: none of it may end in an error of ours."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tests.factories import make_home, make_staff, sign_in
from tests.handbook.working_copy import add_section, make_handbook, publish
from tests.members.factories import TOKEN, make_invitation
from tests.pages.factories import (
    make_article,
    make_case_studies,
    make_case_study,
    make_hub,
    make_listing,
    make_tips,
    make_toolkit,
)

LONG = "x" * 10_000
SHA256 = "0" * 64
KEY = "0f5a1c3e-7b2d-4c1e-9a8b-1d2e3f4a5b6c"
ADDRESSES = [
    "/",
    "/guidance/",
    "/guidance/pay/",
    "/guidance/tips/",
    "/guidance/kit/",
    "/case-studies/",
    "/case-studies/visits/",
    "/essentials/",
    "/handbook/",
    "/handbook/whole/",
    "/handbook/amendments/",
    "/handbook/editions/",
    "/handbook/quorum/",
    "/handbook/1.0/",
    "/handbook/1.0/whole/",
    "/handbook/1.0/quorum/",
    "/handbook/1.0/pdf/",
    "/handbook/1.0/page/1/",
    "/handbook/compare/",
    "/handbook/compare/1.0/1.0/",
    "/handbook/compare/1.0/1.0/quorum/",
    "/handbook/as-at/",
    "/handbook/as-at/2126-01-01/",
    "/handbook/as-at/2126-01-01/whole/",
    "/handbook/as-at/2126-01-01/quorum/",
    "/handbook/search/",
    "/handbook/amendments/feed/",
    "/handbook/api/",
    "/handbook/api/editions/",
    "/handbook/api/editions/1.0/",
    "/handbook/api/editions/1.0/sections/quorum/",
    "/handbook/api/amendments/",
    f"/handbook-read/1/{KEY}/",
    f"/handbook-feedback/1/{KEY}/",
    f"/handbook-feedback/1/{KEY}/thanks/",
    f"/handbook-assets/{SHA256}/x.png",
    "/media/images/x.png",
    "/documents/1/x.pdf",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemap-pages.xml",
    "/healthz",
    "/dev/mail/",
    "/dev/mail/x/",
    "/dev/mail/x/html/",
    f"/invitation/{TOKEN}/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/key/1-set-password/",
    "/accounts/confirm-email/x/",
    "/accounts/following/",
    "/follow/",
    "/follow/stop/x/",
    "/search/saved/",
    "/search/saved/add/",
    "/search/saved/1/",
    "/search/saved/1/delete/",
    "/accounts/profile/",
    "/accounts/profile/name/",
    "/accounts/profile/appointments/add/",
    "/accounts/profile/appointments/1/end/",
    "/accounts/profile/appointments/1/directory/",
    "/networks/",
    "/networks/U12345/",
    "/sitemap-networks.xml",
    "/terms/",
    "/terms/code-of-conduct/",
    "/terms/code-of-conduct/accept/",
    "/accounts/email/",
    "/accounts/email/1/kind/",
    "/accounts/2fa/",
    "/accounts/second-factor/",
    "/accounts/sessions/",
    "/admin/login/",
    "/admin/password_reset/x/",
    "/_util/login/",
    "/admin/",
    "/admin/handbook-editions/",
    "/admin/members/network/",
    "/admin/audit-log/",
    "/admin/terms/1/draft/",
]
# What stands in the place of a number, a name, a day or a hash.
ODD_PARTS = [
    "%00",  # NUL
    "a%00b",  # NUL in words
    "%ff%fe%c3%28",  # bytes that are no UTF-8
    "%ed%a0%80",  # a lone surrogate
    "a%0d%0aSet-Cookie:%20x=y",  # line break
    "..%2f..%2f..%2fetc%2fpasswd",  # dots
    "..%5c..%5cetc%5cpasswd",  # backslashes
    LONG,  # long
    "9" * 40,  # large number
    "-1",  # negative number
    quote("٣٤"),  # digits of another script
    quote("\N{FACE WITH TEARS OF JOY}" * 50),  # emoji
    "%",  # half an escape
    "%25s%25n{0}",  # format string
    quote("'\"`;--"),  # quotes
    quote("\u202eabc"),  # right to left
]
PATTERNS = [
    "/{}",
    "/{}/",
    "/guidance/{}/",
    "/case-studies/{}/",
    "/handbook/{}/",
    "/handbook/{}/quorum/",
    "/handbook/1.0/{}/",
    "/handbook/1.{}/",
    "/handbook/1.0/quorum/{}",
    "/handbook/1.0/page/{}/",
    "/handbook/1.0/pdf/{}/",
    "/handbook/compare/1.0/{}/",
    "/handbook/compare/1.0/1.0/{}/",
    "/handbook/as-at/{}/",
    "/handbook/api/editions/{}/",
    "/handbook-read/{}/",
    "/handbook-feedback/1/{}/",
    "/follow/stop/{}/",
    "/search/saved/{}/",
    "/search/saved/{}/delete/",
    "/handbook-assets/{}/x.png",
    "/handbook-assets/" + SHA256 + "/{}",
    "/media/{}",
    "/media/images/{}.png",
    "/documents/{}/x.pdf",
    "/documents/1/{}",
    "/sitemap-{}.xml",
    "/dev/mail/{}/",
    "/invitation/{}/",
    "/accounts/{}/",
    "/accounts/confirm-email/{}/",
    "/accounts/password/reset/key/{}/",
    "/accounts/password/reset/key/1-{}/",
    "/accounts/profile/appointments/{}/end/",
    "/accounts/profile/appointments/{}/directory/",
    "/networks/{}/",
    "/terms/{}/",
    "/terms/{}/accept/",
    "/terms/code-of-conduct/{}/",
    "/accounts/email/{}/kind/",
    "/admin/password_reset/{}",
    "/admin/handbook-editions/{}/",
    "/admin/handbook-editions/prepare/{}/",
    "/admin/handbook-editions/1/preview/{}/",
    "/admin/audit-log/{}/",
    "/admin/terms/{}/",
    "/admin/terms/{}/publish/",
    "/admin/members/network/edit/{}/",
    "/admin/appointments/{}/confirm/",
    "/admin/mail-templates/{}/",
    "/static/{}",
]
TAKING_POSTS = ("/accounts/", "/admin/", "/follow/", "/handbook-", "/invitation/", "/search/saved/")
PARAMETERS = [
    "page",
    "region",
    "theme",
    "themes",
    "role",
    "roles",
    "q",
    "next",
    "sort",
    "o",
    "p",
    "export",
    "login",
    "email",
    "utm_source",
    "edition",
    "date",
    "from",
    "to",
    "show",
    "chapter",
    "significance",
]
METHODS = ["PUT", "OPTIONS", "HEAD", "NONSENSE", "get", "X" * 1_000]
MORE_METHODS = ["PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"]  # answered as PUT and NONSENSE are
ODD_FIELDS = [
    {"login": "a\0b", "password": "a\0b"},
    {"login": LONG, "password": LONG},
    {"login": "\ud800".encode("utf-8", "surrogatepass"), "password": b"\xff\xfe"},
    {
        "email": "a\0b@example.org",
        "first_name": "\0",
        "last_name": "\0",
        "password1": "\0",
        "password2": "\0",
    },
    {"email": f"{LONG}@example.org", "first_name": LONG, "last_name": LONG, "password1": LONG},
    {"network": "9" * 40, "role": "\0", "starts_on": "9999-99-99", "ends_on": "\0"},
    {"network": "x", "role": LONG, "starts_on": LONG},
    {"key": "\0", "cadence": "\0", "next": "//elsewhere.example", "useful": "\0", "comment": "a\0b"},
    {"key": f"section:{LONG}", "cadence": LONG, "next": LONG, "useful": LONG, "comment": LONG},
    {"code": "\0", "kind": "\0", "action_add": "", "action_remove": "", "session": "9" * 40},
]
ODD_BODIES = [
    ("application/json", b"{"),
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"x"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="\0"\r\n\r\n\0'),
    ("application/x-www-form-urlencoded; charset=nonsense", b"login=x"),
    ("application/x-www-form-urlencoded", b"=&" * 2_000),
    ("\xff", b"\xff"),
]


@pytest.fixture(scope="module")
def shared() -> None:
    """A portal that has one page of each kind."""
    home = make_home()
    listing = make_listing(home)
    make_article(listing, title="Pay", slug="pay")
    make_tips(listing, title="Tips", slug="tips")
    make_toolkit(listing, title="Kit", slug="kit")
    make_case_study(make_case_studies(home), "Visits", slug="visits", themes=("access",), roles=("nurse",))
    make_hub(home)
    add_section(make_handbook(), "Quorum", "<p>Half of the practices.</p>")
    publish(home.get_children().get(slug="handbook").specific, "1.0")
    make_invitation()


READERS = ["anonymous", "administrator"]
Chosen = Callable[[int, int], bool]


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, settings: Any, db: None, shared: None) -> Client:
    """A reader of that portal. Errors are answered as they are on a real server."""
    settings.ACCOUNT_RATE_LIMITS = False
    if request.param == "anonymous":
        client = Client()
    else:
        client = sign_in(make_staff("Administrator"), second_factor=True)
    client.raise_request_exception = False
    return client


@pytest.fixture
def chosen(request: pytest.FixtureRequest, *, soak: bool) -> Chosen:
    """Whether two things, by their numbers, are tried with each other: a quarter of the pairs, with `soak` all of them.

    Each thing is tried, and each reader tries other pairs.
    """
    shift = 2 * READERS.index(request.node.callspec.params["reader"])
    return lambda one, other: soak or (one + other + shift) % 4 == 0


def failures(client: Client, requests: list[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Those of the requests (method, address) that end in an error of the server."""
    answers = [(method, address[:200], answer_of(client, method, address)) for method, address in requests]
    return [answer for answer in answers if answer[2] >= 500]


def answer_of(client: Client, method: str, address: str) -> int:
    path, _, query = address.partition("?")
    # As it stands: the test client would take "%" and what follows for its own.
    response = client.generic(method, path, QUERY_STRING=query)
    if response.streaming:
        response.close()
    return response.status_code


def test_every_ordinary_address_answers(reader: Client) -> None:
    assert failures(reader, [("GET", address) for address in ADDRESSES]) == []


def test_odd_part_of_an_address_is_no_error(reader: Client, chosen: Chosen) -> None:
    requests = [
        (method, pattern.replace("{}", part))
        for one, part in enumerate(ODD_PARTS)
        for other, pattern in enumerate(PATTERNS)
        if chosen(one, other)
        for method in (("GET", "POST") if pattern.startswith(TAKING_POSTS) else ("GET",))
    ]

    assert failures(reader, requests) == []


def test_odd_parameter_is_no_error(reader: Client, chosen: Chosen) -> None:
    addresses = ["/", "/guidance/", "/case-studies/", "/handbook/quorum/", "/accounts/login/", "/sitemap.xml"]
    addresses += [
        f"/handbook/{name}/"
        for name in ("search", "compare", "as-at", "amendments", "api/amendments", "1.0/quorum")
    ]
    addresses += ["/admin/login/", "/_util/login/", "/admin/users/"]
    addresses += [f"/admin/members/{model}/" for model in ("network", "appointment", "invitation", "mail")]
    values = ["", *ODD_PARTS, "0", "999999999", "last", "1.5", "1&{0}=2", "[]"]
    queries = ["&".join(f"{name}={value.replace('{0}', name)}" for name in PARAMETERS) for value in values]

    requests = [
        ("GET", f"{address}?{query}")
        for one, address in enumerate(addresses)
        for other, query in enumerate(queries)
        if chosen(one, other)
    ]

    assert failures(reader, requests) == []


def test_unknown_method_is_no_error(reader: Client, chosen: Chosen, *, soak: bool) -> None:
    methods = METHODS + MORE_METHODS if soak else METHODS
    requests = [
        (method, address)
        for one, method in enumerate(methods)
        for other, address in enumerate(ADDRESSES)
        if chosen(one, other)
    ]

    assert failures(reader, requests) == []


def posted(odd: list[Any], chosen: Chosen, *, soak: bool) -> Iterator[tuple[str, int, Any]]:
    """Odd things with each address: those chosen where posts are taken, one of them elsewhere; with `soak` all of them."""
    for number, address in enumerate(ADDRESSES):
        takes_more = soak or address.startswith(TAKING_POSTS)
        for index, one in enumerate(odd):
            if chosen(number, index) if takes_more else index == number % len(odd):
                yield address, index, one


def test_odd_field_is_no_error(reader: Client, chosen: Chosen, *, soak: bool) -> None:
    answers = [
        (address, number, reader.post(address, fields).status_code)
        for address, number, fields in posted(ODD_FIELDS, chosen, soak=soak)
    ]

    assert [answer for answer in answers if answer[2] >= 500] == []


def test_odd_body_is_no_error(reader: Client, chosen: Chosen, *, soak: bool) -> None:
    answers = [
        (address, kind, reader.generic("POST", address, body, content_type=kind).status_code)
        for address, _, (kind, body) in posted(ODD_BODIES, chosen, soak=soak)
    ]

    assert [answer for answer in answers if answer[2] >= 500] == []
