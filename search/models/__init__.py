"""What search stores: one row for each thing that can be found, what has changed since, the words of the field, and counts."""

from search.models.counts import ClickCount, SearchCount
from search.models.elastic import ServerIndex, Unsent
from search.models.entries import Entry, Pending
from search.models.saved import SavedSearch
from search.models.synonyms import Synonym
from search.models.texts import ExtractedText
from search.models.words import Word

__all__ = [
    "ClickCount",
    "Entry",
    "ExtractedText",
    "Pending",
    "SavedSearch",
    "SearchCount",
    "ServerIndex",
    "Synonym",
    "Unsent",
    "Word",
]
