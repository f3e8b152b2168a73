"""Downloads in their versions: which one holds, what becomes of those before, and what leads from one to the other."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from lxml import etree
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from portal.pages.models import DownloadPage, DownloadVersion
from search.models import Entry
from search.sources import SOURCES
from tests.factories import make_staff, make_user, sign_in
from tests.pages import factories as make

FIRST, SECOND, THIRD = date(2025, 4, 1), date(2025, 10, 1), date(2026, 4, 1)


def history(page: Page) -> list[tuple[str, date | None]]:
    rows = DownloadVersion.objects.filter(page=page).order_by("dated_on", "sort_order")
    return list(rows.values_list("number", "superseded_on"))


@pytest.fixture
def downloads(home: Page) -> Page:
    return make.make_downloads(home)


@pytest.fixture
def agreement(downloads: Page) -> Page:
    versions = (
        make.version("2.0", THIRD, changes="A quorum by patients."),
        make.version("1.0", FIRST),
        make.version("1.1", SECOND, changes="Notice of three months."),
    )
    labels = {"topics": ("access",), "audiences": ("managers",)}
    page = make.make_download(downloads, "Agreement", slug="agreement", versions=versions, **labels)
    page.save_revision().publish()
    return DownloadPage.objects.get(pk=page.pk)


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([FIRST], [None]),
        ([THIRD, FIRST, SECOND], [SECOND, THIRD, None]),
        ([FIRST, SECOND, SECOND], [SECOND, SECOND, None]),
    ],
)
def test_each_version_is_superseded_on_the_day_of_the_next(
    downloads: Page, dates: list[date], expected: list[date | None]
) -> None:
    versions = tuple(make.version(str(at), day, sort_order=at) for at, day in enumerate(dates))

    page = make.make_download(downloads, versions=versions)

    assert [ended for _, ended in history(page)] == expected


def test_a_new_version_supersedes_the_one_before_when_it_is_published(agreement: Page) -> None:
    page = agreement.get_latest_revision_as_object()
    page.versions.add(make.version("2.1", date(2026, 5, 1)))
    revision = page.save_revision()
    before = history(agreement)
    revision.publish()

    assert before == [("1.0", SECOND), ("1.1", THIRD), ("2.0", None)]
    assert history(agreement) == [
        ("1.0", SECOND),
        ("1.1", THIRD),
        ("2.0", date(2026, 5, 1)),
        ("2.1", None),
    ]


@pytest.mark.each_database
@pytest.mark.parametrize(
    "fields",
    [
        {"number": "3.0", "superseded_on": None},
        {"number": "1.0", "superseded_on": THIRD},
        {"number": "3.0", "superseded_on": FIRST},
    ],
)
def test_the_database_refuses_a_second_current_version_and_a_number_twice(
    agreement: Page, fields: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DownloadVersion.objects.create(
            page=agreement, dated_on=SECOND, document=make.make_document("Other"), **fields
        )


def test_the_database_refuses_the_same_file_for_two_versions(agreement: Page) -> None:
    file = DownloadVersion.objects.get(page=agreement, number="1.0").document

    with pytest.raises(IntegrityError), transaction.atomic():
        DownloadVersion.objects.create(
            page=agreement, number="3.0", dated_on=THIRD, superseded_on=THIRD, document=file
        )


def test_an_earlier_state_of_the_page_takes_no_version_away(agreement: Page) -> None:
    first = agreement.save_revision()
    page = agreement.get_latest_revision_as_object()
    page.versions.add(make.version("2.1", date(2026, 5, 1)))
    page.save_revision().publish()

    first.publish()

    assert [number for number, _ in history(agreement)] == ["1.0", "1.1", "2.0", "2.1"]
    assert [number for number, ended in history(agreement) if ended is None] == ["2.1"]


@pytest.mark.parametrize("number", ["", "v1", "1.2.3", "12345", "1\n"])
def test_a_number_is_one_or_two_figures(number: str) -> None:
    with pytest.raises(ValidationError):
        DownloadVersion(number=number, dated_on=FIRST).clean_fields(exclude=["page", "document"])


def test_a_version_cannot_hold_from_a_day_to_come() -> None:
    today = timezone.localdate()
    DownloadVersion(dated_on=today).clean()

    with pytest.raises(ValidationError, match="a day that has come"):
        DownloadVersion(dated_on=today + timedelta(days=1)).clean()


def form_data(page: DownloadPage, rows: list[dict[str, Any]], initial: int) -> dict[str, Any]:
    data = {
        "title": page.title,
        "slug": page.slug,
        "summary": "",
        "kind": page.kind,
        "body-count": 0,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "versions-TOTAL_FORMS": len(rows),
        "versions-INITIAL_FORMS": initial,
        "versions-MIN_NUM_FORMS": 1,
        "versions-MAX_NUM_FORMS": 1000,
        "action-publish": "1",
    }
    for at, row in enumerate(rows):
        data |= {f"versions-{at}-{name}": value for name, value in {"ORDER": at + 1, **row}.items()}
    return data


def stored_rows(page: Page) -> list[dict[str, Any]]:
    return [
        {
            "id": row.pk,
            "number": row.number,
            "dated_on": row.dated_on.isoformat(),
            "document": row.document_id,
            "changes": row.changes,
        }
        for row in DownloadVersion.objects.filter(page=page)
    ]


def send(page: Page, rows: list[dict[str, Any]]) -> str:
    """The page of the admin after an editor has published with these versions."""
    page = DownloadPage.objects.get(pk=page.pk)
    browser = sign_in(make_staff("Publisher"), second_factor=True)
    response = browser.post(f"/admin/pages/{page.pk}/edit/", form_data(page, rows, 3), follow=True)
    return response.content.decode()


def test_an_editor_adds_a_version_and_the_one_before_is_superseded(agreement: Page) -> None:
    new = {"number": "2.1", "dated_on": "2026-05-01", "document": make.make_document().pk, "changes": "More."}

    send(agreement, [*stored_rows(agreement), new])

    assert history(agreement)[2:] == [("2.0", date(2026, 5, 1)), ("2.1", None)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"DELETE": "on"}, "Readers have seen version 1.0. It is kept: add a new version."),
        ({"number": "1.5"}, "Its number, date and file stay"),
        ({"dated_on": "2025-04-02"}, "Its number, date and file stay"),
    ],
)
def test_an_editor_cannot_change_what_readers_have_seen(
    agreement: Page, change: dict[str, str], message: str
) -> None:
    first, *others = stored_rows(agreement)
    before = history(agreement)

    html = send(agreement, [{**first, **change}, *others])

    assert message in html
    assert history(agreement) == before


def test_the_page_says_which_version_holds_since_when_and_what_it_replaces(
    client: Client, agreement: Page
) -> None:
    html = client.get(agreement.url).content.decode()

    text = " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())
    assert "Current since 1 April 2026 . It replaces version 1.1 of 1 October 2025." in text
    assert "What changed: A quorum by patients." in text
    assert "Version 1.1 Superseded Held from 1 October 2025 , superseded on 1 April 2026" in text
    assert re.findall(r"<h3>.*?Version ([\d.]+)", html) == ["2.0", "1.1", "1.0"]
    assert re.findall(r'href="(/documents/[^"]*)"', html) == [agreement.current.document.url]


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [
        ("2.0", 200, "Version 2.0 is the current version."),
        ("1.0", 200, "Version 1.0 is superseded"),
        ("9.9", 404, "Page not found"),
    ],
)
def test_the_address_of_a_version_says_whether_it_holds(
    client: Client, agreement: Page, number: str, status: int, said: str
) -> None:
    response = client.get(f"{agreement.url}versions/{number}/")

    assert (response.status_code, said in response.content.decode()) == (status, True)


def content(client: Client, address: str) -> bytes:
    return b"".join(client.get(address).streaming_content)


def status(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # to its end, where its file is closed
    return response.status_code


def test_the_file_of_an_earlier_version_leads_to_the_newer_one_and_can_be_had_all_the_same(
    client: Client, agreement: Page
) -> None:
    old = DownloadVersion.objects.get(page=agreement, number="1.1")
    new = DownloadVersion.objects.get(page=agreement, number="2.0")

    led = client.get(old.document.url)
    html = client.get(led["Location"]).content.decode()
    [deliberate] = re.findall(r'href="(/documents/[^"]*superseded[^"]*)"', html)

    assert (led.status_code, led["Location"]) == (302, f"{agreement.url}versions/1.1/")
    assert 'content="noindex"' in html
    assert content(client, deliberate) == content(client, new.document.url) == b"a,b"


def test_a_file_that_holds_elsewhere_or_whose_page_is_not_published_leads_nowhere(
    client: Client, downloads: Page, agreement: Page
) -> None:
    old = DownloadVersion.objects.get(page=agreement, number="1.0").document
    other = make.make_download(downloads, "Other", versions=(make.version("1.0", FIRST, document=old),))
    elsewhere = status(client, old.url)
    other.unpublish()
    led = status(client, old.url)
    agreement.unpublish()

    assert (elsewhere, led, status(client, old.url)) == (200, 302, 200)


def test_a_restricted_file_is_given_to_those_entitled_alone(client: Client, downloads: Page) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(
        collection=private, restriction_type=CollectionViewRestriction.LOGIN
    )
    files = [make.make_document(f"Private {number}", collection=private) for number in (1, 2)]
    versions = (
        make.version("1", FIRST, document=files[0]),
        make.version("2", SECOND, document=files[1]),
    )
    make.make_download(downloads, versions=versions)

    addresses = [files[0].url, f"{files[0].url}?superseded=1", files[1].url]
    assert [client.get(address)["Location"].partition("?")[0] for address in addresses] == [
        "/_util/login/"
    ] * 3
    assert [status(sign_in(make_user()), address) for address in addresses] == [302, 200, 200]


def test_a_file_leads_nobody_to_a_page_that_they_may_not_read(client: Client, agreement: Page) -> None:
    PageViewRestriction.objects.create(page=agreement, restriction_type=PageViewRestriction.LOGIN)
    old = DownloadVersion.objects.get(page=agreement, number="1.0").document

    assert status(client, old.url) == 200
    assert status(sign_in(make_user()), old.url) == 302


@pytest.fixture
def several(downloads: Page) -> Page:
    make.make_download(downloads, "A", kind="policy", topics=("access",), audiences=("nurses",))
    make.make_download(
        downloads, "B", topics=("access", "digital"), versions=(make.version("1", date(2026, 3, 9)),)
    )
    make.make_download(downloads, "C", audiences=("nurses", "managers"))
    make.make_download(downloads, "D").unpublish()
    return downloads


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["B", "A", "C"]),
        ("kind=policy", ["A"]),
        ("audience=nurses", ["A", "C"]),
        ("topic=access&audience=nurses", ["A"]),
        ("topic=nothing&kind=%20&page=x", ["B", "A", "C"]),
    ],
)
def test_downloads_are_narrowed_by_kind_audience_and_topic(
    client: Client, several: Page, query: str, found: list[str]
) -> None:
    response = client.get(f"{several.url}?{query}")

    assert [page.title for page in response.context["listed"]] == found


def test_feed_tells_of_each_new_version(client: Client, agreement: Page) -> None:
    feed = f"{agreement.get_parent().url}feed/?topic=access"

    [item] = etree.fromstring(client.get(feed).content).find("channel").findall("item")

    assert [item.findtext(name) for name in ("title", "link", "description", "pubDate", "guid")] == [
        "Agreement: version 2.0",
        f"http://testserver{agreement.url}",
        "A quorum by patients.",
        "Wed, 01 Apr 2026 00:00:00 +0100",
        f"urn:uuid:{agreement.translation_key}#2.0",
    ]


def test_search_engines_are_told_of_the_current_version(client: Client, agreement: Page) -> None:
    html = client.get(agreement.url).content.decode()

    described = json.loads(re.search(r"ld\+json\">(.*?)</script>", html, re.DOTALL).group(1))["@graph"][0]
    assert {name: described[name] for name in ("@type", "version", "dateModified", "datePublished")} == {
        "@type": "DigitalDocument",
        "version": "2.0",
        "dateModified": "2026-04-01",
        "datePublished": "2025-04-01",
    }
    assert described["encoding"] == {
        "@type": "MediaObject",
        "contentUrl": f"http://testserver{agreement.current.document.url}",
        "encodingFormat": "text/csv",
        "contentSize": "3",
    }


def entries(name: str, keys: list[int]) -> list[Entry]:
    return list(SOURCES[name].entries(keys))


def test_search_finds_the_current_file_alone_and_the_page_by_what_changed(
    agreement: Page, django_capture_on_commit_callbacks: Callable
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        agreement.save_revision().publish()
    files = {row.number: row.document_id for row in DownloadVersion.objects.filter(page=agreement)}

    [page] = entries("page", [agreement.pk])
    found = entries("document", list(files.values()))

    assert (page.kind, "quorum by patients" in page.body, "version 2.0" in page.body) == (
        "download",
        True,
        True,
    )
    assert [one.source for one in found] == [f"document:{files['2.0']}"]
