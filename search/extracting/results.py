"""What reading a document ends with: its text, or a reason why there is none. And how far it may go."""

from dataclasses import dataclass
from enum import Enum

MB = 1024 * 1024
MOST_CHARACTERS = 500_000  # of a document's text; a long novel has as many
MOST_PAGES = 2_000  # that are read; later ones are left out
MOST_UNPACKED_BYTES = 50 * MB  # of a .zip file, over all that is read of it
MOST_MEMBERS = 5_000  # of a .zip file
MOST_BYTES_OF_TEXT = 10 * MB  # of a file that is text as it stands; what comes later is left out


class Problem(Enum):
    """Why a document has no text, in words for an editor."""

    MISSING = "The file is not there."
    EMPTY = "The file is empty."
    PASSWORD = "The file is protected by a password."  # noqa: S105 - words, not a password
    TOO_LONG = "The file took too long to read."
    TOO_LARGE = "The file unpacks to far more than it should."
    TOO_MUCH_MEMORY = "The file needs too much memory to read."
    DAMAGED = "The file is damaged. Open it, save it again, then add that file."
    NO_TEXT = "Files of this kind have no text."
    OLD_OFFICE = (
        "The file is in the format of an old Office. Save it as .docx, .xlsx or .pptx, then add that file."
    )
    RTF = "Files in rich text format (.rtf) cannot be read. Save it as .docx or PDF, then add that file."
    UNEXPECTED = "The file could not be read."


class UnreadableError(Exception):
    """A document cannot be read; `reason` says why, for an editor."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.reason = problem.value


@dataclass(frozen=True)
class Text:
    """The text of a document: a line for each paragraph. `is_cut` says that there was more."""

    text: str
    pages: int | None
    is_cut: bool


@dataclass(frozen=True)
class Limits:
    """What reading one document may take."""

    seconds: float = 30
    processor_seconds: int = 20
    memory: int = 512 * MB


LIMITS = Limits()
