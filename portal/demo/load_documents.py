"""Makes the documents to fill in of the demonstration: the words of each and its fields are in one file."""

from pathlib import Path
from typing import Any

from django.db import transaction

from portal.demo.load_pages import Source, read, stream
from portal.demo.word import word_document
from portal.pages.models import ToolkitPage
from portal.toolkits.models import FillableDocument

FOLDER = Path(__file__).parent / "documents"


@transaction.atomic
def load_documents() -> None:
    """Make those that do not exist yet, and have the toolkits that they name offer them."""
    for source in map(read, sorted(FOLDER.glob("*.md"))):
        if not FillableDocument.objects.filter(slug=source.fields["slug"]).exists():
            document = FillableDocument.objects.create(**values_of(source))
            document.toolkits.set(ToolkitPage.objects.filter(slug__in=source.fields["toolkits"]))


def values_of(source: Source) -> dict[str, Any]:
    """What the row of a document holds."""
    return {
        **source.common,
        "fields": stream("field", [_field(one) for one in source.fields["fields"]]),
        "content": word_document(source.fields["title"], source.text, header=source.fields["header"]),
    }


def _field(facts: dict[str, Any]) -> dict[str, Any]:
    usual = {"hint": "", "kind": "text", "required": True, "known": ""}
    return {**usual, **facts, "choices": "\n".join(facts.get("choices", []))}
