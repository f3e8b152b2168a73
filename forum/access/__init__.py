"""Access, asked of the database: the facts of a person, and the same answer as `forum.rules.access` for many people at once.

Whatever shows or sends something of a list asks here at the moment of asking, never earlier.
"""

from forum.access.facts import (
    access_of,
    facts_of,
    facts_of_people,
    facts_on_lists,
    list_facts,
    required_of,
    rule_of,
)
from forum.access.queries import may, people_with, subscriptions_with, visible_to, would_let_in

__all__ = [
    "access_of",
    "facts_of",
    "facts_of_people",
    "facts_on_lists",
    "list_facts",
    "may",
    "people_with",
    "required_of",
    "rule_of",
    "subscriptions_with",
    "visible_to",
    "would_let_in",
]
