"""Brings the sections read from a folder or a Word file into the working copy, and recognises those that it has already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.db import transaction
from django.utils.text import slugify
from wagtail.blocks import StreamValue
from wagtail.log_actions import log
from wagtail.models import Page

from handbook.import_plan import ImportSummary, Plan, make_plan
from handbook.models import HandbookPage, SectionPage
from handbook.pictures import PictureShelf, content_of, fault_of, hash_of, known_hashes
from handbook.sources import Format, Source, SourceWarning, find_target, target_of
from portal.members.models import User
from portal.pages.anchors import LONGEST_ANCHOR
from portal.pages.markdown import to_blocks
from portal.pages.prose import Link, Picture, ProseWriter, RawBlock, keep_ids

Progress = Callable[[int], None]


@transaction.atomic
def import_sections(
    *,
    handbook: HandbookPage,
    sources: Sequence[Source],
    by: User | None,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportSummary:
    """Make or update the sections of `handbook` from `sources`, which are in reading order.

    A section is recognised by its path, or as a renamed file by its text; it keeps its page and its key. A section whose source
    has not changed is left as it is, with what editors made of it; one whose source has changed is made anew. Sections whose
    source has gone are removed; those that were written here stay. Nothing is written if `dry_run`, and nothing stays written
    if anything fails. `progress` is told how many sources are done.
    """
    handbook = HandbookPage.objects.select_for_update().get(pk=handbook.pk)
    plan = make_plan(handbook, sources)
    if not dry_run:
        shelf = PictureShelf(by)
        try:
            Import(handbook, plan, shelf, by, now, progress).run()
        except BaseException:
            shelf.discard()
            raise
    return plan.summary()


@dataclass
class Import:
    """One import under way."""

    handbook: HandbookPage
    plan: Plan
    shelf: PictureShelf
    by: User | None
    now: datetime
    progress: Progress | None
    keys: dict[str, int] = field(default_factory=dict)  # of the pages, by path in the sources

    def __post_init__(self) -> None:
        self.old_paths = self.plan.old_paths()
        self.titles = {source.path: source.title for source in self.plan.sources}

    def run(self) -> None:
        before = {section.source_path: (section.pk, section.slug) for section in self.plan.sections.values()}
        before |= {section.source_path: (section.pk, section.slug) for section in self.plan.removed}
        seen_pictures = known_hashes()
        self._free_slugs()
        for source in self.plan.sources:
            self._place(source)
        self._order()
        self._remove()
        places = self.old_paths | {path: path for path in self.keys}
        after = {old: (self.keys[path], self.plan.slugs[path]) for old, path in places.items()}
        for done, source in enumerate(self.plan.sources, start=1):
            if self._is_due(source, before, after, seen_pictures):
                self._write(source)
            if self.progress:
                self.progress(done)

    def _free_slugs(self) -> None:
        """Two sections may swap addresses: each that will have another, or go, gives up its own first."""
        staying = {
            section.pk
            for path, section in self.plan.sections.items()
            if self.plan.slugs[path] == section.slug
        }
        for section in [*self.plan.sections.values(), *self.plan.removed]:
            if section.pk not in staying:
                SectionPage.objects.filter(pk=section.pk).update(slug=f"import-{section.pk}")

    def _place(self, source: Source) -> None:
        parent = self.keys.get(source.parent, self.handbook.pk)
        section = self.plan.sections.get(source.path)
        if section is None:
            page = SectionPage(
                title=source.title, slug=self.plan.slugs[source.path], live=False, owner=self.by
            )
            Page.objects.get(pk=parent).add_child(instance=page)
            self.keys[source.path] = page.pk
            return
        self.keys[source.path] = section.pk
        page = SectionPage.objects.get(pk=section.pk)
        if page.get_parent().pk != parent:
            page.move(Page.objects.get(pk=parent), pos="last-child", user=self.by)

    def _order(self) -> None:
        """Put the sections of each chapter in the order of their sources; those written here stay between them."""
        wanted: dict[int, list[int]] = {}
        for source in self.plan.sources:
            wanted.setdefault(self.keys.get(source.parent, self.handbook.pk), []).append(
                self.keys[source.path]
            )
        for parent, keys in wanted.items():
            children = Page.objects.get(pk=parent).get_children().values_list("pk", flat=True)
            order = [key for key in children if key in set(keys)]
            if order == keys:
                continue
            if order[0] != keys[0]:
                self._move(order, keys[0], beside=order[0], side="left")
            for before, key in pairwise(keys):
                if order[order.index(before) + 1] != key:
                    self._move(order, key, beside=before, side="right")

    def _move(self, order: list[int], key: int, *, beside: int, side: str) -> None:
        Page.objects.get(pk=key).specific.move(Page.objects.get(pk=beside), pos=side, user=self.by)
        order.remove(key)
        order.insert(order.index(beside) + (side == "right"), key)

    def _remove(self) -> None:
        for section in sorted(self.plan.removed, key=lambda section: section.path, reverse=True):
            SectionPage.objects.get(pk=section.pk).delete(user=self.by)

    def _is_due(
        self,
        source: Source,
        before: dict[str, tuple[int, str]],
        after: dict[str, tuple[int, str]],
        seen_pictures: set[str],
    ) -> bool:
        """True if anything of the section may differ: its source, where its links lead, or a picture in it."""
        section = self.plan.sections.get(source.path)
        if self.plan.takes_text(source) or self.plan.is_renamed(source) or section is None:
            return True
        if section.pk in self.plan.edited:
            return False

        def home(target: str, places: dict[str, tuple[int, str]]) -> tuple[int, str] | None:
            path = find_target(target, places)
            return places[path] if path else None

        if any(home(target, before) != home(target, after) for target in source.targets):
            return True
        return any(hash_of(content_of(picture)) not in seen_pictures for picture in source.images.values())

    def _write(self, source: Source) -> None:
        section = self.plan.sections.get(source.path)
        keeps_text = (
            section is not None and section.pk in self.plan.edited and not self.plan.takes_text(source)
        )
        page = SectionPage.objects.get(pk=self.keys[source.path])
        is_draft = section is not None and (
            not section.live or (keeps_text and section.has_unpublished_changes)
        )
        if keeps_text:
            page = page.get_latest_revision_as_object()
        page.title = page.title if keeps_text else self.plan.title(source)
        page.slug = self.plan.slugs[source.path]
        if not keeps_text:
            old = list(page.body.raw_data)
            blocks = keep_ids(old, self._blocks(source))
            is_same = (page.source_path, page.source_text, old) == (source.path, source.text, blocks)
            if section is not None and is_same and page.title == section.title:
                return
            page.body = StreamValue(page.body.stream_block, blocks, is_lazy=True)
        page.source_path, page.source_text = source.path, source.text
        revision = page.save_revision(user=self.by, log_action=False, clean=False)
        if not keeps_text:
            action = "wagtail.edit" if section else "wagtail.create"
            log(
                page,
                action,
                user=self.by,
                revision=revision,
                data={"imported_from": source.path},
                timestamp=self.now,
            )
        if not is_draft:
            revision.publish(user=self.by)
            return
        SectionPage.objects.filter(pk=page.pk).update(
            source_path=source.path, source_text=source.text, slug=page.slug
        )
        if not section.live and not keeps_text:
            self.plan.warnings.append(
                SourceWarning(
                    source.path, None, "an editor has taken this section out; the new text is a draft"
                )
            )

    def _blocks(self, source: Source) -> list[RawBlock]:
        def link(href: str) -> Link | None:
            return self._link(source, href)

        def image(src: str, alt: str) -> Picture | None:
            return self._picture(source, src, alt)

        if source.format == Format.WORD:
            writer = ProseWriter(link, image, shift=-1)
            writer.feed(source.body)
            return writer.finish()
        return to_blocks(source.body, link=link, image=image)

    def _link(self, source: Source, href: str) -> Link | None:
        if href.startswith("#"):
            return Link(f"#{_anchor(href[1:])}")
        target = target_of(source, href)
        if target is None:
            return Link(href)
        old_path = find_target(target[0], self.old_paths)
        path = find_target(target[0], self.keys) or self.old_paths.get(old_path or "")
        if path is None:
            return Link(href) if href.startswith("/") else None
        slug, anchor = self.plan.slugs[path], _anchor(target[1])
        address = f"{self._home()}{slug}/"
        if anchor and anchor != _anchor(self.titles[path]):
            return Link(f"{address}#{anchor}")
        return Link(address, page=self.keys[path])

    def _home(self) -> str:
        parts = self.handbook.get_url_parts()
        return parts[2] if parts else f"/{self.handbook.slug}/"

    def _picture(self, source: Source, src: str, alt: str) -> Picture | None:
        target = target_of(source, src)
        held = source.images.get(target[0]) if target else None
        if target is None or held is None:
            return None
        content = content_of(held)
        fault = fault_of(content)
        if fault:
            reason = f"the picture “{target[0]}” is left out: {fault}; its description stands in its place"
            self.plan.warnings.append(SourceWarning(source.path, None, reason))
            return None
        return self.shelf.put(target[0], alt, content)


def _anchor(fragment: str) -> str:
    """The anchor that the portal gives a heading, from the one that the source's own tools give it."""
    return slugify(fragment)[:LONGEST_ANCHOR].strip("-")
