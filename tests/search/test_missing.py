"""The page for what is not there."""

import pytest
from django.test import Client

from search.views.missing import words_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/toolkits/network-agreement/", "network agreement"),
        ("/old/Clinical_directors.html", "Clinical directors"),
        ("/caf%C3%A9/", "café"),
        ("/", ""),
        ("/%00%ff/", ""),
        ("/<script>alert(1)</script>", "script"),
        ("/" + "x" * 500, "x" * 60),
    ],
)
def test_the_words_of_an_address_are_those_of_its_last_part(path: str, words: str) -> None:
    assert words_of(path).strip("�") == words


def test_whoever_finds_nothing_is_offered_to_search_for_the_words_of_the_address(client: Client) -> None:
    response = client.get("/guidance/network-agreement-2019/")

    assert response.status_code == 404
    assert 'value="network agreement 2019"' in response.content.decode()
