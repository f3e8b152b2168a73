"""What an import would do, found out by doing it and taking it back. Nothing stays written."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from uuid import UUID

from django.core import signing
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.safestring import SafeString, mark_safe
from wagtail.images import get_image_model

from handbook import body as bodies
from handbook import rules
from handbook.actions.confirming import state_of
from handbook.actions.importing import Import
from handbook.drafts import Drafts
from handbook.freezing import faults_of, freeze
from handbook.import_plan import Plan, make_plan
from handbook.models import Change, HandbookPage
from handbook.pictures import PictureShelf
from handbook.reading import HEADING
from handbook.redline import redline
from handbook.sources import MARKDOWN, Source
from portal.members.models import User
from portal.pages.links import forget_addresses

PICTURE = re.compile(r"<img\b[^>]*>")
DESCRIPTION = re.compile(r'\balt="([^"]*)"')
ID = re.compile(r' id="[^"]*"')
PROMISE = "handbook.import."


class Fate(StrEnum):
    """What would become of a section."""

    ADDED = "Added"
    AMENDED = "Amended"
    RENAMED = "Renamed"
    MOVED = "Moved"
    REMOVED = "Removed"
    KEPT = "Left alone"


@dataclass(frozen=True)
class Line:
    """What would become of one section. `html` is the redline of an amended one, the text of an added or removed one."""

    fates: tuple[Fate, ...]
    title: str
    path: str
    notes: tuple[str, ...] = ()
    html: SafeString | None = None
    inserted: int = 0
    deleted: int = 0

    @property
    def is_amended(self) -> bool:
        return Fate.AMENDED in self.fates

    @property
    def is_kept(self) -> bool:
        return Fate.KEPT in self.fates


@dataclass(frozen=True)
class Preview:
    """What the import would do to the working copy in the state `state`. `changes` counts the sections by fate."""

    state: str
    lines: list[Line]
    unchanged: int
    removes: bool
    warnings: list[str]
    faults: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """How many sections each thing would happen to, but for what happens to none. One may be moved and amended."""
        counts = {fate.value: sum(fate in line.fates for line in self.lines) for fate in Fate}
        return {name: count for name, count in counts.items() if count} | {"Unchanged": self.unchanged}

    def promise(self, token: str) -> str:
        """The state and the counts as the page about the upload `token` sends them back, signed: `promise_of` reads them."""
        return signing.dumps({"state": self.state, "counts": self.counts}, salt=PROMISE + token)

    @property
    def is_empty(self) -> bool:
        """Whether the import would change nothing."""
        return all(line.fates == (Fate.KEPT,) for line in self.lines)


@dataclass(frozen=True)
class Promise:
    """What somebody who confirms an import was shown: the state of the working copy, and the counts."""

    state: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def promise_of(signed: str, token: str) -> Promise:
    """What the preview of the upload `token` has promised; nothing in no state if the text is none of ours."""
    try:
        return Promise(**signing.loads(signed, salt=PROMISE + token))
    except signing.BadSignature:
        return Promise()


@dataclass(frozen=True)
class _Seen:
    """A section of the working copy at one moment."""

    pk: int
    parent: UUID | None
    title: str
    path: str
    live: bool
    has_draft: bool
    body: bodies.Rendered


@dataclass
class _Look:
    """The whole working copy at one moment, in reading order, and what keeps it from being an edition."""

    sections: dict[UUID, _Seen] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def facts(self) -> list[rules.SectionFacts]:
        return [
            rules.SectionFacts(key, seen.parent, seen.title, path="", body="")
            for key, seen in self.sections.items()
        ]


def preview_import(*, handbook: HandbookPage, sources: Sequence[Source], by: User, now: datetime) -> Preview:
    """What bringing `sources` in would do. The import is run in full and taken back, pictures' files included."""
    made: set[str] = set()
    try:
        with transaction.atomic():
            handbook = HandbookPage.objects.select_for_update().get(pk=handbook.pk)
            held = _rendition_files()
            state, before = state_of(handbook), _look_at(handbook)
            plan = make_plan(handbook, sources)
            shelf = PictureShelf(by)
            try:
                Import(handbook, plan, shelf, by, now, None).run()
                after = _look_at(handbook)
            finally:
                shelf.discard()
                # Rendering makes files too. If the database is at fault, it cannot be asked for them any more.
                with suppress(DatabaseError):
                    made = _rendition_files() - held
            transaction.set_rollback(True)
    finally:
        for name in made - _rendition_files():  # some may be another person's, made meanwhile
            default_storage.delete(name)
        forget_addresses()  # those of sections that never came to be
    return _Comparison(before, after, plan).preview(state)


def _rendition_files() -> set[str]:
    return set(get_image_model().get_rendition_model().objects.values_list("file", flat=True))


def _look_at(handbook: HandbookPage) -> _Look:
    """Published sections as an edition would hold them, others as their drafts are."""
    frozen = freeze(handbook)
    published = {section.page.translation_key: section.body for section in frozen}
    drafts = Drafts(handbook)
    keys = {draft.page.path: key for key, draft in drafts.by_key.items()}
    look = _Look(faults=faults_of(frozen))
    for key, draft in drafts.by_key.items():
        page = draft.page
        look.sections[key] = _Seen(
            pk=page.pk,
            parent=keys.get(page.path[: -page.steplen]),
            title=page.title if page.live else draft.title,
            path=page.source_path,
            live=page.live,
            has_draft=page.has_unpublished_changes,
            body=published.get(key) or drafts.render(page.body if page.live else draft.stream),
        )
    return look


@dataclass
class _Comparison:
    """The working copy before and after, and the plan that led from one to the other."""

    before: _Look
    after: _Look
    plan: Plan

    def preview(self, state: str) -> Preview:
        changes = rules.derive_changes(self.before.facts(), self.after.facts())
        moved = {key for key, change in changes.items() if change == Change.MOVED}
        kept = self._edited(takes_text=False)
        overwritten = self._edited(takes_text=True)
        lines: list[Line] = []
        for key, new in self.after.sections.items():
            old = self.before.sections.get(key)
            line = _added(new) if old is None else _changed(old, new, has_moved=key in moved)
            if old is not None and line is None and old.pk in kept:
                line = Line((Fate.KEPT,), old.title, old.path)
            elif old is not None and line is not None and old.pk in overwritten:
                line = replace(line, notes=(*line.notes, _loss(old)))
            if line is not None:
                lines.append(line)
        gone = [_removed(old) for key, old in self.before.sections.items() if key not in self.after.sections]
        summary = self.plan.summary()
        return Preview(
            state=state,
            lines=[*lines, *gone],
            unchanged=len(self.after.sections) - len(lines),
            removes=bool(summary.removed),
            warnings=[str(warning) for warning in summary.warnings],
            faults=[fault for fault in self.after.faults if fault not in self.before.faults],
        )

    def _edited(self, *, takes_text: bool) -> set[int]:
        """Keys of the sections that an editor has changed, and whose source has changed too, or has not."""
        here = [(self.plan.sections.get(source.path), source) for source in self.plan.sources]
        return {
            section.pk
            for section, source in here
            if section and section.pk in self.plan.edited and self.plan.takes_text(source) == takes_text
        }


def _added(new: _Seen) -> Line:
    return Line((Fate.ADDED,), new.title, new.path, html=readable(new.body.html) if new.body.html else None)


def _removed(old: _Seen) -> Line:
    return Line((Fate.REMOVED,), old.title, old.path, html=readable(old.body.html) if old.body.html else None)


def _changed(old: _Seen, new: _Seen, *, has_moved: bool) -> Line | None:
    """What has changed in a section, or None. Only what a reader of the next edition would notice."""
    is_amended = old.body.html != new.body.html
    fates = [
        *([Fate.MOVED] if has_moved else []),
        *([Fate.RENAMED] if (old.title, old.path) != (new.title, new.path) else []),
        *([Fate.AMENDED] if is_amended else []),
    ]
    if not fates:
        return None
    notes = [
        *([f"It was called “{old.title}”."] if old.title != new.title else []),
        *([_old_place(old.path)] if old.path != new.path else []),
    ]
    if not is_amended:
        return Line(tuple(fates), new.title, new.path, tuple(notes))
    marked = redline(old.body.html, new.body.html)
    if {asset.sha256 for asset in old.body.assets} != {asset.sha256 for asset in new.body.assets}:
        notes.append("Its pictures or documents are not the same as before.")
    if not new.live:
        notes.append("An editor has taken this section out. The new text would be a draft.")
    return Line(
        tuple(fates),
        new.title,
        new.path,
        tuple(notes),
        readable(marked.html),
        marked.inserted,
        marked.deleted,
    )


def _old_place(path: str) -> str:
    """Where it came from the last time: a file, or a heading of a Word file."""
    is_file = PurePosixPath(path).suffix.lower() in MARKDOWN
    return f"Its file was “{path}”." if is_file else f"It was “{path}”."


def _loss(old: _Seen) -> str:
    """What becomes of an editor's words when the file's take their place."""
    if old.live and old.has_draft:
        return (
            "It has a draft that is not published. The file’s text takes its place; "
            "the draft stays in the history of the page."
        )
    return "It was changed here and in the file. The file’s text is taken; yours stays in the history of the page."


def readable(html: str) -> SafeString:
    """Frozen text, or a redline of it, for a page of the admin: pictures by their descriptions, links as plain words."""
    html = PICTURE.sub(_described, html)
    html = bodies.ADDRESS.sub("", ID.sub("", html)).replace("nhsuk-u-visually-hidden", "w-sr-only")
    html = HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) + 2}", html)
    return mark_safe(html)  # noqa: S308  frozen text has been through nh3


def _described(tag: re.Match[str]) -> str:
    description = DESCRIPTION.search(tag[0])
    return f"<em>[Picture: {description[1] if description and description[1] else 'no description'}]</em>"
