"""The page for what is not there: it offers to search for the words of the address."""

import re
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

LONGEST = 60
NOT_A_WORD = re.compile(r"[^\w]+|_+")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answers 404. Asks the database nothing: programs that try addresses are to cost little."""
    return render(request, "404.html", {"words": words_of(request.path_info)}, status=404)


def words_of(path: str) -> str:
    """The words of the last part of an address, as somebody would type them; empty if there are none."""
    last = unquote(path).rstrip("/").rpartition("/")[2].removesuffix(".html")
    return " ".join(NOT_A_WORD.sub(" ", last).split())[:LONGEST]
