"""Makes of a file that somebody sends what can be kept: looked into, scanned, a picture made anew, under a safe name."""

from dataclasses import dataclass

from django.core.files.base import File

from forum.files.refused import FileRefused
from forum.files.remaking import remake
from forum.files.scanning import refuse_infected
from forum.files.sniffing import kind_of
from forum.rules.files import Kind, ending_of, refusal_of_file, refusal_of_size, safe_name


@dataclass(frozen=True)
class Prepared:
    """A file as it is kept. A picture has its size in pixels."""

    name: str
    kind: Kind
    content: bytes
    width: int | None = None
    height: int | None = None


def prepare(file: File) -> Prepared:
    """`file`, made fit to be kept. Raises `FileRefused`. Never holds more than the largest file that we take in memory."""
    if refusal := refusal_of_size(file.size):
        raise FileRefused(refusal)
    name, content = file.name or "", file.read()
    kind = kind_of(content, is_csv=ending_of(name) in Kind.CSV.endings)
    refusal = refusal_of_file(name, kind)
    if kind is None or refusal:
        raise FileRefused(refusal)
    refuse_infected(content)
    if not kind.is_picture:
        return Prepared(safe_name(name, kind), kind, content)
    picture = remake(content, kind)
    return Prepared(
        safe_name(name, picture.kind), picture.kind, picture.content, picture.width, picture.height
    )
