"""Pictures, robots, the sitemap and the pages of errors."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.test import Client
from wagtail.models import Page

from tests.pages.factories import make_article, make_listing


@pytest.fixture
def files(db: None) -> None:
    for name in (
        "images/hill.width-1200.png",
        "images/evil.html",
        "images/evil.svg",
        "original_images/hill.png",
        "documents/secret.pdf",
        "documents/secret.png",
    ):
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(b"content"))


def test_rendition_is_served_to_anyone_for_ever(client: Client, files: None) -> None:
    response = client.get("/media/images/hill.width-1200.png")

    assert (response.status_code, b"".join(response.streaming_content)) == (200, b"content")
    assert {name: response[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")} == {
        "Content-Type": "image/png",
        "Cache-Control": "public, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize(
    "path",
    [
        "images/missing.png",
        "images/evil.html",
        "images/evil.svg",
        "images/",
        "images",
        "original_images/hill.png",
        "documents/secret.pdf",
        "documents/secret.png",
        "images/../documents/secret.png",
        "images/%2e%2e/documents/secret.png",
        "images/..%2fdocuments%2fsecret.png",
        "images/..\\documents\\secret.png",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "images/" + "x" * 1_000 + ".png",
    ],
)
def test_everything_else_in_the_media_folder_is_refused(client: Client, files: None, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


def test_robots_are_kept_from_what_is_not_for_them(client: Client, home: Page) -> None:
    response = client.get("/robots.txt")

    assert (response["Content-Type"], response.content.decode()) == (
        "text/plain; charset=utf-8",
        "User-agent: *\nDisallow: /admin/\nDisallow: /accounts/\nDisallow: /forum/\nAllow: /forum/*/about/\n\nSitemap: http://testserver/sitemap.xml\n",
    )


def test_sitemap_lists_published_pages(client: Client, home: Page) -> None:
    listing = make_listing(home)
    make_article(listing, slug="pay")
    make_article(listing, slug="draft").unpublish()

    index = client.get("/sitemap.xml").content.decode()
    pages = client.get("/sitemap-pages.xml").content.decode()

    assert re.findall("<loc>[^<]*?(/[^</]*)</loc>", index) == [
        "/sitemap-pages.xml",
        "/sitemap-networks.xml",
    ]
    assert [re.sub(r"^https?://[^/]+", "", loc) for loc in re.findall("<loc>(.*?)</loc>", pages)] == [
        "/",
        "/guidance/",
        "/guidance/pay/",
    ]


@pytest.mark.parametrize(
    ("template", "heading"),
    [
        ("400.html", "There is a problem with this address"),
        ("403.html", "You cannot see this page"),
        ("404.html", "Page not found"),
        ("500.html", "Sorry, there is a problem with the portal"),
    ],
)
def test_page_of_an_error_needs_neither_database_nor_context(template: str, heading: str) -> None:
    assert re.findall("<h1[^>]*>(.*?)</h1>", render_to_string(template)) == [heading]


def test_missing_page_has_the_menu(client: Client, home: Page) -> None:
    make_listing(home, show_in_menus=True)

    response = client.get("/nowhere/")

    assert (response.status_code, [item["title"] for item in response.context["navigation"]]) == (
        404,
        ["Guidance", "Forum"],
    )
