"""The amendments of an edition, through the commands alone, are the changes that git sees between the two folders."""

import json
import os
import random
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from handbook.models import HandbookPage

pytestmark = pytest.mark.django_db

WORDS = [
    "network",
    "practice",
    "director",
    "patient",
    "funding",
    "board",
    "quorum",
    "vote",
    "decision",
    "agreement",
    "data",
    "sharing",
    "staff",
    "role",
    "cost",
    "meeting",
    "chair",
    "review",
    "notice",
    "partner",
    "service",
    "budget",
    "reserve",
    "claim",
    "form",
]
LETTERS = {"A": {"added"}, "M": {"amended"}, "R": {"renamed", "moved"}, "D": {"removed"}}


def write(folder: Path, path: str, lines: list[str]) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text("\n".join(lines) + "\n", encoding="utf-8")


def paragraph(chance: random.Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(6, 12))).capitalize() + "."


def section(chance: random.Random) -> list[str]:
    """A title and some paragraphs, as lines of Markdown."""
    title = f"# {' '.join(chance.sample(WORDS, 3)).capitalize()}"
    return [title, *(line for _ in range(chance.randint(4, 9)) for line in ("", paragraph(chance)))]


def make_first(folder: Path, chance: random.Random) -> list[str]:
    paths = [
        f"0{chapter}-part/{number:02}-{chance.choice(WORDS)}.md"
        for chapter in (1, 2)
        for number in (1, 2, 3, 4)
    ]
    for path in paths:
        write(folder, path, section(chance))
    return paths


def change(folder: Path, paths: list[str], chance: random.Random) -> None:
    """Edits, renames, moves, removes and adds, each to sections of its own; the rest stays."""
    edited, renamed, moved, both, removed = chance.sample(paths, 5)
    lines = (folder / edited).read_text(encoding="utf-8").splitlines()
    write(folder, edited, [*lines, "", paragraph(chance)])
    (folder / renamed).rename(folder / Path(renamed).with_name("11-renamed.md"))
    (folder / "03-part").mkdir()
    (folder / moved).rename(folder / "03-part" / Path(moved).name)
    lines = (folder / both).read_text(encoding="utf-8").splitlines()
    (folder / both).unlink()
    write(folder, str(Path(both).with_name("12-both.md")), [*lines, "", paragraph(chance)])
    (folder / removed).unlink()
    write(folder, "03-part/01-new.md", section(chance))


def git(*arguments: str, cwd: Path) -> str:
    names = {
        f"GIT_{who}_{what}": "test@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    environment = {**os.environ, **names, "GIT_CONFIG_GLOBAL": "/dev/null"}
    done = subprocess.run(
        ["git", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def seen_by_git(folder: Path) -> dict[str, tuple[str, str | None]]:
    """Each new path (of a removed file, its old one): the letter, and the old path."""
    found = {}
    for line in git("diff", "-M50%", "--name-status", "HEAD~1", "HEAD", cwd=folder).splitlines():
        letter, *paths = line.split("\t")
        found[paths[-1]] = (letter[0], None if letter == "A" else paths[0])
    return found


@pytest.mark.parametrize("seed", range(2))
def test_amendments_are_the_changes_that_git_sees(tmp_path: Path, seed: int, soak: bool) -> None:
    for number in range(seed, 40 if soak else seed + 1, 2):
        folder = tmp_path / str(number)
        compare(folder, random.Random(number))  # noqa: S311  a seed makes the run repeatable
        HandbookPage.objects.filter(slug="handbook").update(slug=f"handbook-{number}")
        shutil.rmtree(folder)


def compare(folder: Path, chance: random.Random) -> None:
    folder.mkdir()
    git("init", "-q", cwd=folder)
    out = StringIO()
    paths = make_first(folder, chance)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "1.0", cwd=folder)
    call_command("import_handbook", str(folder), title="Handbook", stdout=out)
    call_command("publish_edition", "handbook", number="1.0", note="First.", stdout=out)
    change(folder, paths, chance)
    git("add", "-A", cwd=folder)
    git("commit", "-qm", "2.0", cwd=folder)
    call_command("import_handbook", str(folder), title="Handbook", stdout=out)
    call_command("publish_edition", "handbook", number="2.0", note="Second.", stdout=out)

    printed = StringIO()
    call_command("amendments", "handbook", edition="2.0", json=True, stdout=printed)

    amendments = {line["path"]: line for line in json.loads(printed.getvalue())["amendments"]}
    expected = seen_by_git(folder)
    assert amendments.keys() == expected.keys()
    for path, (letter, old_path) in expected.items():
        assert amendments[path]["change"] in LETTERS[letter], path
        assert amendments[path]["old_path"] == old_path
