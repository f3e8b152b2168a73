"""What holds for the repository as a whole."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import get_commands, load_command_class
from django.db.models import Model
from wagtail.models import LockableMixin, Page

ROOT = Path(__file__).resolve().parent.parent
OURS = ("portal", "handbook", "forum", "events", "search")
# Mail clients know no style sheets: there, and only there, styles stand in the text. The 500 page stands on its own.
STYLED = {"templates/mail", "templates/listmail", "templates/events/pdf"}


def tracked(*patterns: str) -> list[Path]:
    """The files that are in git or about to be, that match one of the patterns."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def requirements(file: str) -> tuple[list[str], list[str]]:
    """The lines for direct dependencies, and those for what these bring with them."""
    direct, _, brought = (ROOT / file).read_text().partition("# What these bring with them.")
    return tuple(
        [line for line in part.splitlines() if line and not line.startswith(("#", "-r "))]
        for part in (direct, brought)
    )


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_every_direct_one_has_its_reason(file: str) -> None:
    direct, brought = requirements(file)

    assert [
        line for line in direct if not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+  # \S.{9,}", line)
    ] == []
    assert [line for line in brought if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_no_file_names_a_folder_of_somebody_s_machine() -> None:
    folder = re.compile(r"(?<![\w.])/(?:work|root|home/[a-z]+|Users/[A-Za-z]+)/|\.\./shared\b")
    texts = {".py", ".html", ".txt", ".md", ".toml", ".css", ".js", ".yml", ".svg", ""}

    found = [
        name_of(path)
        for path in tracked()
        if path.suffix in texts and path != Path(__file__) and folder.search(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_no_template_has_scripts_styles_or_handlers_of_its_own() -> None:
    """The policy of the public site forbids them; data blocks (`application/json`, `application/ld+json`) are no scripts."""
    forbidden = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")|<style\b|\sstyle=|\son[a-z]+=|javascript:",
        re.IGNORECASE,
    )

    found = [
        name_of(path)
        for path in tracked("templates/*.html", "templates/**/*.html")
        if not any(name_of(path).startswith(folder) for folder in STYLED)
        and forbidden.search(path.read_text())
    ]

    assert found == []


def test_no_template_fetches_anything_from_elsewhere() -> None:
    fetched = re.compile(
        r"<(?:script|img|iframe|source)[^>]*\ssrc=\"(?:https?:)?//|<link[^>]*\shref=\"(?:https?:)?//"
    )

    assert [
        name_of(path) for path in tracked("templates/**/*.html") if fetched.search(path.read_text())
    ] == []


def test_every_module_opens_with_a_sentence_on_its_purpose() -> None:
    modules = [
        path
        for path in tracked(
            "portal/*.py", "handbook/*.py", "forum/*.py", "events/*.py", "search/*.py", "bench/*.py"
        )
        if "migrations" not in path.parts
    ]

    found = [
        name_of(path)
        for path in modules
        if (text := path.read_text().strip()) and not re.match(r'"""[A-Z“`].+[.:]', text)
    ]

    assert found == []


def test_no_module_is_longer_than_three_hundred_lines_of_code() -> None:
    def code_lines(path: Path) -> int:
        return sum(
            1 for line in path.read_text().splitlines() if line.strip() and not line.strip().startswith("#")
        )

    modules = [
        path
        for path in tracked(
            "portal/*.py", "handbook/*.py", "forum/*.py", "events/*.py", "search/*.py", "bench/*.py"
        )
        if "migrations" not in path.parts
    ]

    assert {name_of(path): lines for path in modules if (lines := code_lines(path)) > 300} == {}


def test_every_command_of_ours_says_what_it_does() -> None:
    ours = {name: app for name, app in get_commands().items() if str(app).split(".")[0] in OURS}

    assert {
        name for name, app in ours.items() if not re.match(r"[A-Z].{20,}", load_command_class(app, name).help)
    } == set()
    assert "run" in ours


# Fields that hold something of a person, beside keys to an account.
OF_PEOPLE = {"by_name", "email", "first_name", "last_name", "person", "person_name", "to"}
# Models whose only fields of people are ones that Wagtail gives to every page or edition, with the row that covers these.
COVERED = {
    Page: "Editing: pages, revisions, comments",
    LockableMixin: "Editing: pages, revisions, comments",
}


def fields_of_people(model: type[Model]) -> set[str]:
    """The fields of a model that hold something of a person, or lead to an account."""
    return {
        field.name
        for field in model._meta.get_fields()
        if getattr(field, "concrete", False)
        and (field.related_model is get_user_model() or field.name in OF_PEOPLE)
    }


def test_every_model_about_people_is_named_on_the_page_on_personal_data() -> None:
    page = (ROOT / "docs" / "personal-data.md").read_text()
    models = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]
    own = {
        model._meta.label: fields_of_people(model)
        - {
            field.name
            for parent in COVERED
            if issubclass(model, parent)
            for field in parent._meta.get_fields()
        }
        for model in models
    }

    assert all(row in page for row in COVERED.values())
    assert {"members.User", "members.Acceptance", "listserver.Grant"} <= {
        label for label, fields in own.items() if fields
    }
    assert sorted(label for label, fields in own.items() if fields and f"`{label}`" not in page) == []


def test_every_model_of_ours_has_a_sentence_on_what_it_is() -> None:
    models = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]

    # Django writes a docstring of its own, the list of fields, for a model without one.
    assert [
        model.__name__ for model in models if (model.__doc__ or "").startswith(f"{model.__name__}(")
    ] == []
