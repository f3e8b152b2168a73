"""A folder of Markdown is read in order; what cannot be read is named with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from handbook import sources
from handbook.sources import Format, Source, SourceError, find_target, read_folder, target_of

Folder = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def write(files: dict[str, str | bytes]) -> Path:
        root = tmp_path / "book"
        root.mkdir()
        for path, content in files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return write


def test_files_and_folders_are_in_reading_order(folder: Folder) -> None:
    root = folder({
        "10-late.md": "", "2-early.md": "", "zeta.md": "", "Alpha.md": "", "README.md": "", "1.2-deep.md": "", "1.10-deeper.md": "",
        "beta/README.md": "", "beta/a.markdown": "", "3_chapter/inner/x.md": "", "pictures/x.png": b"", ".hidden/y.md": "",
        "notes.txt": "",
    })  # fmt: skip

    got = [source.path for source in read_folder(root)]

    assert got == [
        "1.2-deep.md", "1.10-deeper.md", "2-early.md", "3_chapter", "3_chapter/inner", "3_chapter/inner/x.md", "10-late.md",
        "README.md", "Alpha.md", "beta", "beta/README.md", "beta/a.markdown", "zeta.md",
    ]  # fmt: skip


def test_a_chapter_has_the_name_of_its_folder_and_its_files_know_it(folder: Folder) -> None:
    root = folder({"02-data_sharing-rules/01-why.md": "# Why?\n\nText\n"})

    assert read_folder(root) == [
        Source("02-data_sharing-rules", "Data sharing rules", "", "", Format.CHAPTER),
        Source(
            "02-data_sharing-rules/01-why.md", "Why?", "02-data_sharing-rules", "# Why?\n\nText\n", Format.MARKDOWN, "\n\nText\n"
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "title", "body"),
    [
        ("a.md", "# The *title* `x`\n\nText", "The title x", "\n\nText"),
        ("a.md", "Title\n=====\nText", "Title", "\n\nText"),
        ("a.md", "### Low\n\nText", "Low", "\n\nText"),
        ("a.md", "First\n\n# Later\n\nText", "Later", "First\n\n# Later\n\nText"),
        ("a.md", "---\ntitle: Front\ntags: [x]\n---\nText", "Front", "\n\n\n\nText"),
        ("a.md", '---\ntitle: "In: quotes"\n---\n', "In: quotes", "\n\n\n"),
        ("a.md", "---\ntitle: Front\n---\n# Head\n", "Head", "\n\n\n\n"),
        ("a.md", "---\n---\nText", "A", "\n\nText"),
        ("01-some_long-name.md", "Text", "Some long name", "Text"),
        ("2024.md", "", "2024", ""),
        ("a.md", "#\n\nText", "A", "#\n\nText"),
        ("a.md", "\ufeff# Marked\r\n\r\nText\r\n", "Marked", "\n\nText\n"),
        ("a.md", "```\n# not a heading\n```", "A", "```\n# not a heading\n```"),
    ],
)
def test_title_and_body(folder: Folder, name: str, text: str, title: str, body: str) -> None:
    [source] = read_folder(folder({name: text}))

    assert (source.title, source.body, source.text) == (title, body, text)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.md": "fine", "b/c.md": b"one\ntwo\nthr\xffee\n"}, "b/c.md:3: not UTF-8 text: byte 0xff"),
        ({"a.md": "one\ntwo \0\n"}, "a.md:2: there is a NUL character in the text"),
        ({"a.md": b"x" * (2 * 1024 * 1024 + 1)}, "a.md: the file has 2,097,153 bytes; 2,097,152 is the most"),
        ({"/".join("abcdefghijklmnopqrstuv") + "/x.md": ""}, "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u: folders are nested more than 20 deep"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_line(
    folder: Folder, files: dict[str, str | bytes], message: str
) -> None:
    root = folder(files)

    with pytest.raises(SourceError) as error:
        read_folder(root)

    assert str(error.value) == message


def test_a_folder_that_is_missing_empty_or_no_folder_is_refused(folder: Folder) -> None:
    root = folder({"a.txt": "", "sub/b.txt": ""})

    for path, reason in [
        (root, "there is no Markdown file (.md or .markdown) in this folder"),
        (root / "none", "there is no such folder"),
        (root / "a.txt", "this is not a folder"),
    ]:
        with pytest.raises(SourceError) as error:
            read_folder(path)
        assert str(error.value) == f"{path}: {reason}"


def test_too_many_files_are_refused(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    root = folder({"a.md": "", "b.md": "", "c.md": ""})
    monkeypatch.setattr(sources, "MOST_FILES", 2)

    with pytest.raises(SourceError) as error:
        read_folder(root)

    assert str(error.value) == f"{root}: there are 3 Markdown files; 2 is the most"


def test_a_link_out_of_the_folder_is_refused(folder: Folder, tmp_path: Path) -> None:
    root = folder({"a.md": ""})
    (tmp_path / "secret.md").write_text("secret")
    (root / "b.md").symlink_to(tmp_path / "secret.md")

    with pytest.raises(SourceError) as error:
        read_folder(root)

    assert str(error.value) == "b.md: this is a link to something outside the folder"


def test_links_that_lead_nowhere_and_pictures_that_are_missing_are_warned_of(folder: Folder) -> None:
    text = (
        "---\ntitle: A\n---\nSee [b](b.md#x), [c](c/d), [c](c/) and\n[gone](gone.md) [form](form.pdf) [up](../up.md).\n\n"
        "![ok](p.png) ![none](none.png)\n\n![svg](s.svg) ![far](https://x.test/p.png) [web](https://x.test/) [site](/else/)\n"
    )
    root = folder(
        {"a.md": text, "b.md": "", "c/d.md": "", "form.pdf": "", "p.png": b"picture", "s.svg": "<svg/>"}
    )

    source = read_folder(root)[0]

    assert [str(warning) for warning in source.warnings] == [
        "a.md:5: there is no file “gone.md” to link to",
        "a.md:5: “form.pdf” is not Markdown, so it is not brought in; the words stay, the link to it goes",
        "a.md:5: there is no file “../up.md” to link to",
        "a.md:7: there is no picture “none.png”; its description stands in its place",
        "a.md:9: “s.svg” is not a GIF, JPEG, PNG or WebP picture; its description stands in its place",
        "a.md:9: a picture on another site is not brought in; a link to it stands in its place",
    ]
    assert source.images == {"p.png": root / "p.png"}
    assert source.targets == {"b.md", "c/d", "c", "gone.md", "form.pdf", "../up.md", "else"}


def test_footnotes_are_warned_of_because_they_come_in_as_they_stand(folder: Folder) -> None:
    text = "# A\n\nFive practices[^1] met,\nand `code[^2]` too.\n\n[^1]: Four in May.\n"

    source = read_folder(folder({"a.md": text}))[0]

    assert [str(warning) for warning in source.warnings] == [
        f"a.md:{line}: “[^1]” looks like a footnote, which the handbook does not have; it stands in the text as it is"
        for line in (3, 6)
    ]


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("b.md", ("one/b.md", "")),
        ("../two/b%20c.md#part", ("two/b c.md", "part")),
        ("/b.md", ("b.md", "")),
        ("#part", None),
        ("https://x.test/b.md", None),
        ("//x.test/b.md", None),
        ("mailto:a@example.org", None),
        ("http://[", None),
    ],
)
def test_target_of_a_link(href: str, expected: tuple[str, str] | None) -> None:
    source = Source("one/a.md", "A", "one", "", Format.MARKDOWN)

    assert target_of(source, href) == expected


@pytest.mark.parametrize(
    ("path", "expected"), [("a.md", "a.md"), ("a", "a.md"), ("b", "b"), ("c", "c.markdown"), ("d", None)]
)
def test_target_may_leave_out_the_ending(path: str, expected: str | None) -> None:
    known = dict.fromkeys(["a.md", "b", "b.md", "c.markdown"])

    assert find_target(path, known) == expected
