"""Cards of addresses in a handbook: the handbook, an edition, a section in either."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length
from django.utils import timezone
from wagtail.models import PageViewRestriction

from handbook.models import Edition, EditionSection, HandbookPage
from handbook.reading import Reading, last_known, later_state, open_edition
from handbook.rules import Standing
from portal.pages import cards
from portal.pages.cards import Card, NothingThereError

HANDBOOK, EDITION, SECTION = "Handbook", "Handbook edition", "Handbook section"
# What follows a handbook's own address: an edition's number, a section's address, both, or neither.
PLACE = re.compile(r"(?:(\d{1,4}\.\d{1,4})/)?(?:([\w-]{1,255})/)?", re.ASCII)


def connect() -> None:
    cards.register(handbook_card, many=section_cards)


def section_cards(paths: Collection[str], user: Any, now: datetime) -> dict[str, Card]:
    """The cards of sections in published editions, in two queries; what lies elsewhere, or was moved, is left out."""
    today = timezone.localdate(now)
    editions = _open_to_all()
    asked = _asked(paths, editions)
    if not asked:
        return {}
    in_force: dict[int, Edition] = {}
    for edition in editions:  # the newest first
        if edition.effective_on <= today:
            in_force.setdefault(edition.handbook_id, edition)
    sections = _sections(asked.values(), in_force.values())
    at = {(section.edition_id, section.anchor): section for section in sections}
    by_key = {(section.edition_id, section.key): section for section in sections}
    found = {}
    for path, (edition, anchor) in asked.items():
        section, current = at.get((edition.pk, anchor)), in_force.get(edition.handbook_id)
        if section is not None:
            opened = Reading(edition.handbook, edition, current, today, permanent=True)
            later = by_key.get((current.pk, section.key)) if current else None
            found[path] = Card(str(section), SECTION, _note(opened, section, later))
    return found


def _open_to_all() -> list[Edition]:
    """The published editions of the handbooks that anybody may read, the newest first."""
    above = Left(OuterRef("handbook__path"), Length("page__path"))
    closed = Exists(PageViewRestriction.objects.filter(page__path=above))
    published = Edition.objects.published().filter(~closed, handbook__live=True)
    return list(published.select_related("handbook").order_by("-sequence"))


def _asked(paths: Collection[str], editions: Collection[Edition]) -> dict[str, tuple[Edition, str]]:
    """For each path of a section in an edition: the edition, and the section's address in it."""
    found = {}
    for edition in editions:
        home = f"{edition.handbook.url}{edition.number}/"
        for path in paths:
            below = path.removeprefix(home).rstrip("/") + "/" if path.startswith(home) else ""
            place = PLACE.fullmatch(below)
            if place and place[2] and not place[1]:
                found[path] = edition, place[2]
    return found


def _sections(asked: Collection[tuple[Edition, str]], in_force: Collection[Edition]) -> list[EditionSection]:
    """The sections that are asked for, and the same ones as the editions in force have them."""
    wanted = Q(pk__in=())
    for edition, anchor in asked:
        wanted |= Q(edition=edition, anchor=anchor)
    keys = EditionSection.objects.filter(wanted).values("key")
    now_in_force = Q(edition__in=[edition.pk for edition in in_force], key__in=keys)
    sections = EditionSection.objects.present().filter(wanted | now_in_force)
    return list(sections.only("edition_id", "key", "number", "title", "anchor", "body_id", "change"))


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
        return Card(str(section), SECTION, _note(opened, section, _later(opened, section)))
    last = last_known(opened.handbook, anchor, opened.today)
    if last is None:
        return None
    now = opened.edition.sections.present().filter(key=last.key).first()
    if now is not None:
        return Card(str(now), SECTION, _note(opened, now, _later(opened, now)))
    if last.edition.sequence > opened.edition.sequence:
        return None
    return Card(str(last), SECTION, f"edition {last.edition.number}; removed since")


def _later(opened: Reading, section: EditionSection) -> EditionSection | None:
    """The section in the edition in force, asked only of an edition that has been superseded."""
    return later_state(opened, section).section if opened.standing == Standing.SUPERSEDED else None


def _note(opened: Reading, section: EditionSection, later: EditionSection | None) -> str:
    """“edition 1.1; amended since”. `later` is the section in the edition in force, which counts for superseded ones alone."""
    edition = f"edition {opened.edition.number}"
    if opened.standing == Standing.COMING:
        return f"{edition}, in force from {opened.edition.effective_on:%-d %B %Y}"
    if opened.standing == Standing.IN_FORCE:
        return edition
    if later is None:
        return f"{edition}; removed since"
    if (later.body_id, later.title) == (section.body_id, section.title):
        return edition
    return f"{edition}; {'amended' if later.body_id != section.body_id else 'renamed'} since"
