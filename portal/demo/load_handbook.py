"""The demonstration's handbook: three editions, each brought in from a folder as an editor would and published on its day."""

import shutil
import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone
from wagtail.models import Site

from handbook.actions.editions import Annotation, annotate_edition, prepare_edition
from handbook.actions.errata import publish_erratum
from handbook.actions.importing import import_sections
from handbook.actions.release import publish_edition
from handbook.models import HandbookPage
from handbook.sources import read_folder
from portal.members.models import User

STATES = Path(__file__).parent / "handbook"
SLUG = "handbook"


def load_handbook(*, by: User, now: datetime) -> HandbookPage:
    """Makes the handbook and its editions; leaves a handbook that is there already as it is."""
    found = HandbookPage.objects.filter(slug=SLUG).first()
    if found is not None:
        return found
    handbook = HandbookPage(
        title="PCN handbook",
        slug=SLUG,
        summary="How to set up, run and pay for a primary care network, for clinical directors and the practices they work with.",
        show_in_menus=True,
        owner=by,
    )
    Site.objects.get(is_default_site=True).root_page.add_child(instance=handbook)
    handbook.save_revision(user=by).publish(user=by)
    for facts, folder in _states():
        _publish(handbook, facts, folder, by, now)
    return handbook


def _publish(handbook: HandbookPage, facts: dict[str, Any], folder: Path, by: User, now: datetime) -> None:
    moment = now - timedelta(days=facts["days_ago"])
    import_sections(handbook=handbook, sources=read_folder(folder), by=by, now=moment)
    edition = prepare_edition(handbook=handbook, by=by, now=moment)
    notes = {note["path"]: Annotation(note["significance"], note["text"]) for note in facts.get("notes", [])}
    annotate_edition(
        edition=edition,
        number=facts["number"],
        effective_on=timezone.localdate(moment),
        summary=facts["summary"],
        annotations={row.key: notes[row.path] for row in edition.sections.amendments()},
    )
    publish_edition(edition=edition, by=by, now=moment)
    for erratum in facts.get("errata", []):
        publish_erratum(
            edition=edition,
            key=edition.sections.get(path=erratum["path"]).key,
            text=erratum["text"],
            by=by,
            now=now - timedelta(days=erratum["days_ago"]),
        )


def _states() -> Iterator[tuple[dict[str, Any], Path]]:
    """Each edition's facts with a folder that holds its whole text; every state is laid over the one before."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "handbook"
        for state in sorted(STATES.iterdir()):
            facts = tomllib.loads((state / "edition.toml").read_text(encoding="utf-8"))
            for new, old in facts.get("renamed", {}).items():
                (folder / new).parent.mkdir(parents=True, exist_ok=True)
                (folder / old).rename(folder / new)
            for path in facts.get("removed", []):
                (folder / path).unlink()
            shutil.copytree(state, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("edition.toml"))
            yield facts, folder
