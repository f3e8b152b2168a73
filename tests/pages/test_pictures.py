"""No picture is published that is neither described nor marked as decoration: in the editor, from the explorer, in a workflow."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.blocks import StructBlockValidationError
from wagtail.images import get_image_model
from wagtail.images.models import AbstractImage
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, Workflow, WorkflowPage
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from portal.pages.blocks.prose import ImageBlock
from portal.pages.models import ArticlePage
from tests.factories import make_staff, sign_in
from tests.pages.factories import make_article, make_listing

pytestmark = pytest.mark.django_db

UNDECIDED = "“Map of the network” has no description. Say what it shows, or mark it as decoration."
BOTH = "“Map of the network” has a description and is marked as decoration. Take one of the two away."


@pytest.fixture
def image() -> AbstractImage:
    return get_image_model().objects.create(title="Map of the network", file=get_test_image_file())


@pytest.fixture
def page(home: Page, image: AbstractImage) -> ArticlePage:
    """A draft with a picture that is neither described nor marked, as old ones are."""
    page = make_article(make_listing(home), title="Maps", live=False)
    page.body = [{"type": "image", "value": {"image": image.pk, "alt_text": "", "caption": ""}}]
    page.save_revision()
    return page


def form(page: Page, image: AbstractImage, **value: str) -> dict[str, Any]:
    picture = {"image": image.pk, "alt_text": "", "caption": "", **value}
    return nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "summary": "",
            "published_on": "2026-03-01",
            "body": streamfield([("image", picture)]),
            "comments": inline_formset([]),
        }
    )


@pytest.mark.parametrize(
    ("alt_text", "decorative", "error"),
    [
        ("Six practices around a lake", False, None),
        ("", True, None),
        ("", False, UNDECIDED),
        ("   ", False, UNDECIDED),
        ("Six practices around a lake", True, BOTH),
    ],
)
def test_a_picture_is_described_or_marked_as_decoration(
    image: AbstractImage, alt_text: str, decorative: bool, error: str | None
) -> None:
    block = ImageBlock()
    value = block.to_python(
        {"image": image.pk, "alt_text": alt_text, "caption": "", "decorative": decorative}
    )
    found = None

    try:
        block.clean(value)
    except StructBlockValidationError as refused:
        found = refused.block_errors["alt_text"].message

    assert found == error


def test_what_is_stored_of_old_pictures_stays_as_it_is(image: AbstractImage) -> None:
    block = ImageBlock()
    old = {"image": image.pk, "alt_text": "", "caption": ""}
    marked = {**old, "decorative": True}

    assert [block.get_prep_value(block.to_python(value)) for value in (old, marked)] == [old, marked]


def test_the_editor_refuses_to_publish_it_and_names_it_and_keeps_drafts(
    page: ArticlePage, image: AbstractImage
) -> None:
    client = sign_in(make_staff("Publisher"), second_factor=True)
    address = f"/admin/pages/{page.pk}/edit/"

    refused = client.post(address, {**form(page, image), "action-publish": "1"})
    page.refresh_from_db()
    live = [page.live]
    draft = client.post(address, form(page, image))
    client.post(address, {**form(page, image, decorative="on"), "action-publish": "1"})
    page.refresh_from_db()

    assert UNDECIDED in refused.content.decode().replace("\\u201c", "“").replace("\\u201d", "”")
    assert (draft.status_code, [*live, page.live]) == (302, [False, True])


@pytest.mark.parametrize("from_above", [False, True])
def test_the_explorer_publishes_nothing_unfit(page: ArticlePage, from_above: bool) -> None:
    client = sign_in(make_staff("Publisher"), second_factor=True)
    chosen = page.get_parent().pk if from_above else page.pk
    fields = {"include_descendants": "on"} if from_above else {}

    answer = client.post(
        f"/admin/bulk/wagtailcore/page/publish/?id={chosen}&next=/admin/", fields, follow=True
    )

    page.refresh_from_db()
    assert page.live is False
    assert "Nothing was published. Open these pages and publish each to see what it needs: “Maps”." in (
        answer.content.decode()
    )


def test_the_explorer_publishes_what_is_fit(page: ArticlePage, image: AbstractImage) -> None:
    page.body = [{"type": "image", "value": {"image": image.pk, "alt_text": "A lake", "caption": ""}}]
    page.save_revision()
    client = sign_in(make_staff("Publisher"), second_factor=True)

    client.post(f"/admin/bulk/wagtailcore/page/publish/?id={page.pk}&next=/admin/")

    page.refresh_from_db()
    assert page.live is True


def test_nobody_approves_it_in_a_workflow(page: ArticlePage, home: Page) -> None:
    author, reviewer = make_staff("Editor"), make_staff("Clinical reviewer")
    workflow = Workflow.objects.get(name="Clinical review, then publishing")
    WorkflowPage.objects.create(page=home, workflow=workflow)
    page.get_workflow().start(page, author)
    state = page.current_workflow_state.current_task_state

    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, reviewer, "approve")
    state.refresh_from_db()

    assert state.status == "in_progress"
