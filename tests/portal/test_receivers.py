"""Which changes make the kept pages void, and which do not."""

from collections.abc import Callable

import pytest
from django.db.models import Model
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from portal.models import Heartbeat, PageChange
from portal.receivers import is_shown
from tests.factories import make_user


def publish(home: Page) -> None:
    home.save_revision().publish()


def unpublish(home: Page) -> None:
    home.unpublish()


def save_draft(home: Page) -> None:
    home.title = "A draft"
    home.save_revision()


def restrict(home: Page) -> None:
    PageViewRestriction.objects.create(page=home, restriction_type="login")


def delete_child(home: Page) -> None:
    home.get_children().get().delete()


def move_child(home: Page) -> None:
    home.get_children().get().move(Page.get_first_root_node(), pos="last-child")


def redirect(home: Page) -> None:
    Redirect.objects.create(old_path="/old", redirect_page=home)


def rename_site(home: Page) -> None:
    site = Site.objects.get(is_default_site=True)
    site.site_name = "Another name"
    site.save()


def make_person(home: Page) -> None:
    make_user()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (publish, True),
        (unpublish, True),
        (restrict, True),
        (delete_child, True),
        (move_child, True),
        (redirect, True),
        (rename_site, True),
        (save_draft, False),
        (make_person, False),
    ],
)
def test_change_makes_kept_pages_void_only_if_readers_see_it(
    home: Page, change: Callable[[Page], None], expected: bool
) -> None:
    home.add_child(instance=Page(title="A child", slug="a-child"))
    PageChange.objects.all().delete()

    change(home)

    assert PageChange.objects.exists() is expected


@pytest.mark.parametrize(("model", "expected"), [(Page, True), (Redirect, True), (Heartbeat, False)])
def test_is_shown_tells_models_that_readers_see(model: type[Model], expected: bool) -> None:
    assert is_shown(model) is expected
