"""What search stores: one row for each thing that can be found, what has changed since, and the words of the field."""

from search.models.elastic import ServerIndex, Unsent
from search.models.entries import Entry, Pending
from search.models.synonyms import Synonym
from search.models.texts import ExtractedText
from search.models.words import Word

__all__ = ["Entry", "ExtractedText", "Pending", "ServerIndex", "Synonym", "Unsent", "Word"]
