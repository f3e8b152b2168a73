"""Whether a post looks as if it names a patient, where, and the words that tell its author why."""

from portal.members.rules.patients.births import births
from portal.members.rules.patients.folded import fold
from portal.members.rules.patients.numbers import nhs_numbers
from portal.members.rules.patients.sign import Kind, Sign

__all__ = ["Kind", "Sign", "looks_like_a_patient"]


def looks_like_a_patient(text: str) -> list[Sign]:
    """What in `text`, as its author typed it, looks as if it names a patient, in the order of the text; empty if nothing does.

    It takes time in proportion to the text, whatever the text is.
    """
    folded = fold(text)
    return sorted([*nhs_numbers(folded), *births(folded)], key=lambda sign: (sign.start, sign.end))
