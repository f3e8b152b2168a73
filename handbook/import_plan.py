"""What an import will do, worked out before anything is written: which section each source is, and what goes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from posixpath import basename, dirname

from wagtail.coreutils import cautious_slugify
from wagtail.models import PageLogEntry

from handbook.likeness import pair_renames
from handbook.models import HandbookPage, SectionPage
from handbook.models.handbook import RESERVED_SLUGS
from handbook.sources import MARKDOWN, Format, Source, SourceWarning

LONGEST_SLUG = 120


@dataclass(frozen=True)
class ImportSummary:
    """What an import did, or would do: the paths of the sections. Chapters made of folders are not counted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]  # from, to
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    warnings: tuple[SourceWarning, ...]


@dataclass
class Plan:
    """Which section of the working copy each source is, what becomes of the rest, and the addresses of all."""

    sources: Sequence[Source]
    sections: dict[str, SectionPage]  # by the path in the sources
    edited: set[int]  # keys of sections that somebody edited since they were brought in
    removed: list[SectionPage]
    slugs: dict[str, str] = field(default_factory=dict)
    warnings: list[SourceWarning] = field(default_factory=list)

    def takes_text(self, source: Source) -> bool:
        """True if the text of the section must be made from the source, whatever stands there now."""
        section = self.sections.get(source.path)
        return section is None or section.source_text != source.text

    def is_renamed(self, source: Source) -> bool:
        """True if the section had another path before."""
        section = self.sections.get(source.path)
        return section is not None and section.source_path != source.path

    def old_paths(self) -> dict[str, str]:
        """The path in the sources of each renamed section, by the path that it had: links to the old one still find it."""
        return {
            section.source_path: path
            for path, section in self.sections.items()
            if section.source_path != path
        }

    def title(self, source: Source) -> str:
        """The source's title, or that which an editor has given the section."""
        section = self.sections.get(source.path)
        if section is None or self.takes_text(source):
            return source.title
        return source.title if self.is_renamed(source) and section.pk not in self.edited else section.title

    def summary(self) -> ImportSummary:
        """What the import does, with the warnings so far."""
        texts = [source for source in self.sources if source.format != Format.CHAPTER]
        renamed = [source for source in texts if self.is_renamed(source)]
        stayed = [source for source in texts if source.path in self.sections and source not in renamed]
        read = [warning for source in self.sources for warning in source.warnings]
        return ImportSummary(
            added=tuple(source.path for source in texts if source.path not in self.sections),
            changed=tuple(source.path for source in stayed if self.takes_text(source)),
            renamed=tuple((self.sections[source.path].source_path, source.path) for source in renamed),
            removed=tuple(sorted(section.source_path for section in self.removed if not _is_folder(section))),
            unchanged=tuple(source.path for source in stayed if not self.takes_text(source)),
            warnings=tuple(dict.fromkeys([*read, *self.warnings])),
        )


def make_plan(handbook: HandbookPage, sources: Sequence[Source]) -> Plan:
    """The plan for bringing `sources`, which are in reading order, into the working copy of `handbook`."""
    everything = list(handbook.sections())
    imported = {section.source_path: section for section in everything if section.source_path}
    written_here = [section for section in everything if not section.source_path]
    sections = _recognise(imported, sources)
    used = {section.pk for section in sections.values()}
    gone = [section for section in imported.values() if section.pk not in used]
    kept = [old for old in gone if any(section.is_descendant_of(old) for section in written_here)]
    plan = Plan(
        sources, sections, _edited(imported.values()), [section for section in gone if section not in kept]
    )
    plan.warnings += [
        SourceWarning(
            section.source_path, None, "this has gone, but sections written here are below it, so it stays"
        )
        for section in kept
    ]
    plan.warnings += [
        SourceWarning(
            source.path, None, "this changed here and in the source; the text from here is in the history"
        )
        for source in sources
        if plan.takes_text(source) and source.path in sections and sections[source.path].pk in plan.edited
    ]
    plan.slugs = _choose_slugs(plan, {section.slug for section in [*written_here, *kept]})
    return plan


def _recognise(imported: dict[str, SectionPage], sources: Sequence[Source]) -> dict[str, SectionPage]:
    sections = {source.path: imported[source.path] for source in sources if source.path in imported}
    gone = {path: section for path, section in imported.items() if path not in sections}
    new = {source.path: source for source in sources if source.path not in sections}
    renamed = pair_renames(
        {path: section.source_text.encode() for path, section in gone.items() if not _is_folder(section)},
        {path: source.text.encode() for path, source in new.items() if source.format != Format.CHAPTER},
    )
    sections |= {path: gone[old_path] for path, old_path in renamed.items()}
    sections |= {path: gone[old_path] for path, old_path in _renamed_folders(renamed, gone, new).items()}
    return sections


def _renamed_folders(
    renamed: dict[str, str], gone: dict[str, SectionPage], new: dict[str, Source]
) -> dict[str, str]:
    """For each new folder, the gone one that most of its renamed files come from."""
    votes: Counter[tuple[str, str]] = Counter()
    for path, old_path in renamed.items():
        folder, old_folder = dirname(path), dirname(old_path)
        while folder and old_folder:
            votes[folder, old_folder] += 1
            if basename(folder) != basename(old_folder):
                break
            folder, old_folder = dirname(folder), dirname(old_folder)
    pairs: dict[str, str] = {}
    for (folder, old_folder), _ in votes.most_common():
        is_pair = folder in new and old_folder in gone and _is_folder(gone[old_folder])
        if (
            is_pair
            and new[folder].format == Format.CHAPTER
            and folder not in pairs
            and old_folder not in pairs.values()
        ):
            pairs[folder] = old_folder
    return pairs


def _is_folder(section: SectionPage) -> bool:
    return not section.source_text and PurePosixPath(section.source_path).suffix.lower() not in MARKDOWN


def _edited(imported: Iterable[SectionPage]) -> set[int]:
    """Keys of the sections whose latest revision was not made by an import."""
    latest = {section.pk: section.latest_revision_id for section in imported}
    made = set(
        PageLogEntry.objects.filter(page__in=list(latest), data__has_key="imported_from").values_list(
            "page_id", "revision_id"
        )
    )
    return {key for key, revision in latest.items() if (key, revision) not in made}


def _choose_slugs(plan: Plan, taken: set[str]) -> dict[str, str]:
    """An address for each source: that of its section, unless its title has changed; each one only once in the handbook."""
    slugs = {
        path: section.slug
        for source in plan.sources
        for path, section in [(source.path, plan.sections.get(source.path))]
        if section is not None and section.title == plan.title(source)
    }
    taken = taken | set(slugs.values()) | RESERVED_SLUGS
    for source in plan.sources:
        if source.path in slugs:
            continue
        stem = _slug(plan.title(source))
        chapter = slugs.get(source.parent) or "section"
        choices = [stem, f"{chapter}-{stem}"[:LONGEST_SLUG]]
        choices += [f"{choices[1]}-{number}" for number in range(2, len(plan.sources) + len(taken) + 2)]
        slugs[source.path] = next(choice for choice in choices if choice not in taken)
        taken.add(slugs[source.path])
    return slugs


def _slug(title: str) -> str:
    return cautious_slugify(title)[:LONGEST_SLUG].strip("-") or "section"
