"""Addresses for the tests of the page cache: one for each thing that must, or must not, be kept."""

from itertools import count

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import path

from portal import urls as portal_urls

_numbers = count(1)


def fresh(kind: str = "text/html") -> HttpResponse:
    """An answer that is never the same twice: two equal ones show that the second was kept."""
    return HttpResponse(f"answer {next(_numbers)}", content_type=kind)


def plain(request: HttpRequest) -> HttpResponse:
    return fresh()


def feed(request: HttpRequest) -> HttpResponse:
    return fresh("application/atom+xml; charset=utf-8")


def json(request: HttpRequest) -> HttpResponse:
    return fresh("application/json")


def person(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.user} {next(_numbers)}")


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{get_token(request)} {next(_numbers)}")


def cookie(request: HttpRequest) -> HttpResponse:
    response = fresh()
    response.set_cookie("theme", "dark")
    return response


def session(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = True
    return fresh()


def message(request: HttpRequest) -> HttpResponse:
    messages.info(request, "Saved.")
    return HttpResponseRedirect("/plain/")


def missing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"missing {next(_numbers)}", status=404)


def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{next(_numbers)}", headers={"Cache-Control": "private"})


def varied(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{next(_numbers)}", headers={"Vary": "Accept-Language"})


def nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.csp_nonce} {next(_numbers)}")


def streamed(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse([f"{next(_numbers)}".encode()])


def download(request: HttpRequest) -> FileResponse:
    return FileResponse(iter([f"{next(_numbers)}".encode()]), content_type="text/plain")


VIEWS = [
    plain,
    feed,
    json,
    person,
    form,
    cookie,
    session,
    message,
    missing,
    private,
    varied,
    nonce,
    streamed,
    download,
]
urlpatterns = [
    *[path(f"{view.__name__}/", view) for view in VIEWS],
    path("dev/plain/", plain),
    path("accounts/plain/", plain),
    *portal_urls.urlpatterns,
]
