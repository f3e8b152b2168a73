"""The texts of an edition as they are searched. A published edition never changes, so they are kept by its sha256."""

from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache

from handbook.models import Edition, EditionSection
from handbook.searching import Document, Index

# Goes up when texts are kept or taken apart in another way.
VERSION = 1
EDITIONS_IN_MEMORY = 4


@dataclass(frozen=True)
class Text:
    """A section as search shows it."""

    anchor: str
    number: str
    title: str
    text: str


@dataclass(frozen=True)
class Texts:
    """All sections of an edition in reading order, and where each word stands in them."""

    sections: list[Text]
    index: Index


def texts_of(edition: Edition) -> Texts:
    """The texts of a published edition: one query, if they are not in the cache."""
    return _texts(edition.sha256)


# Taking the texts apart costs more than fetching them, so the result stays in this process for the editions searched last.
@lru_cache(maxsize=EDITIONS_IN_MEMORY)
def _texts(sha256: str) -> Texts:
    rows = cache.get_or_set(f"handbook.texts.{VERSION}.{sha256}", lambda: _read(sha256), None)
    sections = [Text(*row) for row in rows]
    documents = [Document(f"{section.number} {section.title}", section.text) for section in sections]
    return Texts(sections, Index.of(documents))


def _read(sha256: str) -> list[tuple[str, str, str, str]]:
    rows = EditionSection.objects.present().filter(edition__sha256=sha256)
    return list(rows.values_list("anchor", "number", "title", "body__text"))
