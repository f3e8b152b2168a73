"""Sections are made, recognised, updated and removed as their sources are; what editors did is not lost."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry, Revision

from handbook.actions import importing
from handbook.actions.importing import import_sections
from handbook.import_plan import ImportSummary
from handbook.models import HandbookPage, SectionPage
from handbook.sources import read_folder
from tests import factories

Files = dict[str, str | bytes]
Bring = Callable[..., ImportSummary]

BOOK: Files = {
    "01-start/01-who.md": "# Who this is for\n\nSee [why](02-why.md) and [votes](../02-govern/votes.md#how-we-vote).\n",
    "01-start/02-why.md": "# Why\n\nBecause.\n\n## A reason\n\n- one\n- two\n",
    "02-govern/votes.md": "# Votes\n\nWords.\n\n## How we vote\n\n| Who | Votes |\n|---|--:|\n| GP | 2 |\n",
    "appendix.md": "# Appendix\n\n```py\nx = 1\n```\n",
}


@pytest.fixture
def handbook(home: Page) -> HandbookPage:
    return home.add_child(instance=HandbookPage(title="Network handbook", slug="network-handbook"))


@pytest.fixture
def bring(handbook: HandbookPage, tmp_path: Path, now: datetime) -> Bring:
    """Brings in a folder that holds just the files given."""

    def run(files: Files, **options: Any) -> ImportSummary:
        root = tmp_path / f"state-{len(list(tmp_path.iterdir()))}"
        write(root, files)
        return import_sections(handbook=handbook, sources=read_folder(root), by=None, now=now, **options)

    return run


def write(root: Path, files: Files) -> None:
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def section(path: str) -> SectionPage:
    return SectionPage.objects.get(source_path=path)


def outline(handbook: HandbookPage) -> list[tuple[int, str, str]]:
    return [(page.depth - handbook.depth, page.title, page.slug) for page in handbook.sections()]


def content(path: str) -> list[tuple[str, Any]]:
    return [(block["type"], block["value"]) for block in section(path).body.raw_data]


def png(colour: str = "red") -> bytes:
    data = BytesIO()
    Pillow.new("RGB", (4, 3), colour).save(data, "PNG")
    return data.getvalue()


def test_a_folder_becomes_published_sections_in_order(handbook: HandbookPage, bring: Bring) -> None:
    got = bring(BOOK)

    assert got == ImportSummary(
        added=tuple(BOOK), changed=(), renamed=(), removed=(), unchanged=(), warnings=()
    )
    assert outline(handbook) == [
        (1, "Start", "start"),
        (2, "Who this is for", "who-this-is-for"),
        (2, "Why", "why"),
        (1, "Govern", "govern"),
        (2, "Votes", "votes"),
        (1, "Appendix", "appendix"),
    ]
    assert list(handbook.sections().filter(live=False)) == []
    assert section("01-start/01-who.md").latest_revision.created_at is not None


def test_links_tables_lists_and_code_are_kept(bring: Bring) -> None:
    bring(BOOK)

    why = section("01-start/02-why.md").pk
    assert content("01-start/01-who.md") == [
        (
            "text",
            f'<p>See <a linktype="page" id="{why}">why</a> and <a href="/network-handbook/votes/#how-we-vote">votes</a>.</p>',
        )
    ]
    assert content("01-start/02-why.md") == [
        ("text", "<p>Because.</p>"),
        ("text", "<h2>A reason</h2><ul><li>one</li><li>two</li></ul>"),
    ]
    assert content("02-govern/votes.md") == [
        ("text", "<p>Words.</p>"),
        ("text", "<h2>How we vote</h2>"),
        (
            "table",
            {
                "columns": [{"type": "text", "heading": "Who"}, {"type": "number", "heading": "Votes"}],
                "rows": [{"values": ["<p>GP</p>", "2"]}],
                "caption": "",
            },
        ),
    ]
    assert content("appendix.md") == [("code", {"language": "py", "code": "x = 1"})]


def test_bringing_in_the_same_twice_changes_nothing(bring: Bring) -> None:
    bring(BOOK)
    before = (
        list(SectionPage.objects.order_by("pk").values()),
        Revision.objects.count(),
        PageLogEntry.objects.count(),
    )

    got = bring(BOOK)

    after = (
        list(SectionPage.objects.order_by("pk").values()),
        Revision.objects.count(),
        PageLogEntry.objects.count(),
    )
    assert got == ImportSummary(
        added=(), changed=(), renamed=(), removed=(), unchanged=tuple(BOOK), warnings=()
    )
    assert after == before


def test_a_changed_file_makes_one_revision_and_keeps_the_ids_of_its_blocks(bring: Bring) -> None:
    bring(BOOK)
    first = section("01-start/02-why.md")
    revisions = Revision.objects.count()

    got = bring({**BOOK, "01-start/02-why.md": "# Why\n\nBecause.\n\n## A reason\n\n- one\n- three\n"})

    second = section("01-start/02-why.md")
    assert got.changed == ("01-start/02-why.md",)
    assert Revision.objects.count() == revisions + 1
    assert [block["id"] for block in second.body.raw_data] == [block["id"] for block in first.body.raw_data]
    assert second.pk == first.pk


def test_a_renamed_file_keeps_its_page_its_key_and_the_links_to_it(bring: Bring) -> None:
    bring(BOOK)
    old = section("01-start/02-why.md")
    moved = {path: text for path, text in BOOK.items() if path != "01-start/02-why.md"}
    moved["02-govern/purpose.md"] = "# Purpose\n\nBecause.\n\n## A reason\n\n- one\n- two\n"
    moved["01-start/01-who.md"] = str(BOOK["01-start/01-who.md"]).replace(
        "02-why.md", "../02-govern/purpose.md"
    )

    got = bring(moved)

    new = section("02-govern/purpose.md")
    assert got.renamed == (("01-start/02-why.md", "02-govern/purpose.md"),)
    assert (got.added, got.removed, got.changed) == ((), (), ("01-start/01-who.md",))
    assert (new.pk, new.translation_key, new.title, new.slug) == (
        old.pk,
        old.translation_key,
        "Purpose",
        "purpose",
    )
    assert new.get_parent().title == "Govern"
    assert f'id="{old.pk}"' in content("01-start/01-who.md")[0][1]


def test_a_file_that_links_to_the_old_name_of_another_is_unchanged(bring: Bring) -> None:
    bring(BOOK)
    before = section("01-start/01-who.md").latest_revision_id, content("01-start/01-who.md")

    got = bring({path.replace("02-why", "03-why"): text for path, text in BOOK.items()})

    assert got.renamed == (("01-start/02-why.md", "01-start/03-why.md"),)
    assert (section("01-start/01-who.md").latest_revision_id, content("01-start/01-who.md")) == before


def test_a_renamed_folder_keeps_its_chapter(bring: Bring) -> None:
    bring(BOOK)
    old = section("01-start")

    bring({path.replace("01-start", "01-beginning"): text for path, text in BOOK.items()})

    new = section("01-beginning")
    assert (new.pk, new.title, new.slug) == (old.pk, "Beginning", "beginning")


def test_sections_may_swap_titles(handbook: HandbookPage, bring: Bring) -> None:
    bring({"a.md": "# One\n\nfirst text", "b.md": "# Two\n\nsecond text"})

    bring({"a.md": "# Two\n\nfirst text", "b.md": "# One\n\nsecond text"})

    assert outline(handbook) == [(1, "Two", "two"), (1, "One", "one")]
    assert content("a.md") == [("text", "<p>first text</p>")]


def test_a_link_with_an_anchor_follows_the_new_address_of_a_section(bring: Bring) -> None:
    bring(BOOK)

    got = bring(
        {**BOOK, "02-govern/votes.md": str(BOOK["02-govern/votes.md"]).replace("# Votes", "# Voting", 1)}
    )

    assert got.changed == ("02-govern/votes.md",)
    assert '<a href="/network-handbook/voting/#how-we-vote">' in content("01-start/01-who.md")[0][1]


def test_addresses_are_unique_in_the_whole_handbook(handbook: HandbookPage, bring: Bring) -> None:
    bring({
        "a/README.md": "# Overview", "b/README.md": "# Overview", "b/x.md": "# Overview", "c.md": "# Amendments", "d.md": "# ?",
    })  # fmt: skip

    assert [page.slug for page in handbook.sections()] == [
        "a", "overview", "b", "b-overview", "b-overview-2", "section-amendments", "section",
    ]  # fmt: skip


def test_order_follows_the_sources(handbook: HandbookPage, bring: Bring) -> None:
    bring({"1-a.md": "# A\n\nalpha", "2-b.md": "# B\n\nbravo", "3-c.md": "# C\n\ncharlie"})

    bring(
        {
            "1-c.md": "# C\n\ncharlie",
            "2-new.md": "# New\n\nnew",
            "3-a.md": "# A\n\nalpha",
            "4-b.md": "# B\n\nbravo",
        }
    )

    assert [title for _, title, _ in outline(handbook)] == ["C", "New", "A", "B"]


def test_a_removed_file_removes_its_section_and_leaves_those_written_here(
    handbook: HandbookPage, bring: Bring
) -> None:
    bring(BOOK)
    section("02-govern").add_child(instance=SectionPage(title="Ours", slug="ours"))

    got = bring({"appendix.md": BOOK["appendix.md"]})

    assert got.removed == ("01-start/01-who.md", "01-start/02-why.md", "02-govern/votes.md")
    assert sorted(outline(handbook)) == [
        (1, "Appendix", "appendix"),
        (1, "Govern", "govern"),
        (2, "Ours", "ours"),
    ]
    assert [str(warning) for warning in got.warnings] == [
        "02-govern: this has gone, but sections written here are below it, so it stays"
    ]


def edit(path: str, **fields: Any) -> None:
    page = section(path)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_an_edited_section_keeps_the_editors_text_while_its_source_stays(bring: Bring) -> None:
    bring(BOOK)
    edit("01-start/01-who.md", title="For whom", body=[("text", "<p>Edited.</p>")])

    got = bring({**BOOK, "02-govern/votes.md": "# Voting\n\nNew."})

    assert got.unchanged == ("01-start/01-who.md", "01-start/02-why.md", "appendix.md")
    assert (section("01-start/01-who.md").title, content("01-start/01-who.md")) == (
        "For whom",
        [("text", "<p>Edited.</p>")],
    )


def test_an_edited_section_that_is_renamed_keeps_the_editors_text(bring: Bring) -> None:
    bring(BOOK)
    edit("appendix.md", body=[("text", "<p>Edited.</p>")])

    renamed = {path.replace("appendix", "annex"): text for path, text in BOOK.items()}
    bring(renamed)
    bring(renamed)

    assert content("annex.md") == [("text", "<p>Edited.</p>")]


def test_a_section_changed_on_both_sides_takes_the_source_and_says_so(bring: Bring) -> None:
    bring(BOOK)
    edit("appendix.md", body=[("text", "<p>Edited.</p>")])

    got = bring({**BOOK, "appendix.md": "# Appendix\n\nNew source."})

    assert content("appendix.md") == [("text", "<p>New source.</p>")]
    assert [str(warning) for warning in got.warnings] == [
        "appendix.md: this changed here and in the source; the text from here is in the history"
    ]
    texts = [revision.content["body"] for revision in section("appendix.md").revisions.order_by("pk")]
    assert ["Edited" in text for text in texts] == [False, True, False]


def test_a_section_that_an_editor_took_out_stays_out(bring: Bring) -> None:
    bring(BOOK)
    section("appendix.md").unpublish()

    got = bring({**BOOK, "appendix.md": "# Appendix\n\nNew source."})

    page = section("appendix.md")
    assert (page.live, page.has_unpublished_changes) == (False, True)
    assert [str(warning) for warning in got.warnings] == [
        "appendix.md: an editor has taken this section out; the new text is a draft"
    ]


# Wagtail leaves the temporary file open in which it makes a rendition.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_pictures_are_kept_once(bring: Bring) -> None:
    files: Files = {
        "a.md": "![A map](maps/m.png)",
        "b.md": "# B\n\n- x ![Same](n.png)",
        "maps/m.png": png(),
        "n.png": png(),
    }

    bring(files)
    bring(files)

    [image] = get_image_model().objects.all()
    assert (image.title, image.description, image.collection.name, image.width) == (
        "A map",
        "A map",
        "Handbook",
        4,
    )
    assert content("a.md") == [("image", {"image": image.pk, "alt_text": "A map", "caption": ""})]
    assert content("b.md") == [("markdown", f"- x ![Same]({image.get_rendition('original').url})")]


def test_a_picture_that_changes_is_brought_in_although_the_text_has_not(bring: Bring) -> None:
    bring({"a.md": "![A map](m.png)", "m.png": png()})
    bring({"a.md": "![A map](m.png)", "m.png": png("blue")})

    first, second = get_image_model().objects.order_by("pk")
    assert content("a.md") == [("image", {"image": second.pk, "alt_text": "A map", "caption": ""})]
    assert first.file_hash != second.file_hash


def test_a_damaged_picture_is_left_out_with_a_warning(bring: Bring) -> None:
    got = bring({"a.md": "![A map](m.png)", "m.png": b"not a picture"})

    assert [str(warning) for warning in got.warnings] == [
        "a.md: the picture “m.png” is left out: it is damaged or not a picture; its description stands in its place"
    ]
    assert content("a.md") == [("text", "<p>A map</p>")]


def test_a_dry_run_says_the_same_and_writes_nothing(handbook: HandbookPage, bring: Bring) -> None:
    bring(BOOK)
    before = list(Page.objects.order_by("pk").values()), Revision.objects.count()
    files: Files = {**BOOK, "appendix.md": "# Appendix\n\n![New](n.png)", "z.md": "", "n.png": png()}
    del files["02-govern/votes.md"]

    said = bring(files, dry_run=True)

    assert (list(Page.objects.order_by("pk").values()), Revision.objects.count()) == before
    assert get_image_model().objects.count() == 0
    assert said == bring(files)


def test_a_failure_leaves_everything_as_it_was(
    handbook: HandbookPage, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(BOOK)
    before = list(Page.objects.order_by("pk").values()), Revision.objects.count()
    made: list[Any] = []
    put = importing.PictureShelf.put

    def put_and_remember(shelf: importing.PictureShelf, path: str, alt: str, data: bytes) -> object:
        picture = put(shelf, path, alt, data)
        made.append(shelf.made[-1])
        return picture

    def fail(done: int) -> None:
        if made:
            raise RuntimeError("the lights went out")

    monkeypatch.setattr(importing.PictureShelf, "put", put_and_remember)
    with pytest.raises(RuntimeError):
        bring({"a.md": "![New](n.png)", "b.md": "# B", "n.png": png()}, progress=fail)

    assert (list(Page.objects.order_by("pk").values()), Revision.objects.count()) == before
    assert [image.file.storage.exists(image.file.name) for image in made] == [False]


def test_who_brought_it_in_is_recorded(handbook: HandbookPage, tmp_path: Path, now: datetime) -> None:
    editor = factories.make_user(is_superuser=True)
    write(tmp_path / "book", {"a.md": "# A"})

    import_sections(handbook=handbook, sources=read_folder(tmp_path / "book"), by=editor, now=now)

    [entry] = PageLogEntry.objects.filter(data__has_key="imported_from")
    assert (entry.user, entry.data, entry.timestamp) == (editor, {"imported_from": "a.md"}, now)
    assert section("a.md").latest_revision.user == editor


def test_what_two_states_differ_in_is_what_git_says(bring: Bring, tmp_path: Path) -> None:
    lines = "\n".join(
        f"Line {number} of a text that is long enough to be recognised." for number in range(12)
    )
    old: Files = {f"{chapter}/{name}.md": f"# {chapter} {name}\n\n{chapter} {name}\n{lines}\n{chapter}{name}\n"
                  for chapter in "ab" for name in ("one", "two", "three", "four")}  # fmt: skip
    new = dict(old)
    new["b/renamed.md"] = str(new.pop("a/one.md")).replace("Line 3", "Line three")
    new["a/two.md"] = str(new["a/two.md"]) + "More.\n"
    new["a/three.md"], new["b/three.md"] = new["b/three.md"], new["a/three.md"]
    new["c/four.md"] = new.pop("b/four.md")
    new["c/new.md"] = "# New\n\nNothing like the others.\n"
    del new["a/four.md"]
    bring(old)

    got = bring(new)

    assert got.unchanged == ("b/one.md", "b/two.md")
    assert _as_status(got) == _status_by_git(tmp_path / "repository", old, new)


def _as_status(summary: ImportSummary) -> set[tuple[str, ...]]:
    singles = {"A": summary.added, "M": summary.changed, "D": summary.removed}
    return {(mark, path) for mark, paths in singles.items() for path in paths} | {
        ("R", *pair) for pair in summary.renamed
    }


def _status_by_git(repository: Path, *states: Files) -> set[tuple[str, ...]]:
    def git(*arguments: str) -> str:
        command = ["git", "-c", "core.autocrlf=false", *arguments]
        return subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout

    repository.mkdir()
    git("init", "-q")
    trees = []
    for files in states:
        git("rm", "-rqf", "--ignore-unmatch", ".")
        write(repository, files)
        git("add", "-A")
        trees.append(git("write-tree").strip())
    lines = git("diff", "-M", "--name-status", *trees).splitlines()
    return {(line.split("\t")[0][0], *line.split("\t")[1:]) for line in lines}
