"""Who gets in where: every address of ours, every kind of reader, and the status that each is answered with.

`ANSWERS` has one row for each URL pattern of ours, and one for each package whose addresses are included as a whole.
A pattern without a row fails the last test: nobody adds an address without saying who may use it.
"""

from collections.abc import Iterator

import pytest
from allauth import urls as allauth_urls
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from tests.factories import make_staff, make_user, sign_in

READERS = (
    "anonymous",
    "signed in",
    "editor",
    "publisher",
    "administrator",
    "administrator without second factor",
)
PACKAGES = {
    "allauth": allauth_urls.urlpatterns,
    "wagtail": wagtail_urls.urlpatterns,
    "wagtail admin": wagtailadmin_urls.urlpatterns,
    "wagtail documents": wagtaildocs_urls.urlpatterns,
}
SHA256 = "0" * 64

# pattern, or package: (an address that it answers, the status of a GET for each of READERS)
ANSWERS: dict[str, tuple[str, tuple[int, int, int, int, int, int]]] = {
    "healthz": ("/healthz", (200, 200, 200, 200, 200, 200)),
    "readyz": ("/readyz", (503, 503, 503, 503, 503, 503)),  # no worker runs beside the tests
    "dev/mail/": ("/dev/mail/", (404, 404, 404, 404, 404, 404)),
    "dev/mail/<str:name>/": ("/dev/mail/x/", (404, 404, 404, 404, 404, 404)),
    "dev/mail/<str:name>/html/": ("/dev/mail/x/html/", (404, 404, 404, 404, 404, 404)),
    "accounts/profile/": ("/accounts/profile/", (302, 200, 200, 200, 200, 200)),
    "accounts/profile/name/": ("/accounts/profile/name/", (302, 200, 200, 200, 200, 200)),
    "accounts/profile/appointments/add/": (
        "/accounts/profile/appointments/add/",
        (302, 200, 200, 200, 200, 200),
    ),
    "accounts/profile/appointments/<int:pk>/end/": (
        "/accounts/profile/appointments/999999/end/",
        (302, 404, 404, 404, 404, 404),
    ),
    "accounts/email/<int:pk>/kind/": ("/accounts/email/999999/kind/", (302, 404, 404, 404, 404, 404)),
    "accounts/confirm-email/<str:key>/": ("/accounts/confirm-email/x/", (200, 200, 200, 200, 200, 200)),
    "accounts/second-factor/": ("/accounts/second-factor/", (302, 200, 200, 200, 200, 200)),
    "invitation/<str:token>/": ("/invitation/x/", (404, 404, 404, 404, 404, 404)),
    "admin/login/": ("/admin/login/", (302, 302, 302, 302, 302, 302)),
    "admin/logout/": ("/admin/logout/", (302, 200, 200, 200, 200, 200)),
    "admin/password_reset/": ("/admin/password_reset/", (302, 302, 302, 302, 302, 302)),
    "admin/password_reset/<path:rest>": ("/admin/password_reset/x/", (302, 302, 302, 302, 302, 302)),
    "admin/users/new/": ("/admin/users/new/", (302, 403, 302, 302, 302, 302)),
    "_util/login/": ("/_util/login/", (302, 302, 302, 302, 302, 302)),
    "allauth": ("/accounts/email/", (302, 200, 200, 200, 200, 200)),
    "wagtail admin": ("/admin/", (302, 403, 200, 200, 200, 302)),
    "wagtail documents": ("/documents/999999/nothing.pdf", (404, 404, 404, 404, 404, 404)),
    r"^((?:[\w-]+/)+\d{1,4}\.\d{1,4}/(?:[\w-]+/)*)$": ("/handbook/1.0/", (404, 404, 404, 404, 404, 404)),
    "wagtail": ("/", (200, 200, 200, 200, 200, 200)),
    "handbook-assets/<sha256:sha256>/<str:name>": (
        f"/handbook-assets/{SHA256}/x.png",
        (404, 404, 404, 404, 404, 404),
    ),
    "media/<path:path>": ("/media/images/nothing.png", (404, 404, 404, 404, 404, 404)),
    "robots.txt": ("/robots.txt", (200, 200, 200, 200, 200, 200)),
    "sitemap.xml": ("/sitemap.xml", (200, 200, 200, 200, 200, 200)),
    "sitemap-<slug:section>.xml": ("/sitemap-pages.xml", (200, 200, 200, 200, 200, 200)),
}


@pytest.fixture
def clients(db: None) -> dict[str, Client]:
    """A browser for each kind of reader."""
    return {
        "anonymous": Client(),
        "signed in": sign_in(make_user()),
        "editor": sign_in(make_staff("Editor"), second_factor=True),
        "publisher": sign_in(make_staff("Publisher"), second_factor=True),
        "administrator": sign_in(make_staff("Administrator"), second_factor=True),
        "administrator without second factor": sign_in(make_staff("Administrator")),
    }


@pytest.mark.parametrize("pattern", ANSWERS)
def test_each_reader_gets_the_status_of_the_table(clients: dict[str, Client], pattern: str) -> None:
    address, expected = ANSWERS[pattern]

    assert {reader: client.get(address).status_code for reader, client in clients.items()} == dict(
        zip(READERS, expected, strict=True)
    )


def test_every_pattern_has_a_row_and_every_row_a_pattern() -> None:
    assert sorted(ANSWERS) == sorted(set(patterns(get_resolver().url_patterns)))


def patterns(members: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    """The routes of our own patterns, and the names of the packages that are included whole."""
    for member in members:
        route = prefix + str(member.pattern)
        if isinstance(member, URLPattern):
            yield route
        elif package := package_of(member):
            yield package
        else:
            yield from patterns(member.url_patterns, route)


def package_of(resolver: URLResolver) -> str | None:
    return next((name for name, included in PACKAGES.items() if resolver.url_patterns is included), None)
