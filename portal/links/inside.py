"""Asks the portal itself whether an address of its own is there: the request goes through it as a reader's would, without a network."""

from io import BytesIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from lxml import html as lxml_html

from portal.links.rules import A_PAGE_THAT_IS_GONE, Answer, Kind, address_of

MOST_REDIRECTS = 5
FOR_GOOD = (301, 308)


def ask(address: str) -> Answer:
    """What anybody finds at an address of the portal. Where one has to sign in, something is there."""
    if address == A_PAGE_THAT_IS_GONE:
        return Answer(Kind.GONE, "It led to a page of the portal that has been deleted.")
    handler = BaseHandler()
    handler.load_middleware()
    url, is_for_good = address, True
    for _ in range(MOST_REDIRECTS + 1):
        response = handler.get_response(_request(url))
        if file := getattr(response, "file_to_stream", None):
            file.close()  # `response.close()` would end a request, and with it this task's connections
        if not 300 <= response.status_code < 400 or not response.has_header("Location"):
            return _answer(response, url, url if url != address and is_for_good else "")
        is_for_good = is_for_good and response.status_code in FOR_GOOD
        target = address_of(response["Location"], settings.BASE_URL)
        if target is None or not target.startswith("/"):
            return Answer(Kind.FINE, "It leads on to another site.")
        place = urlsplit(url).fragment
        url = target if urlsplit(target).fragment or not place else f"{target}#{place}"
    return Answer(Kind.AWAY, "It leads on from one address to the next without an end.")


def _answer(response: HttpResponse, url: str, moved_to: str) -> Answer:
    if response.status_code in (404, 410):
        return Answer(Kind.GONE, "There is no such page of the portal.")
    if response.status_code >= 500:
        return Answer(Kind.AWAY, f"The portal answers with an error ({response.status_code}).")
    place = unquote(urlsplit(url).fragment)
    if place and response.status_code == 200 and not _has_place(response, place):
        return Answer(Kind.GONE, f"The page is there, but not the place “{place}” in it.")
    return Answer(Kind.FINE, "It is there.", moved_to)


def _has_place(response: HttpResponse, place: str) -> bool:
    """Whether a page has a place of that name. What is no page, and what a browser looks up by words, is believed."""
    if response.streaming or "html" not in response.get("Content-Type", "") or place.startswith(":~:"):
        return True
    found = lxml_html.document_fromstring(response.content).xpath(
        "boolean(//*[@id=$place or @name=$place])", place=place
    )
    return bool(found)


def _request(url: str) -> WSGIRequest:
    home, parts = urlsplit(settings.BASE_URL), urlsplit(url)
    return WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote(parts.path).encode().decode("latin-1"),
            "QUERY_STRING": parts.query,
            "SERVER_NAME": home.hostname or "localhost",
            "SERVER_PORT": str(home.port or (443 if home.scheme == "https" else 80)),
            "HTTP_HOST": home.netloc,
            "HTTP_X_FORWARDED_PROTO": home.scheme,
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": home.scheme,
            "wsgi.input": BytesIO(),
        }
    )
