"""What the tests of the forum's pages in the admin read: a page's words, the log, a CSV file."""

import csv
import io
from html import unescape
from typing import Any

from django.utils.html import strip_tags

from portal.members.models import AuditEntry


def words(response: Any) -> str:
    """The text of the page's main part, in one line."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(strip_tags(main.partition(">")[2])).split())


def log() -> list[tuple[str, dict[str, Any]]]:
    return [(row.action, row.details) for row in AuditEntry.objects.order_by("pk")]


def rows_of(response: Any) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(b"".join(response).decode().removeprefix("\ufeff"))))
