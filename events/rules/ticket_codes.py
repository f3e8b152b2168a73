"""The short code of a ticket, to be typed where its QR code cannot be read."""

from events.rules.ordering import ALPHABET

# One less than the reference of an order has, so that nobody takes one for the other.
LENGTH = 5
ALL = len(ALPHABET) ** LENGTH
# It has no divisor in common with `ALL`, a power of three: so no two numbers below `ALL` come to the same code.
_SCATTER = 8_870_411
_BACK = pow(_SCATTER, -1, ALL)


def code_of(number: int) -> str:
    """The code of the place with that number, five characters. It is no secret: it tells who comes only to those who know anyway.

    Each number up to 14 million has its own. Beyond that codes come again, at other events.
    """
    rest, characters = number * _SCATTER % ALL, ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        characters += ALPHABET[place]
    return characters


def number_of(code: str) -> int | None:
    """The number, below `ALL`, that has this code, however it is typed; `None` if it is no code of a ticket."""
    typed = "".join(character for character in code.upper() if character.isalnum())
    if len(typed) != LENGTH or any(character not in ALPHABET for character in typed):
        return None
    rest = 0
    for character in reversed(typed):
        rest = rest * len(ALPHABET) + ALPHABET.index(character)
    return rest * _BACK % ALL
