"""Cards of addresses in a handbook: the handbook, an edition, a section in either."""

import re
from datetime import datetime
from typing import Any

from django.utils import timezone

from handbook.models import EditionSection, HandbookPage
from handbook.reading import Reading, last_known, later_state, open_edition
from handbook.rules import Standing
from portal.pages import cards
from portal.pages.cards import Card, NothingThereError

HANDBOOK, EDITION, SECTION = "Handbook", "Handbook edition", "Handbook section"
# What follows a handbook's own address: an edition's number, a section's address, both, or neither.
PLACE = re.compile(r"(?:(\d{1,4}\.\d{1,4})/)?(?:([\w-]{1,255})/)?", re.ASCII)


def connect() -> None:
    cards.register(handbook_card)


def handbook_card(path: str, user: Any, now: datetime) -> Card | None:
    """The card of what lies at `path` in a handbook that is on the site; None elsewhere.

    Raises NothingThereError for what is not published: the page of the working copy that has this address is not for readers.
    """
    path = path if path.endswith("/") else f"{path}/"
    handbooks = HandbookPage.objects.live().public()
    handbook = next((found for found in handbooks if found.url and path.startswith(found.url)), None)
    if handbook is None:
        return None
    card = _card_below(handbook, path[len(handbook.url) :], now)
    if card is None:
        raise NothingThereError
    return card


def _card_below(handbook: HandbookPage, path: str, now: datetime) -> Card | None:
    place = PLACE.fullmatch(path)
    if not place:
        return None
    number, anchor = place.groups()
    opened = open_edition(handbook, number, timezone.localdate(now))
    if opened is None:
        return Card(handbook.title, HANDBOOK) if not (number or anchor) else None
    if anchor:
        return _section_card(opened, anchor)
    if number:
        return Card(f"{handbook.title}, edition {number}", EDITION, _standing(opened))
    return Card(handbook.title, HANDBOOK, f"edition {opened.edition.number}")


def _standing(opened: Reading) -> str:
    if opened.standing == Standing.COMING:
        return f"in force from {opened.edition.effective_on:%-d %B %Y}"
    return str(opened.standing)


def _section_card(opened: Reading, anchor: str) -> Card | None:
    section = opened.edition.sections.present().filter(anchor=anchor).first()
    if section is not None:
        return Card(str(section), SECTION, _note(opened, section))
    last = last_known(opened.handbook, anchor, opened.today)
    if last is None:
        return None
    now = opened.edition.sections.present().filter(key=last.key).first()
    if now is not None:
        return Card(str(now), SECTION, _note(opened, now))
    if last.edition.sequence > opened.edition.sequence:
        return None
    return Card(str(last), SECTION, f"edition {last.edition.number}; removed since")


def _note(opened: Reading, section: EditionSection) -> str:
    """“edition 1.1; amended since”."""
    edition = f"edition {opened.edition.number}"
    if opened.standing == Standing.COMING:
        return f"{edition}, in force from {opened.edition.effective_on:%-d %B %Y}"
    if opened.standing == Standing.IN_FORCE:
        return edition
    later = later_state(opened, section)
    if later.section is None:
        return f"{edition}; removed since"
    if later.unchanged:
        return edition
    return f"{edition}; {'amended' if later.section.body_id != section.body_id else 'renamed'} since"
