"""What is counted of a search: its words, unless they say something of a person, and the week it falls into."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from search.models.counts import LEFT_OUT, LONGEST_COUNTED
from search.rules.queries import FILTERS, PART, STOP_WORDS, words_of

# Below this a query of a week is shown to nobody: who knows the office could guess who asked.
FEWEST = 3
WEEK = timedelta(days=7)

# Telephone and NHS numbers, numbers of accounts, days of birth: whatever has so many digits side by side.
NUMBER = re.compile(r"\d(?:[\s().+/-]*\d){6,}")
DATE = re.compile(r"\b\d{1,2}([/-])\d{1,2}\1\d{2,4}\b|\b\d{1,2}\.\d{1,2}\.\d{4}\b")
YEARS = re.compile(r"\b20\d\d\s*[/–-]\s*20\d\d\b")
TITLES = frozenset(["dr", "doctor", "lady", "miss", "mr", "mrs", "ms", "mx", "prof", "professor", "sir"])
# Words that people search for and that somebody is called by. They count as a name only beside another part of it.
ORDINARY = frozenset(
    [
        "archer",
        "art",
        "august",
        "baker",
        "bank",
        "banks",
        "barber",
        "barnes",
        "bell",
        "berry",
        "best",
        "bill",
        "birch",
        "bishop",
        "black",
        "bond",
        "booth",
        "bridge",
        "bridges",
        "brook",
        "brooks",
        "brown",
        "burns",
        "bush",
        "butler",
        "call",
        "care",
        "carter",
        "case",
        "chamber",
        "chambers",
        "chance",
        "church",
        "clay",
        "cole",
        "cook",
        "cooper",
        "cross",
        "day",
        "dean",
        "dale",
        "drew",
        "east",
        "english",
        "england",
        "example",
        "faith",
        "farmer",
        "field",
        "fields",
        "fisher",
        "flower",
        "forest",
        "forward",
        "fox",
        "france",
        "frost",
        "gale",
        "garden",
        "gardener",
        "grace",
        "grant",
        "green",
        "grey",
        "hall",
        "hand",
        "hardy",
        "head",
        "health",
        "hill",
        "hills",
        "holiday",
        "home",
        "hood",
        "hope",
        "hunt",
        "hunter",
        "iris",
        "ivy",
        "jewel",
        "joy",
        "june",
        "key",
        "king",
        "knight",
        "lake",
        "lamb",
        "land",
        "lane",
        "law",
        "lawn",
        "little",
        "long",
        "love",
        "major",
        "mark",
        "market",
        "marsh",
        "marshall",
        "mason",
        "may",
        "mays",
        "meadow",
        "mercer",
        "miles",
        "mill",
        "mills",
        "moon",
        "moss",
        "new",
        "noble",
        "north",
        "nurse",
        "page",
        "park",
        "parker",
        "parks",
        "pat",
        "patience",
        "patient",
        "penny",
        "piper",
        "plan",
        "pool",
        "poole",
        "pope",
        "post",
        "potter",
        "power",
        "powers",
        "practice",
        "price",
        "prime",
        "rain",
        "ray",
        "read",
        "reading",
        "reed",
        "rich",
        "ridge",
        "river",
        "rivers",
        "road",
        "robin",
        "rose",
        "rowe",
        "ruby",
        "sage",
        "sales",
        "savage",
        "school",
        "self",
        "sharp",
        "shaw",
        "short",
        "skill",
        "small",
        "smart",
        "snow",
        "south",
        "spring",
        "steel",
        "stone",
        "street",
        "strong",
        "summer",
        "summers",
        "sue",
        "sun",
        "swift",
        "taylor",
        "teacher",
        "todd",
        "training",
        "turner",
        "vale",
        "wales",
        "walker",
        "wall",
        "ward",
        "waters",
        "way",
        "weaver",
        "webb",
        "weeks",
        "wells",
        "west",
        "white",
        "will",
        "wise",
        "wood",
        "woods",
        "work",
        "worth",
        "young",
    ]
)

# A part of a last name, and the parts of the first names of those who have it; "" holds all parts of first names.
Names = Mapping[str, frozenset[str]]


def names_of(people: list[tuple[str, str]]) -> Names:
    """First and last names as what `says_who` looks up."""
    found: dict[str, set[str]] = {"": set()}
    for first, last in people:
        firsts = {word for word in words_of(first) if _is_name(word)}
        found[""] |= firsts
        for word in filter(_is_name, words_of(last)):
            found.setdefault(word, set()).update(firsts)
    return {last: frozenset(firsts) for last, firsts in found.items()}


def counted_as(text: str, names: Names) -> str:
    """What a query is counted as: its words, or `LEFT_OUT`; nothing if it has no words."""
    parts = [part for part in PART.findall(text) if part[0] or part[1].lower() not in FILTERS]
    # Authors are persons, and what is not wanted can be one too.
    authors = any(name.lower() == "from" for _, name, _, _ in PART.findall(text))
    plain = " ".join(f"{name} {phrase or word}" for _, name, phrase, word in parts)
    words = words_of(" ".join(f"{name} {phrase or word}" for minus, name, phrase, word in parts if not minus))
    query = " ".join(words)
    if authors or len(query) > LONGEST_COUNTED or looks_personal(plain) or says_who(words, names):
        return LEFT_OUT
    return query


def looks_personal(text: str) -> bool:
    """Whether there is an e-mail address in a text, or what could be a telephone or NHS number or a day of birth."""
    return "@" in text or bool(NUMBER.search(YEARS.sub(" ", text)) or DATE.search(text))


def says_who(words: tuple[str, ...], names: Names) -> bool:
    """Whether words name one of the people known, or anybody with a title before the name."""
    firsts = names.get("", frozenset())
    for before, word, after in zip(("", *words), words, (*words[1:], ""), strict=False):
        if word in TITLES and after:
            return True
        if word in names and (word not in ORDINARY or {before, after} & names[word]):
            return True
    known = [word in firsts or word in names for word in words]
    return bool(known) and all(known) and not ORDINARY.issuperset(words)


def week_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _is_name(word: str) -> bool:
    return len(word) > 1 and word not in STOP_WORDS
