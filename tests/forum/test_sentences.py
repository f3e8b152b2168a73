"""What a list's settings say, in words: what has come is told as past or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.models import AfterClosing, Whom
from forum.rules import ListFacts, Rule, Span
from forum.rules.sentences import list_sentences

SECOND = timedelta(seconds=1)
OPENS, CLOSES = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 29, 23, tzinfo=UTC)
FACTS = ListFacts(
    open=Span(OPENS, CLOSES), after_closing=AfterClosing.NOTHING, rules=(Rule(Whom.ANYONE),), grace_days=1
)
RULE = "Anyone can read and post."
GRACE = "For 1 day after a membership has ended, its holder still counts as a member."
OPENING = "The list opens at the start of 1 March 2026."
CLOSING = "The list closes at the start of 30 June 2026. After that nobody can read or post."
CLOSED = "The list closed at the start of 30 June 2026. After that nobody can read or post."


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (OPENS - SECOND, [OPENING, RULE, GRACE, CLOSING]),
        (OPENS, [RULE, GRACE, CLOSING]),
        (CLOSES - SECOND, [RULE, GRACE, CLOSING]),
        (CLOSES, [RULE, GRACE, CLOSED]),
    ],
)
def test_an_opening_that_has_come_is_left_out_and_a_closing_is_told_as_past(
    now: datetime, said: list[str]
) -> None:
    assert list_sentences(FACTS, now) == said
