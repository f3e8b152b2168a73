"""The text of documents. They are read in a child process that can do little and does not live long."""

from search.extracting.asking import text_of
from search.extracting.results import LIMITS, Limits, Problem, Text, UnreadableError

__all__ = ["LIMITS", "Limits", "Problem", "Text", "UnreadableError", "text_of"]
