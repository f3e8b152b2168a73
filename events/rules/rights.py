"""What a right at an event includes. Deny by default."""

from collections.abc import Collection

from events.models import Right

# An organiser may do all of it; who checks people in sees names and nothing that concerns money.
INCLUDES = {
    Right.ORGANISE: frozenset(Right),
    Right.FINANCE: frozenset({Right.FINANCE}),
    Right.CHECK_IN: frozenset({Right.CHECK_IN}),
}


def may(right: Right, held: Collection[str], *, organises_all: bool) -> bool:
    """Whether somebody who has the rights `held` at an event may do `right` there. `organises_all`: they organise every event."""
    return organises_all or any(right in INCLUDES[Right(one)] for one in held)
