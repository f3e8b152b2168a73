"""Recordings are for those entitled, and so are their transcripts and slides, wherever their address is known."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model

from events.actions.ordering import cancel_line
from events.addresses import Use, path_to, secret_of
from events.blocks import RecordingBlock
from events.models import EventPage, Right
from portal.members.models import User
from tests.events.attendees import HOUR, helper, make_place, make_webinar
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
WORDS = b"Good morning."


def make_document(name: str, suffix: str = "txt") -> Any:
    file = SimpleUploadedFile(f"{name}.{suffix}", WORDS)
    return get_document_model().objects.create(title=name, file=file)


def recorded(*, recordings_for: str = "place", document: Any = None, **fields: Any) -> EventPage:
    """A webinar that is over, with two recordings."""
    document = document or make_document("transcript")
    values = [
        {
            "title": title,
            "description": "In short.",
            "minutes": 12,
            "video": f"https://video.example/{title}",
            "film": None,
            "transcript": document.pk,
            "slides": None,
        }
        for title in ("First", "Second")
    ]
    event = make_webinar(timezone.now() - 3 * HOUR, recordings_for=recordings_for, **fields)
    event.recordings = [{"type": "recording", "value": value} for value in values]
    event.save()
    return event


def document_of(event: EventPage) -> Any:
    return event.recordings[0].value["transcript"]


def owner(event: EventPage) -> User:
    user = make_user()
    make_place(event, email=user.email)
    return user


def sees(client: Client, event: EventPage) -> bool:
    return "https://video.example/First" in client.get(event.url).content.decode()


def status(client: Client, address: str) -> int:
    """What an address is answered with; the file is read to its end, where it is closed."""
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


@pytest.mark.parametrize(
    ("recordings_for", "seen"),
    [
        ("everyone", {"anonymous": True, "signed in": True, "with a place": True}),
        ("signed-in", {"anonymous": False, "signed in": True, "with a place": True}),
        ("place", {"anonymous": False, "signed in": False, "with a place": True}),
    ],
)
def test_recordings_and_their_files_are_for_the_same_people(
    recordings_for: str, seen: dict[str, bool]
) -> None:
    event = recorded(recordings_for=recordings_for)
    browsers = {
        "anonymous": Client(),
        "signed in": sign_in(make_user()),
        "with a place": sign_in(owner(event)),
    }
    address = document_of(event).url

    assert {who: sees(browser, event) for who, browser in browsers.items()} == seen
    assert {who: status(browser, address) == 200 for who, browser in browsers.items()} == seen


def test_whoever_is_not_entitled_is_asked_to_sign_in_or_told_how_to_get_there() -> None:
    event = recorded()
    address = document_of(event).url

    assert Client().get(address).url == f"/accounts/login/?next={address}"
    assert status(sign_in(make_user()), address) == 403
    page = Client().get(event.url).content.decode()
    assert ("are for people who had a place" in page, "/booking/tickets/again/" in page) == (True, True)


def test_a_video_that_is_kept_here_is_for_the_same_people_too(client: Client) -> None:
    film, captions = make_document("film", "webm"), make_document("words", "vtt")
    event = recorded()
    event.recordings = [
        ("recording", {**event.recordings[0].value, "video": "", "film": film, "captions": captions})
    ]
    event.save()
    place = make_place(event)
    ours = f"/booking/recordings/{place.pk}/{secret_of(place, Use.JOIN)}/"
    file = f"{ours}{film.pk}/"

    assert [
        status(browser, film.url) for browser in (client, sign_in(make_user()), sign_in(owner(event)))
    ] == [302, 403, 200]
    ticket = client.get(f"/booking/tickets/{place.key}/").content.decode()
    assert (
        f'<source src="{file}" type="video/webm"><track kind="captions" src="{ours}{captions.pk}/"' in ticket
    )
    part = client.get(file, headers={"Range": "bytes=5-11"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, WORDS[5:12])
    said = client.get(f"{ours}{captions.pk}/")
    assert (said["Content-Type"], b"".join(said.streaming_content)) == ("text/vtt", WORDS)
    page = sign_in(owner(event)).get(event.url).content.decode()
    assert f'<source src="{film.url}" type="video/webm">' in page
    assert "<video" not in client.get(event.url).content.decode()


def test_a_recording_has_one_video_an_address_or_a_file() -> None:
    block = RecordingBlock()
    value = {
        "title": "One",
        "minutes": 1,
        "transcript": make_document("words"),
        "video": "https://x.example/",
    }

    assert (
        block.clean(block.to_python({**value, "film": None, "transcript": value["transcript"].pk}))["minutes"]
        == 1
    )
    with pytest.raises(ValidationError) as refused:
        block.clean(
            block.to_python({**value, "film": value["transcript"].pk, "transcript": value["transcript"].pk})
        )
    assert (
        refused.value.block_errors["film"].message
        == "Give the address of the video or choose a file, not both."
    )


def test_a_video_file_is_a_video_and_captions_are_captions_of_one() -> None:
    block, words = RecordingBlock(), make_document("words").pk
    film, captions = make_document("film", "webm").pk, make_document("said", "vtt").pk
    value = {"title": "One", "minutes": 1, "transcript": words}

    def faults(**files: int | None) -> dict[str, str]:
        try:
            block.clean(block.to_python({**value, "film": None, "captions": None, **files}))
        except ValidationError as refused:
            return {name: error.message for name, error in refused.block_errors.items()}
        return {}

    assert faults(film=film) == faults(film=film, captions=captions) == {}
    assert faults(film=words) == {"film": "Choose a WebM or MP4 file."}
    told = {"captions": "Choose a WebVTT file (.vtt), and the video file that it belongs to."}
    assert faults(captions=captions) == faults(film=film, captions=words) == told


def test_a_place_at_another_event_or_one_that_was_given_back_or_an_unproven_address_is_none() -> None:
    event, other = recorded(), recorded(document=make_document("other"))
    elsewhere, back, unproven = owner(other), make_user(), make_user(verified=False)
    make_place(event, email=back.email, state="gone")
    make_place(event, email=unproven.email)

    for user in (elsewhere, back, unproven):
        assert not sees(sign_in(user), event)
        assert status(sign_in(user), document_of(event).url) == 403


def test_organisers_of_the_event_see_them_and_other_staff_do_not() -> None:
    event = recorded()

    assert sees(helper(event, Right.ORGANISE), event)
    assert not sees(helper(event, Right.CHECK_IN), event)


def test_a_document_that_another_event_gives_to_everyone_is_everyone_s() -> None:
    document = make_document("shared")
    recorded(document=document)
    assert status(Client(), document.url) == 302

    recorded(document=document, recordings_for="everyone")
    assert status(Client(), document.url) == 200


def test_documents_of_no_recording_are_left_alone() -> None:
    assert status(Client(), make_document("leaflet").url) == 200


def test_whoever_has_no_account_finds_them_behind_the_ticket_and_where_they_joined(client: Client) -> None:
    event = recorded()
    place = make_place(event)
    file = f"/booking/recordings/{place.pk}/{secret_of(place, Use.JOIN)}/{document_of(event).pk}/"

    for page in (f"/booking/tickets/{place.key}/", path_to(place, Use.JOIN)):
        html = client.get(page).content.decode()
        assert ("https://video.example/Second" in html, file in html, document_of(event).url in html) == (
            True,
            True,
            False,
        )
    answer = client.get(file)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, WORDS)
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_address_gives_no_other_document_and_none_before_the_end_or_without_the_place(
    client: Client,
) -> None:
    event = recorded()
    place, stranger = make_place(event), make_document("stranger")
    path = f"/booking/recordings/{place.pk}/{secret_of(place, Use.JOIN)}/"
    document = document_of(event).pk

    assert client.get(f"{path}{stranger.pk}/").status_code == 404
    assert client.get(f"/booking/recordings/{place.pk}/{'0' * 32}/{document}/").status_code == 404
    EventPage.objects.filter(pk=event.pk).update(ends_at=timezone.now() + HOUR)
    assert client.get(f"{path}{document}/").status_code == 404
    assert "video.example" not in client.get(f"/booking/tickets/{place.key}/").content.decode()
    EventPage.objects.filter(pk=event.pk).update(ends_at=timezone.now() - HOUR)
    cancel_line(line=place.line, now=timezone.now(), by=make_user(), reason="Test")
    assert client.get(f"{path}{document}/").status_code == 404
    assert "video.example" not in client.get(f"/booking/tickets/{place.key}/").content.decode()
