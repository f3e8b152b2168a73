"""Renamed files are those that git finds."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbook.likeness import pair_renames

TEN = b"".join(b"line %d of ten\n" % number for number in range(10))


def edited(count: int) -> bytes:
    """TEN with `count` of its lines replaced by others of the same length."""
    lines = TEN.splitlines(keepends=True)
    return b"".join([line.upper() for line in lines[:count]] + lines[count:])


@pytest.mark.parametrize(
    ("gone", "new", "expected"),
    [
        ({}, {"b.md": TEN}, {}),
        ({"a.md": TEN}, {}, {}),
        ({"a.md": TEN}, {"b.md": TEN}, {"b.md": "a.md"}),
        ({"a.md": b""}, {"b.md": b""}, {"b.md": "a.md"}),
        ({"a.md": TEN}, {"b.md": edited(5)}, {"b.md": "a.md"}),
        ({"a.md": TEN}, {"b.md": edited(6)}, {}),
        ({"a.md": TEN}, {"b.md": TEN * 3}, {}),
        ({"a.md": TEN}, {"b.md": TEN, "c.md": TEN}, {"b.md": "a.md"}),
        ({"a.md": TEN, "b.md": TEN}, {"x/b.md": TEN}, {"x/b.md": "b.md"}),
        ({"a.md": TEN, "b.md": edited(1)}, {"x/a.md": edited(2), "c.md": edited(3)}, {"x/a.md": "a.md", "c.md": "b.md"}),
        ({"a.md": TEN.replace(b"\n", b"\r\n")}, {"b.md": edited(1)}, {"b.md": "a.md"}),
    ],
)  # fmt: skip
def test_pairs(gone: dict[str, bytes], new: dict[str, bytes], expected: dict[str, str]) -> None:
    assert pair_renames(gone, new) == expected


def git(folder: str, *arguments: str) -> str:
    command = ["git", "-c", "core.autocrlf=false", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def renames_by_git(old: dict[str, bytes], new: dict[str, bytes]) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        git(folder, "init", "-q")
        trees = []
        for state in (old, new):
            git(folder, "rm", "-rqf", "--ignore-unmatch", ".")
            for path, text in state.items():
                file = Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text)
            git(folder, "add", "-A")
            trees.append(git(folder, "write-tree").strip())
        fields = iter(git(folder, "diff", "-M50%", "--name-status", "-z", *trees).split("\0")[:-1])
        pairs = {}
        for status in fields:
            path = next(fields)
            if status.startswith("R"):
                pairs[next(fields)] = path
        return pairs


# Every line ends: git before 2.44 did not count a last line without an end.
LINES = st.lists(
    st.builds("{}{}\n".format, st.sampled_from(["alpha", "beta ", "long " * 20, "", "x"]), st.integers(0, 4)), max_size=10
)  # fmt: skip
PATHS = st.sampled_from(["a.md", "b.md", "c.md", "one/a.md", "one/b.md", "two/a.md", "two/d.md", "e.md"])
FOLDERS = st.dictionaries(PATHS, LINES, max_size=6)


@st.composite
def two_states(draw: st.DrawFn) -> tuple[dict[str, bytes], dict[str, bytes]]:
    old = draw(FOLDERS)
    new: dict[str, list[str]] = {}
    for path, lines in old.items():
        what = draw(st.sampled_from(["keep", "edit", "rename", "rename", "copy", "delete"]))
        changed = list(lines)
        for _ in range(draw(st.integers(0, 3)) if lines and what != "keep" else 0):
            changed[draw(st.integers(0, len(lines) - 1))] = f"new {draw(st.integers(0, 9))}\n"
        if what in {"keep", "edit", "copy"}:
            new[path] = changed
        if what in {"rename", "copy"}:
            new[draw(PATHS)] = changed
    new |= draw(st.dictionaries(PATHS, LINES, max_size=2))
    return tuple({path: "".join(lines).encode() for path, lines in state.items()} for state in (old, new))


def check_same_as_git(states: tuple[dict[str, bytes], dict[str, bytes]]) -> None:
    old, new = states
    gone = {path: text for path, text in old.items() if path not in new}
    come = {path: text for path, text in new.items() if path not in old}

    assert pair_renames(gone, come) == renames_by_git(old, new)


@settings(max_examples=40, deadline=None)
@given(two_states())
def test_random_folders_are_paired_as_git_pairs_them(
    states: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    check_same_as_git(states)


@pytest.mark.soak
@settings(max_examples=3000, deadline=None)
@given(two_states())
def test_many_random_folders_are_paired_as_git_pairs_them(
    states: tuple[dict[str, bytes], dict[str, bytes]],
) -> None:
    check_same_as_git(states)
