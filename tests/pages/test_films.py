"""Films are given in the parts that a browser asks for, to those who may have them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument

from portal.pages.films import NoSuchPartError, part_wanted

BYTES = bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-99", (0, 100)),
        ("bytes=0-100", (0, 100)),
        ("bytes=99-", (99, 100)),
        ("bytes=40-59", (40, 60)),
        ("bytes=-1", (99, 100)),
        ("bytes=-100", (0, 100)),
        ("bytes=-1000", (0, 100)),
        ("BYTES=1-2", (1, 3)),
        (" bytes=1-2 ", (1, 3)),
        # What is no request for one part is none, and the whole is given.
        ("bytes=-", None),
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=0-" + "9" * 400, None),
    ],
)
def test_which_part_of_100_bytes_is_wanted(asked: str, part: tuple[int, int] | None) -> None:
    assert part_wanted(asked, 100) == part


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=999999999999999-"])
def test_a_part_behind_the_end_is_refused(asked: str) -> None:
    with pytest.raises(NoSuchPartError):
        part_wanted(asked, 100)


def test_no_part_of_an_empty_file_can_be_had() -> None:
    with pytest.raises(NoSuchPartError):
        part_wanted("bytes=0-", 0)


@pytest.fixture
def film(db: None) -> AbstractDocument:
    return get_document_model().objects.create(
        title="How", file=SimpleUploadedFile("how.webm", BYTES, content_type="video/webm")
    )


def body(response: object) -> bytes:
    """All that is answered; the file is closed at its end."""
    return b"".join(response.streaming_content)


def test_a_film_is_given_whole_and_says_that_it_can_be_had_in_parts(
    film: AbstractDocument, client: Client
) -> None:
    response = client.get(film.url)

    assert (response.status_code, response["Accept-Ranges"]) == (200, "bytes")
    assert (response["Content-Type"], response["Content-Length"]) == ("video/webm", str(len(BYTES)))
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"] == "default-src 'none'; media-src 'self'"
    assert body(response) == BYTES


def test_a_part_of_a_film_is_given_alone(film: AbstractDocument, client: Client) -> None:
    response = client.get(film.url, headers={"Range": "bytes=250-9999"})

    assert (response.status_code, response["Content-Range"]) == (206, "bytes 250-9999/10240")
    assert response["Content-Length"] == "9750"
    assert body(response) == BYTES[250:10000]


def test_a_part_behind_the_end_tells_how_long_the_film_is(film: AbstractDocument, client: Client) -> None:
    response = client.get(film.url, headers={"Range": "bytes=10240-"})

    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10240")


def test_whoever_has_parts_of_an_older_film_gets_the_new_one_whole(
    film: AbstractDocument, client: Client
) -> None:
    whole = client.get(film.url)
    same = client.get(film.url, headers={"Range": "bytes=0-9", "If-Range": whole["ETag"]})
    older = client.get(film.url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})

    assert [(one.status_code, len(body(one))) for one in (whole, same, older)] == [
        (200, 10240),
        (206, 10),
        (200, 10240),
    ]


def test_the_head_of_a_film_is_that_of_the_whole(film: AbstractDocument, client: Client) -> None:
    response = client.head(film.url, headers={"Range": "bytes=0-9"})

    assert (response.status_code, response["Content-Length"], body(response)) == (200, "10240", b"")


def test_a_film_whose_file_is_missing_is_not_found(film: AbstractDocument, client: Client) -> None:
    film.file.storage.delete(film.file.name)

    assert client.get(film.url).status_code == 404


def test_another_document_stays_a_download(db: None, client: Client) -> None:
    document = get_document_model().objects.create(title="List", file=SimpleUploadedFile("list.csv", b"a,b"))

    response = client.get(document.url, headers={"Range": "bytes=0-0"})

    assert (response.status_code, body(response)) == (200, b"a,b")
    assert response["Content-Disposition"].startswith("attachment")
