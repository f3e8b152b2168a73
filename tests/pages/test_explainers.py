"""Explainers: figures with their sources, and animations that nobody has to see or hear."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.blocks import StructBlockValidationError
from wagtail.documents import get_document_model
from wagtail.models import Page

from portal.pages.blocks import AnimationBlock
from portal.pages.blocks.explaining import DRAWINGS
from search.sources.pages import text_of_page
from tests.pages import factories as make

KEYFRAMES = re.compile(r"(\d+(?:\.\d+)?)s")


def file(name: str) -> int:
    return get_document_model().objects.create(title=name, file=ContentFile(b"x", name=name)).pk


def refused(**fields: Any) -> dict[str, str]:
    """What the block complains of, by field; empty if nothing."""
    block = AnimationBlock()
    value = {**make.animation()["value"], **fields}
    try:
        block.clean(block.to_python(value))
    except StructBlockValidationError as error:
        return {name: str(found.messages[0]) for name, found in error.block_errors.items()}
    return {}


ONE = "Choose an animation, choose a film or give an address: one of the three."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {}),
        ({"drawing": ""}, {"drawing": ONE}),
        ({"address": "https://example.org/film"}, {"drawing": ONE}),
        ({"drawing": "", "address": "https://example.org/film"}, {}),
        (
            {"drawing": "", "address": "http://example.org/film"},
            {"address": "Give an address that begins with https:// or with /"},
        ),
        ({"transcript": ""}, {"transcript": "This field is required."}),
    ],
)
def test_an_animation_is_one_thing_and_has_a_transcript(
    fields: dict[str, str], expected: dict[str, str]
) -> None:
    assert refused(**fields) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("film", "captions", "expected"),
    [
        ("a.webm", "a.vtt", {}),
        ("a.mp4", "", {"captions": "A film needs captions, for people who cannot hear it."}),
        ("a.mp4", "a.txt", {"captions": "Choose a WebVTT file (.vtt), and the film that it belongs to."}),
        ("a.pdf", "a.vtt", {"film": "Choose a WebM or MP4 file."}),
    ],
)
def test_a_film_is_a_film_and_has_captions(film: str, captions: str, expected: dict[str, str]) -> None:
    found = refused(drawing="", film=file(film), captions=file(captions) if captions else None)

    assert found == expected


def test_a_film_is_played_with_its_captions_and_described(client: Client, home: Page) -> None:
    film = make.animation(drawing="", film=file("a.webm"), captions=file("a.vtt"))
    html = client.get(make.make_explainer(home, animation=[film]).url).content.decode()

    video = html.partition("<video")[2].partition("</video>")[0]
    assert re.search(r'<source src="/documents/\d+/a[^"]*\.webm" type="video/webm">', video)
    assert re.search(r'<track kind="captions" src="/documents/\d+/a[^"]*\.vtt" srclang="en-GB"', video)
    described = json.loads(re.search(r"ld\+json\">(.*?)</script>", html, re.DOTALL).group(1))["@graph"][0]
    assert (described["@type"], described["video"][0]["@type"], described["video"][0]["encodingFormat"]) == (
        "Article",
        "VideoObject",
        "video/webm",
    )


def test_a_figure_names_its_source_and_the_day_for_which_it_holds(client: Client, home: Page) -> None:
    html = client.get(make.make_explainer(home).url).content.decode()

    figures = " ".join(re.sub(r"<[^>]+>", " ", html.partition('class="figures"')[2]).split())
    assert "1,250 networks A census , 31 May 2020" in figures
    described = json.loads(re.search(r"ld\+json\">(.*?)</script>", html, re.DOTALL).group(1))["@graph"][0]
    assert described["citation"] == [
        {
            "@type": "CreativeWork",
            "name": "1,250 networks",
            "publisher": "A census",
            "temporalCoverage": "2020-05-31",
            "url": "https://example.org/",
        }
    ]


def test_search_knows_the_transcript_and_no_address(home: Page) -> None:
    words = text_of_page(make.make_explainer(home))

    assert "Six practices appear." in words
    assert "example.org" not in words
    assert "how-networks-work" not in words


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_a_drawing_moves_for_five_seconds_at_most_and_not_for_who_wants_no_motion(name: str) -> None:
    found = finders.find(f"portal/{name}.svg")
    style = Path(found).read_text(encoding="utf-8").partition("<style>")[2].partition("</style>")[0]
    lasting = [float(KEYFRAMES.findall(rule)[0]) for rule in re.findall(r"animation: [^;]*s[^;]*;", style)]
    delays = [float(delay) for delay in re.findall(r"animation-delay: ([\d.]+)s", style)]

    assert max(lasting) + max(delays) <= 5
    assert "infinite" not in style
    assert "@media (prefers-reduced-motion: reduce) { .in, .draw, .line { animation: none; } }" in style


def test_captions_are_documents() -> None:
    assert "vtt" in settings.WAGTAILDOCS_EXTENSIONS
