"""Which of the seven regions of NHS England an integrated care board belongs to."""

import re

from portal.members.models import Region

# The 42 boards of the Integrated Care Boards (Establishment) Order 2022, by the regions in which NHS England lists them:
# https://www.england.nhs.uk/integratedcare/integrated-care-in-your-area/
BOARDS: dict[Region, tuple[str, ...]] = {
    Region.NORTH_EAST_AND_YORKSHIRE: (
        "Humber and North Yorkshire",
        "North East and North Cumbria",
        "South Yorkshire",
        "West Yorkshire",
    ),
    Region.NORTH_WEST: (
        "Cheshire and Merseyside",
        "Greater Manchester",
        "Lancashire and South Cumbria",
    ),
    Region.MIDLANDS: (
        "Birmingham and Solihull",
        "Black Country",
        "Coventry and Warwickshire",
        "Derby and Derbyshire",
        "Herefordshire and Worcestershire",
        "Leicester, Leicestershire and Rutland",
        "Lincolnshire",
        "Northamptonshire",
        "Nottingham and Nottinghamshire",
        "Shropshire, Telford and Wrekin",
        "Staffordshire and Stoke-on-Trent",
    ),
    Region.EAST_OF_ENGLAND: (
        "Bedfordshire, Luton and Milton Keynes",
        "Cambridgeshire and Peterborough",
        "Hertfordshire and West Essex",
        "Mid and South Essex",
        "Norfolk and Waveney",
        "Suffolk and North East Essex",
    ),
    Region.LONDON: (
        "North Central London",
        "North East London",
        "North West London",
        "South East London",
        "South West London",
    ),
    Region.SOUTH_EAST: (
        "Buckinghamshire, Oxfordshire and Berkshire West",
        "Frimley",
        "Hampshire and Isle of Wight",
        "Kent and Medway",
        "Surrey Heartlands",
        "Sussex",
    ),
    Region.SOUTH_WEST: (
        "Bath and North East Somerset, Swindon and Wiltshire",
        "Bristol, North Somerset and South Gloucestershire",
        "Cornwall and the Isles of Scilly",
        "Devon",
        "Dorset",
        "Gloucestershire",
        "Somerset",
    ),
}

# How a sub ICB location names its board: “NHS SUSSEX ICB - 97R”.
_AROUND = re.compile(r"^(?:NHS\s+)?(.*?)(?:\s+(?:ICB|Integrated Care Board))?(?:\s+-\s+\w+)?$", re.IGNORECASE)
_LITTLE_WORDS = {"and", "the", "of", "&"}


def _key(name: str) -> str:
    """The words that tell one board from another, in their order."""
    words = re.findall(r"[a-z&]+", name.lower())
    return " ".join(word for word in words if word not in _LITTLE_WORDS)


_KNOWN = {_key(name): (name, region) for region, names in BOARDS.items() for name in names}


def board_of(location: str) -> tuple[str, Region | None]:
    """The name of the board that a sub ICB location belongs to, and its region, or `None` for a board that is not known.

    A board that is not known keeps the name that the location gives it.
    """
    plain = _AROUND.sub(r"\1", " ".join(location.split()))
    name, region = _KNOWN.get(_key(plain), (plain, None))
    return (f"NHS {name} Integrated Care Board" if region else name), region
