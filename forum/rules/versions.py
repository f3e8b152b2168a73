"""Which earlier versions of a post a reader is shown."""

from collections.abc import Sequence

from forum.models import PostVersion
from portal.members.rules.patients import looks_like_a_patient


def shown_versions(
    versions: Sequence[PostVersion], author: int | None, *, manages: bool
) -> list[PostVersion]:
    """The earlier versions that a reader sees, of all of them in order: for managers each.

    What a manager took out stays out, also in the versions before; so does what looks as if it names a patient.
    """
    if manages:
        return list(versions)
    own: list[PostVersion] = []
    for version in versions:
        by_author = version.replaced_by_id is not None and version.replaced_by_id == author
        own = [*own, version] if by_author else []
    return [one for one in own if not looks_like_a_patient(f"{one.subject}\n{one.content}")]
