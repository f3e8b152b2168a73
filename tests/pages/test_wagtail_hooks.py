"""What editors meet in the admin."""

import re

import pytest
from django.test import Client
from pytest_django import Settings
from wagtail.models import Page

from tests.factories import make_user
from tests.pages.factories import (
    make_blog,
    make_briefings,
    make_case_studies,
    make_hub,
    make_listing,
    make_resources,
)


@pytest.fixture
def admin(client: Client, settings: Settings, db: None) -> Client:
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_first_page_says_where_to_begin(admin: Client, home: Page) -> None:
    listing = make_listing(home)

    html = admin.get("/admin/").content.decode()

    panel = re.search(r'aria-labelledby="where-to-begin">(.*?)</section>', html, re.DOTALL).group(1)
    assert re.findall(r'<a href="(.*?)">(.*?)</a>', panel) == [
        (f"/admin/pages/{home.pk}/", "Home"),
        (f"/admin/pages/{listing.pk}/", "Guidance"),
    ]


@pytest.mark.parametrize(
    ("parent", "kind"),
    [
        ("home", "hubpage"),
        ("home", "listingpage"),
        ("home", "casestudyindexpage"),
        ("home", "blogindexpage"),
        ("home", "briefingindexpage"),
        ("home", "resourceindexpage"),
        ("home", "timelinepage"),
        ("listing", "audiencepage"),
        ("blog", "blogpostpage"),
        ("briefings", "briefingpage"),
        ("resources", "resourcelistpage"),
        ("hub", "articlepage"),
        ("listing", "toptipspage"),
        ("listing", "toolkitpage"),
        ("index", "casestudypage"),
    ],
)
def test_form_of_every_page_type_opens(admin: Client, home: Page, parent: str, kind: str) -> None:
    parents = {"home": home, "hub": make_hub(home), "listing": make_listing(home)}
    indexes = {
        "index": make_case_studies,
        "blog": make_blog,
        "briefings": make_briefings,
        "resources": make_resources,
    }
    if parent in indexes:
        parents[parent] = indexes[parent](home)

    response = admin.get(f"/admin/pages/add/pages/{kind}/{parents[parent].pk}/")

    assert (response.status_code, response.context["form"].is_bound) == (200, False)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/snippets/pages/theme/",
        "/admin/snippets/pages/staffrole/add/",
        "/admin/snippets/pages/author/add/",
    ],
)
def test_labels_have_pages_of_their_own(admin: Client, home: Page, address: str) -> None:
    assert admin.get(address).status_code == 200


def test_names_at_the_head_of_every_page_can_be_changed(admin: Client, home: Page) -> None:
    before = admin.get("/").context["service_name"]
    form = admin.get("/admin/settings/pages/organisation/", follow=True)
    admin.post(form.request["PATH_INFO"], {"name": "The Directors", "service_name": "Our portal"})

    after = admin.get("/").context

    assert (before, after["organisation"], after["service_name"]) == (
        "Network directors portal",
        "The Directors",
        "Our portal",
    )
