"""`manage.py import_handbook` tells what it did, and names what is broken."""

from io import StringIO
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from handbook.models import HandbookPage, SectionPage
from tests.effort import effort


@pytest.fixture
def book(tmp_path: Path) -> Path:
    root = tmp_path / "book"
    (root / "one").mkdir(parents=True)
    (root / "one" / "a.md").write_text("# A\n\nSee [b](../b.md) and [c](c.md).\n")
    (root / "b.md").write_text("# B\n\nText.\n")
    return root


def run(path: Path, title: str = "Our handbook", **options: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("import_handbook", str(path), title=title, stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


def counts(**numbers: int) -> str:
    marks = {"added": "+", "changed": "~", "renamed": ">", "removed": "-", "unchanged": " ", "warnings": "!"}
    return "".join(f"  {mark} {name:<10}{numbers.get(name, 0):>6}\n" for name, mark in marks.items())


def test_it_makes_the_handbook_and_says_what_changed(home: Page, book: Path) -> None:
    out, err = run(book)

    assert out == "  + b.md\n  + one/a.md\n“Our handbook”: what changed\n" + counts(added=2, warnings=1)
    assert err == "Warning: one/a.md:3: there is no file “one/c.md” to link to\n"
    handbook = HandbookPage.objects.get()
    assert (handbook.title, handbook.slug, handbook.get_parent().pk) == (
        "Our handbook",
        "our-handbook",
        home.pk,
    )
    assert [page.title for page in handbook.sections()] == ["B", "One", "A"]


def test_it_updates_the_handbook_that_has_the_address(home: Page, book: Path) -> None:
    run(book, slug="guide")
    (book / "b.md").rename(book / "z.md")
    (book / "one" / "a.md").write_text("# A\n\nNew words alone.\n")

    out, _ = run(book, title="Another title", slug="guide")

    assert out == "  ~ one/a.md\n  > b.md → z.md\n“Our handbook”: what changed\n" + counts(
        changed=1, renamed=1
    )
    assert HandbookPage.objects.count() == 1


def test_a_dry_run_makes_nothing(home: Page, book: Path) -> None:
    out, _ = run(book, dry_run=True)

    assert out == (
        "  + b.md\n  + one/a.md\n“Our handbook”: what would change\n"
        + counts(added=2, warnings=1)
        + "This was a dry run. Nothing was changed.\n"
    )
    assert HandbookPage.objects.count() == 0


def test_a_broken_file_is_named_with_its_line_and_nothing_changes(home: Page, book: Path) -> None:
    run(book)
    before = list(Page.objects.order_by("pk").values())
    (book / "b.md").write_text("# B\n\nNew text.\n")
    (book / "one" / "broken.md").write_bytes(b"# Broken\n\nfine\n\xff\n")

    with pytest.raises(CommandError) as error:
        run(book)

    assert str(error.value) == "one/broken.md:4: not UTF-8 text: byte 0xff\nNothing was changed."
    assert error.value.returncode == 1
    assert list(Page.objects.order_by("pk").values()) == before


def test_a_word_file_is_brought_in_and_updated(home: Page, tmp_path: Path) -> None:
    for words in ("First words.", "Other words."):
        document = docx.Document()
        document.add_heading("Starting", 1)
        document.add_heading("Why", 2)
        document.add_paragraph(words)
        document.save(str(tmp_path / "book.docx"))
        out, _ = run(tmp_path / "book.docx")

    assert out == "  ~ 1.1 Why\n“Our handbook”: what changed\n" + counts(changed=1, unchanged=1)
    page = SectionPage.objects.get(source_path="1.1 Why")
    assert [block["value"] for block in page.body.raw_data] == ["<p>Other words.</p>"]
    assert page.get_parent().title == "Starting"


@pytest.mark.parametrize(
    ("title", "slug", "reason"),
    [
        ("?", None, "The title and the slug need at least one letter or figure; a slug has no spaces."),
        (
            "Fine",
            "not fine",
            "The title and the slug need at least one letter or figure; a slug has no spaces.",
        ),
        ("Taken", None, "The address “/taken/” is that of another page, “Taken”. Choose another --slug."),
    ],
)
def test_an_address_that_cannot_be_is_refused(
    home: Page, book: Path, title: str, slug: str | None, reason: str
) -> None:
    home.add_child(instance=Page(title="Taken", slug="taken"))

    with pytest.raises(CommandError) as error:
        run(book, title=title, slug=slug)

    assert str(error.value) == reason
    assert HandbookPage.objects.count() == 0


@pytest.mark.one_database("how long reading files takes; the import is in test_importing.py")
def test_two_hundred_files_would_come_in_in_less_than_a_minute_of_a_busy_machine(
    home: Page, tmp_path: Path, *, soak: bool
) -> None:
    count = 200 if soak else 40  # in a fifth of the time
    for number in range(count):
        file = tmp_path / "book" / f"chapter-{number // 20}" / f"{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# Section {number}\n\n" + f"Words of section {number}.\n\n- a\n- b\n\n" * 10)
    said = []

    assert effort(lambda: said.extend(run(tmp_path / "book"))) < 60 * count / 200
    assert said[0].splitlines()[-6].split() == ["+", "added", str(count)]
