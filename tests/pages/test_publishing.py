"""What has nothing to read can be kept as a draft, and is not published."""

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from tests.factories import make_staff, sign_in
from tests.pages.factories import make_article, make_blog, make_information, make_listing, make_post

pytestmark = pytest.mark.django_db

WORDS = streamfield([("text", rich_text("<p>Something to read.</p>"))])
NOTHING = streamfield([])


@pytest.fixture(params=["article", "post", "information"])
def draft(request: Any, home: Page) -> Page:
    """A page that has not been published."""
    page = {
        "article": lambda: make_article(make_listing(home)),
        "post": lambda: make_post(make_blog(home)),
        "information": lambda: make_information(home),
    }[request.param]()
    page.unpublish()
    return page


def send(editor: Client, page: Page, body: dict[str, Any], *, publish: bool) -> str:
    values = {
        "title": "A title alone",
        "slug": page.slug,
        "summary": "",
        "body": body,
        "comments": inline_formset([]),
    }
    dates = {"published_on": "2026-03-01", "reviewed_on": "2026-03-01"}
    form = nested_form_data({**values, **dates, **({"action-publish": "1"} if publish else {})})
    return editor.post(f"/admin/pages/{page.pk}/edit/", form, follow=True).content.decode()


def test_a_title_alone_can_be_saved_and_is_published_once_there_is_something_to_read(draft: Page) -> None:
    editor = sign_in(make_staff("Editor"), second_factor=True)

    assert "saved" in send(editor, draft, NOTHING, publish=False)
    refused = send(editor, draft, NOTHING, publish=True)
    assert "This field is required." in refused
    draft.refresh_from_db()
    assert not draft.live

    send(editor, draft, WORDS, publish=True)
    draft.refresh_from_db()
    assert draft.live
