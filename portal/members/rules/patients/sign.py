"""A sign that a post names a patient: what kind, where it stands, and words for the author."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What was found."""

    NHS_NUMBER = "nhs-number"
    BIRTH = "birth"


WHY = {
    Kind.NHS_NUMBER: "The number that ends in {} looks like an NHS number.",
    Kind.BIRTH: "The date that ends in {} looks like somebody’s date of birth, and a name stands near it.",
}


@dataclass(frozen=True)
class Sign:
    """One thing that was found: the characters of the post from `start` until `end` (half-open).

    `ending` is its last two digits. The words, the log and the mails hold no more of it.
    """

    kind: Kind
    start: int
    end: int
    ending: str

    @property
    def why(self) -> str:
        """For the author: why the post is held, without repeating what it says."""
        return WHY[self.kind].format(self.ending)
