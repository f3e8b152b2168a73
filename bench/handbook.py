"""What an edition costs: freezing, deriving amendments, redlines, the PDF and storage, each against a bare limit in the same run.

Makes a database of its own with a made-up handbook of 180 sections and 51,000 words, freezes it, changes 30 sections and freezes
it again. The bare limits: WeasyPrint alone on the same HTML, lxml's htmldiff on the same sections, and 20 full copies for 20
editions in each of which 15% of the sections changed. Prints medians of the rounds.

Goals: everything but the PDF in less than a fifth of the PDF's time (amend_to_pdf); redlines no slower than lxml's and marking
fewer words (redline_time_to_lxml, redline_words_to_lxml); storage_to_copies under a quarter.
"""

import argparse
import json
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS, PER_CHAPTER, WORDS = (
    9,
    19,
    51_000,
)  # nine chapters with nineteen sections each, and the chapters themselves: 180
CHANGED, EDITIONS, SHARE = 30, 20, 0.15
GOALS = {
    "amend_to_pdf": 0.2,
    "redline_time_to_lxml": 1.0,
    "redline_words_to_lxml": 1.0,
    "storage_to_copies": 0.25,
}
DEMO = ROOT / "portal" / "demo" / "handbook"


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ |= {
            "PORTAL_ENV": "development",
            "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3",
            "MEDIA_ROOT": f"{folder}/media",
        }
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        sys.path.insert(0, str(ROOT))
        results = measured(Path(folder), options.rounds)
    report(results, as_json=options.json)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--rounds", type=int, default=3, help="how often each thing is measured (3)")
    return parser.parse_args()


def say(text: str) -> None:
    """Progress, apart from the results."""
    print(text, file=sys.stderr, flush=True)


# --- The made-up handbook ----------------------------------------------------------------------------------------------


class Author:
    """Writes sections of sentences from the demo's handbook, and amends them as editors do; always the same ones."""

    def __init__(self) -> None:
        self.random = random.Random(3)  # noqa: S311  not for secrets
        texts = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DEMO.rglob("*.md")))
        prose = [line for line in texts.splitlines() if line[:1].isalpha()]
        self.sentences = sorted(
            {part for line in prose for part in re.split(r"(?<=[.?!]) ", line) if "](" not in part}
        )
        self.words = sorted(set(re.findall(r"[a-z]{4,}", " ".join(self.sentences))))

    def paragraph(self) -> str:
        return " ".join(self.random.sample(self.sentences, self.random.randint(2, 5)))

    def table(self) -> str:
        rows = [[self.random.choice(self.words) for _ in range(3)] for _ in range(5)]
        head, *body = (f"| {' | '.join(row)} |" for row in rows)
        return "\n".join([head, "|---|---|---|", *body])

    def section(self, title: str, words: int) -> str:
        blocks = [f"# {title}"]
        while sum(len(block.split()) for block in blocks) < words:
            kind = self.random.random()
            if kind < 0.15:
                blocks.append(f"## {' '.join(self.random.sample(self.words, 4)).capitalize()}")
            if kind < 0.3:
                blocks.append(
                    "\n".join(f"- {sentence}" for sentence in self.random.sample(self.sentences, 4))
                )
            elif kind < 0.35:
                blocks.append(self.table())
            else:
                blocks.append(self.paragraph())
        return "\n\n".join(blocks) + "\n"

    def edited(self, text: str) -> str:
        """As an editor amends: words replaced, a sentence more, a sentence less; in every other section also a paragraph
        that goes, one that is new, and one that moves to the end."""
        title, *blocks = text.strip().split("\n\n")
        prose = [at for at, block in enumerate(blocks) if block[:1].isalpha()] or [0]
        for _ in range(3):
            at = self.random.choice(prose)
            words = blocks[at].split(" ")
            words[self.random.randrange(len(words))] = self.random.choice(self.words)
            blocks[at] = " ".join(words)
        blocks[self.random.choice(prose)] += " " + self.random.choice(self.sentences)
        at = self.random.choice(prose)
        blocks[at] = blocks[at].partition(". ")[2] or blocks[at]
        if self.random.random() < 0.5:
            blocks.pop(self.random.randrange(len(blocks)))
            blocks.insert(self.random.randrange(len(blocks) + 1), self.paragraph())
            blocks.append(blocks.pop(self.random.randrange(len(blocks))))
        return "\n\n".join([title, *blocks]) + "\n"


def write_handbook(folder: Path, author: Author) -> list[Path]:
    files = []
    for chapter in range(1, CHAPTERS + 1):
        (folder / f"{chapter:02}-chapter-{chapter}").mkdir(parents=True)
        for number in range(1, PER_CHAPTER + 1):
            path = folder / f"{chapter:02}-chapter-{chapter}" / f"{number:02}-section.md"
            path.write_text(
                author.section(f"Section {chapter} {number}", WORDS // (CHAPTERS * PER_CHAPTER)),
                encoding="utf-8",
            )
            files.append(path)
    return files


# --- Measuring -----------------------------------------------------------------------------------------------------------


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def median(rounds: int, work: Callable[[], Any]) -> float:
    return statistics.median(timed(work)[0] for _ in range(rounds))


def measured(folder: Path, rounds: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone
    from wagtail.models import Site

    from handbook.models import HandbookPage

    call_command("migrate", verbosity=0)
    handbook = HandbookPage(title="Handbook", slug="handbook")
    Site.objects.get(is_default_site=True).root_page.add_child(instance=handbook)
    author, texts, now = Author(), folder / "texts", timezone.now()
    files = write_handbook(texts, author)
    desk = Desk(handbook, texts, now)
    say("Bringing in the made-up handbook …")
    desk.bring_in()
    say("Freezing the first edition …")
    results = {"freeze_first_s": desk.freeze(), "words": desk.words(), "sections": desk.sections()}
    first = desk.publish()
    one_edition = desk.stored()
    amend(author, author.random.sample(files, CHANGED))
    desk.bring_in()
    say("Freezing the second edition, with its amendments …")
    results["freeze_second_s"] = statistics.median(desk.freeze() for _ in range(rounds))
    results["derive_s"] = median(rounds, desk.derive)
    second = desk.publish()
    results |= redlines(first, second, rounds)
    results |= pdfs(second, rounds)
    say(f"Publishing editions until there are {EDITIONS} …")
    for _ in range(EDITIONS - 2):
        amend(author, author.random.sample(files, round(len(files) * SHARE)))
        desk.bring_in()
        desk.freeze()
        desk.publish()
    results["storage_to_copies"] = desk.stored() / (EDITIONS * one_edition)
    others = results["freeze_second_s"] + results["redline_s"]
    return results | {"amend_to_pdf": others / results["pdf_s"]}


def amend(author: Author, files: list[Path]) -> None:
    for path in files:
        path.write_text(author.edited(path.read_text(encoding="utf-8")), encoding="utf-8")


class Desk:
    """What an editor does, without the admin."""

    def __init__(self, handbook: Any, texts: Path, now: Any) -> None:
        self.handbook, self.texts, self.now = handbook, texts, now

    def bring_in(self) -> None:
        from handbook.actions.importing import import_sections
        from handbook.sources import read_folder

        import_sections(handbook=self.handbook, sources=read_folder(self.texts), by=None, now=self.now)

    def freeze(self) -> float:
        from handbook.actions.editions import prepare_edition

        seconds, self.edition = timed(lambda: prepare_edition(handbook=self.handbook, by=None, now=self.now))
        return seconds

    def derive(self) -> None:
        from handbook import rules

        old, new = (
            [
                rules.SectionFacts(row.key, row.parent, row.title, row.path, row.body_id)
                for row in edition.sections.present()
            ]
            for edition in (self.edition.previous, self.edition)
        )
        rules.derive_changes(old, new)

    def publish(self) -> Any:
        from handbook.actions.release import publish_edition

        self.edition.sections.amendments().update(note="Read it again.")
        publish_edition(edition=self.edition, by=None, now=self.now)
        self.edition.refresh_from_db()
        return self.edition

    def words(self) -> int:
        rows = self.edition.sections.present().select_related("body")
        return sum(len(row.body.text.split()) for row in rows)

    def sections(self) -> int:
        return self.edition.sections.present().count()

    def stored(self) -> int:
        """The bytes that editions take in the database: their rows, their bodies, and the indexes of both."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'handbook_edition%%' OR name LIKE 'handbook_body%%' "
                "OR name LIKE 'sqlite_autoindex_handbook_body%%' OR name LIKE 'sqlite_autoindex_handbook_edition%%'"
            )
            return cursor.fetchone()[0]


def redlines(first: Any, second: Any, rounds: int) -> dict[str, float]:
    from lxml.html.diff import htmldiff

    from handbook.redline import accept, redline, reject

    old = {row.key: row.body.html for row in first.sections.present().select_related("body")}
    pairs = [
        (old[row.key], row.body.html)
        for row in second.sections.present().select_related("body")
        if row.change and row.key in old
    ]
    say(f"Redlines of {len(pairs)} sections …")
    ours = [redline(*pair) for pair in pairs]
    for (before, after), found in zip(pairs, ours, strict=True):
        if (accept(found.html), reject(found.html)) != (after, before):
            raise SystemExit("A redline does not give its two sides back.")
    theirs = [htmldiff(*pair) for pair in pairs]
    # In turns, so that both meet the same weather.
    times = [
        (
            timed(lambda: [redline(*pair) for pair in pairs])[0],
            timed(lambda: [htmldiff(*pair) for pair in pairs])[0],
        )
        for _ in range(max(rounds, 5))
    ]
    marked = sum(found.inserted + found.deleted for found in ours)
    return {
        "redlines": len(pairs),
        "redline_s": statistics.median(our for our, _ in times),
        "lxml_s": statistics.median(their for _, their in times),
        "redline_time_to_lxml": statistics.median(our / their for our, their in times),
        "redline_words": marked,
        "lxml_words": sum(map(marked_words, theirs)),
        "redline_words_to_lxml": marked / sum(map(marked_words, theirs)),
    }


def marked_words(html: str) -> int:
    """The words within <ins> and <del>."""
    runs = re.findall(r"<(ins|del)>(.*?)</\1>", html, re.DOTALL)
    return sum(len(re.findall(r"\w+(?:['’-]\w+)*", re.sub(r"<[^>]+>", " ", text))) for _, text in runs)


def pdfs(edition: Any, rounds: int) -> dict[str, float]:
    from handbook import pdf
    from handbook.pdf.press import OPTIONS, Press

    say("The PDF …")
    seen: list[str] = []
    inner = Press.set

    def remember(self: Press, template: str, context: dict[str, Any]) -> Any:
        from django.template.loader import render_to_string

        seen.append(render_to_string(template, context))
        return inner(self, template, context)

    Press.set = remember
    pdf.make(edition)  # once, for its HTML and to warm up
    Press.set = inner
    press = Press.open({})

    def bare() -> None:
        from weasyprint import HTML

        document = HTML(string=seen[0], url_fetcher=press.fetcher)
        document.write_pdf(stylesheets=[press.style], font_config=press.fonts, **OPTIONS)

    times = [(timed(lambda: pdf.make(edition))[0], timed(bare)[0]) for _ in range(rounds)]
    return {
        "pdf_s": statistics.median(our for our, _ in times),
        "weasyprint_s": statistics.median(their for _, their in times),
        "pdf_to_weasyprint": statistics.median(our / their for our, their in times),
    }


def report(results: dict[str, float], *, as_json: bool) -> None:
    rounded = {
        name: round(value, 4) if isinstance(value, float) else value for name, value in results.items()
    }
    for name, value in rounded.items():
        goal = f"   goal: under {GOALS[name]}" if name in GOALS else ""
        print(f"{name:24}{value:>12}{goal}")
    if as_json:
        print(json.dumps(rounded))


if __name__ == "__main__":
    sys.exit(main())
