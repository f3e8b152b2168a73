"""Everything about a person as one ZIP file: `everything.json` for programs, `index.html` for people, and their files.

Records are read and written one after the other, and files in pieces, so that it needs no more memory for much than for little.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from shutil import copyfileobj
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString

from portal.members.personal.registry import Person, Record, Section, files_of, sections

IN_MEMORY = 1024 * 1024  # a larger file goes to the disk while it is made
STYLE = """\
body { font: 1.1875rem/1.5 Arial, sans-serif; color: #212b32; margin: 0 auto; max-width: 50rem; padding: 1rem; }
dl { border-top: 1px solid #d8dde0; margin: 0; padding: 1rem 0; }
dt { font-weight: bold; }
dd { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
dd p { margin: 0 0 0.5rem; }
dd dl { padding: 0.5rem 0 0.5rem 1rem; }
"""
START = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Everything about {name}</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<h1>Everything about {name}</h1>
<p>What the portal at {site} held about you on {moment}. The same is in everything.json, for programs. Keep this file safe.</p>
"""


def write_archive(person: Person, site: str) -> BinaryIO:
    """The archive as an open file, at its beginning. A file of the person that cannot be read is named in it instead."""
    made = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  whoever answers with it closes it
    with (
        ZipFile(made, "w", ZIP_DEFLATED) as archive,
        tempfile.TemporaryFile() as as_json,
        tempfile.TemporaryFile() as as_html,
    ):
        for text, file in _written(person, site):
            (as_json if file == "json" else as_html).write(text.encode())
        for name, source in (("everything.json", as_json), ("index.html", as_html)):
            source.seek(0)
            with archive.open(name, "w") as target:
                copyfileobj(source, target)
        archive.writestr("style.css", STYLE)
        for file in files_of(person):
            try:
                with file.open() as source, archive.open(file.name, "w", force_zip64=True) as target:
                    copyfileobj(source, target)
            except OSError:
                archive.writestr(
                    f"{file.name}.missing.txt", "This file could not be read. Tell the association.\n"
                )
    made.seek(0)
    return made


def _written(person: Person, site: str) -> Iterator[tuple[str, str]]:
    """Pieces of text in their order, each with the file that it belongs into."""
    moment = timezone.localtime(person.now)
    yield (
        json.dumps({"of": person.user.get_full_name(), "at": moment.isoformat(), "from": site})[:-1]
        + ',\n"sections": [',
        "json",
    )
    yield format_html(START, name=person.user.get_full_name(), site=site, moment=_as_text(person.now)), "html"
    for number, section in enumerate(sections()):
        yield from _section(section, person, is_first=number == 0)
    yield "\n]}\n", "json"
    yield "</body>\n</html>\n", "html"


def _section(section: Section, person: Person, *, is_first: bool) -> Iterator[tuple[str, str]]:
    head = json.dumps({"title": section.title, "about": section.about})[:-1]
    yield ("" if is_first else ",") + f'\n{head}, "records": [', "json"
    yield format_html("<h2>{}</h2>\n<p>{}</p>\n", section.title, section.about), "html"
    is_empty = True
    for record in section.records(person):
        yield (
            ("\n" if is_empty else ",\n") + json.dumps(record, cls=DjangoJSONEncoder, ensure_ascii=False),
            "json",
        )
        yield _as_html(record), "html"
        is_empty = False
    yield "]}", "json"
    if is_empty:
        yield "<p>Nothing.</p>\n", "html"


def _as_html(record: Record) -> SafeString:
    rows = ((heading, _value(value)) for heading, value in record.items() if value not in (None, "", []))
    return format_html("<dl>\n{}</dl>\n", format_html_join("", "<dt>{}</dt>\n<dd>{}</dd>\n", rows))


def _value(value: object) -> SafeString:
    if isinstance(value, list):
        return SafeString("").join(
            _as_html(one) if isinstance(one, dict) else _paragraphs(one) for one in value
        )
    return _paragraphs(value)


def _paragraphs(value: object) -> SafeString:
    return SafeString(linebreaks(_as_text(value), autoescape=True))


def _as_text(value: object) -> str:
    """A value as people read it: moments in London, days, yes and no."""
    match value:
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return f"{timezone.localtime(value):%-d %B %Y, %H:%M}"
        case date():
            return f"{value:%-d %B %Y}"
    return str(value)
