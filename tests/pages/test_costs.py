"""What pages cost: the same number of queries for three things on them and for twelve."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page

from tests.pages.factories import (
    make_article,
    make_blog,
    make_briefing,
    make_briefings,
    make_case_studies,
    make_case_study,
    make_document,
    make_download,
    make_downloads,
    make_explainer,
    make_guidance_for,
    make_hub,
    make_listing,
    make_post,
    make_resource_list,
    make_resources,
    make_timeline,
    make_tips,
    make_toolkit,
    resource_link,
    step,
    version,
)


def texts(count: int) -> list[dict[str, Any]]:
    return [{"type": "text", "value": f"<h2>Part {number}</h2><p>Words.</p>"} for number in range(count)]


def downloads(count: int) -> list[dict[str, Any]]:
    documents = [
        get_document_model().objects.create(
            title=f"Form {number}", file=SimpleUploadedFile(f"form{number}.csv", b"a,b")
        )
        for number in range(count)
    ]
    return [
        {"type": "download", "value": {"document": item.pk, "title": item.title, "description": ""}}
        for item in documents
    ]


def links(count: int, home: Page) -> str:
    """Links to as many pages of the portal."""
    listing = make_listing(home, title="Linked", slug="linked")
    pages = [make_article(listing) for _ in range(count)]
    return "".join(f'<p><a linktype="page" id="{page.pk}">{page.title}</a></p>' for page in pages)


def pictures(count: int) -> list[dict[str, Any]]:
    images = [
        get_image_model().objects.create(title=f"Map {number}", file=get_test_image_file(f"map{number}.png"))
        for number in range(count)
    ]
    return [
        {"type": "image", "value": {"image": image.pk, "alt_text": "A map", "caption": ""}}
        for image in images
    ]


def listing_page(count: int, home: Page) -> Page:
    listing = make_listing(home)
    for number in range(count):
        (make_article, make_tips, make_toolkit)[number % 3](listing, title=f"Page {number}")
    return listing


def case_study_index(count: int, home: Page) -> Page:
    index = make_case_studies(home)
    for _ in range(count):
        make_case_study(index, themes=("access", "digital"), roles=("pharmacist",))
    return index


def case_study(count: int, home: Page) -> Page:
    themes = tuple(f"theme-{number}" for number in range(count))
    roles = tuple(f"role-{number}" for number in range(count))
    return make_case_study(make_case_studies(home), themes=themes, roles=roles, body=texts(count))


def tips(count: int, home: Page) -> Page:
    raw = [
        {"type": "tip", "value": {"heading": f"Tip {number}", "text": "<p>Go.</p>"}}
        for number in range(count)
    ]
    return make_tips(make_listing(home), tips=raw)


def toolkit(count: int, home: Page) -> Page:
    items = [{"text": f"Step {number}", "help": "Why."} for number in range(count)]
    return make_toolkit(
        make_listing(home),
        checklist=[{"type": "group", "value": {"heading": "Money", "items": items}}],
        templates_to_download=downloads(count),
    )


def hub(count: int, home: Page) -> Page:
    parts = [
        {"type": "part", "value": {"title": f"Part {number}", "body": texts(1)}} for number in range(count)
    ]
    return make_hub(home, in_brief=parts, downloads=downloads(count))


def article(count: int, home: Page) -> Page:
    return make_article(make_listing(home), body=texts(count))


def article_with_links(count: int, home: Page) -> Page:
    return make_article(make_listing(home), body=[{"type": "text", "value": links(count, home)}])


def article_with_a_link_in_each_text(count: int, home: Page) -> Page:
    listing = make_listing(home, title="Linked", slug="linked")
    pages = [make_article(listing) for _ in range(count)]
    return make_article(
        make_listing(home),
        body=[{"type": "text", "value": f'<p><a linktype="page" id="{page.pk}">x</a></p>'} for page in pages],
    )


def article_with_pictures(count: int, home: Page) -> Page:
    return make_article(make_listing(home), body=pictures(count))


def home_page(count: int, home: Page) -> Page:
    for number in range(count):
        make_listing(home, title=f"Part {number}", slug=f"part-{number}", show_in_menus=True)
    return home


def blog(count: int, home: Page) -> Page:
    index = make_blog(home)
    for number in range(count):
        make_post(index, authors=("Ada Love", f"Author {number}"), topics=("access", f"topic-{number}"))
    return index


def post(count: int, home: Page) -> Page:
    index = make_blog(home)
    topics = tuple(f"topic-{number}" for number in range(count))
    for _ in range(count):
        make_post(index, topics=topics)
    return make_post(
        index, authors=tuple(f"Author {number}" for number in range(count)), topics=topics, body=texts(count)
    )


def briefing_index(count: int, home: Page) -> Page:
    index = make_briefings(home)
    for number in range(count):
        make_briefing(index, readers=(("managers", "1"), (f"group-{number}", "2")), topics=("access",))
    return index


def briefing(count: int, home: Page) -> Page:
    chapters = [
        {"type": "chapter", "value": {"title": f"Chapter {number}", "body": texts(1)}}
        for number in range(count)
    ]
    return make_briefing(
        make_briefings(home),
        readers=tuple((f"group-{number}", "1, 2") for number in range(count)),
        topics=tuple(f"topic-{number}" for number in range(count)),
        chapters=chapters,
        pdf_id=downloads(1)[0]["value"]["document"],
    )


def download_index(count: int, home: Page) -> Page:
    index = make_downloads(home)
    for number in range(count):
        make_download(index, topics=("access", f"topic-{number}"), audiences=("managers",))
    return index


def download(count: int, home: Page) -> Page:
    versions = tuple(
        version(f"1.{number}", date(2026, 1, 1 + number), document=make_document(f"File {number}"))
        for number in range(count)
    )
    labels = tuple(f"label-{number}" for number in range(count))
    return make_download(make_downloads(home), versions=versions, topics=labels, audiences=labels)


def explainer(count: int, home: Page) -> Page:
    return make_explainer(make_listing(home), count=count)


def resource_index(count: int, home: Page) -> Page:
    index = make_resources(home)
    for _ in range(count):
        make_resource_list(index)
    return index


def resource_list(count: int, home: Page) -> Page:
    return make_resource_list(make_resources(home), links=[resource_link() for _ in range(count)])


def timeline(count: int, home: Page) -> Page:
    return make_timeline(home, [step(f"2026-03-{number:02}") for number in range(1, count + 1)])


def guidance_for_an_audience(count: int, home: Page) -> Page:
    index = make_briefings(home)
    for _ in range(count):
        make_briefing(index, readers=(("managers", "1"),))
    return make_guidance_for(home)


@pytest.mark.parametrize("count", [3, 12])
@pytest.mark.parametrize(
    ("make", "queries"),
    [
        (home_page, 2),
        (listing_page, 6),
        (case_study_index, 5),
        (case_study, 4),
        (tips, 2),
        (toolkit, 3),
        (hub, 2),
        (article, 2),
        (article_with_links, 2),
        (article_with_pictures, 3),
        (blog, 5),
        (post, 5),
        (briefing_index, 5),
        (briefing, 5),
        (download_index, 5),
        (download, 5),
        (explainer, 2),
        (resource_index, 3),
        (resource_list, 3),
        (timeline, 1),
        (guidance_for_an_audience, 4),
    ],
)
def test_page_takes_the_same_queries_however_much_is_on_it(
    client: Client,
    home: Page,
    django_assert_num_queries: Callable,
    django_capture_on_commit_callbacks: Callable,
    make: Callable[[int, Page], Page],
    queries: int,
    count: int,
) -> None:
    address = make(count, home).url
    with django_capture_on_commit_callbacks(execute=True):
        client.get(address)  # fills what is kept in the process: the site, the menu, renditions

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("count", [3, 12])
def test_texts_with_links_to_pages_take_the_same_queries_however_many_they_are(
    client: Client, home: Page, django_assert_num_queries: Callable, count: int
) -> None:
    address = article_with_a_link_in_each_text(count, home).url
    client.get(address)

    with django_assert_num_queries(2):
        assert client.get(address).status_code == 200


def test_link_follows_its_page_at_once(client: Client, home: Page) -> None:
    article = article_with_a_link_in_each_text(1, home)
    client.get(article.url)
    target = Page.objects.get(pk=re.search(r'id="(\d+)"', str(article.body.raw_data[0]["value"]))[1]).specific

    target.slug = "elsewhere"
    target.save_revision().publish()

    assert f'href="{target.get_parent().url}elsewhere/"' in client.get(article.url).content.decode()
