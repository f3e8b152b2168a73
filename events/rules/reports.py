"""How a provider's attendance report says how long somebody was there, and what their name is."""

import re
import unicodedata

PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([hms])[a-z]*\.?", re.IGNORECASE)
CLOCK = re.compile(r"(\d+):(\d{2}):(\d{2})")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
SECONDS = {"h": 3600, "m": 60, "s": 1}
LONGEST = 14 * 24 * 3600
# What providers put behind a name, and what people put in front of it.
BESIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|,?\s*\b(?:guest|unverified|external)\b\s*$", re.IGNORECASE)
# Letters that Unicode does not take apart.
STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"})
TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof", "professor", "sir", "dame"})


def seconds_of(duration: str) -> int | None:
    """How many seconds “1h 2m 3s”, “1 hr 2 min”, “1:02:03” or “62” (minutes) are; `None` if it says none, or over two weeks."""
    text = duration.strip()
    if found := CLOCK.fullmatch(text):
        hours, minutes, seconds = map(int, found.groups())
        total = hours * 3600 + minutes * 60 + seconds
    elif NUMBER.fullmatch(text):
        total = int(_number(text) * 60)
    elif text and not PART.sub("", text).strip(" ,"):
        total = int(sum(_number(count) * SECONDS[unit.lower()] for count, unit in PART.findall(text)))
    else:
        return None
    return total if total <= LONGEST else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def without_accents(text: str) -> str:
    """Text without what people write differently: accents, capitals, and which apostrophe."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'")).translate(STROKES)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def folded_name(name: str) -> str:
    """A name as it is compared: without accents, titles, capitals and what stands in brackets, its words in the order of the alphabet.

    So “EXAMPLE, Ada (Guest)” is “Dr Ada Example”. One word alone is nobody's name: empty.
    """
    words = re.sub(r"[^\w]+", " ", without_accents(BESIDE.sub(" ", name)).replace("'", "")).split()
    words = [word for word in words if word not in TITLES]
    return " ".join(sorted(words)) if len(words) > 1 else ""
