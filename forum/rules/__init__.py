"""Who may be on a list, until when, and why. Pure: given the facts and the moment."""

from forum.rules.access import Access, Because, Reason, access, terms_lacking, would_be_let_in
from forum.rules.facts import Facts, Given, ListFacts, Required, Rule, Span

__all__ = [
    "Access",
    "Because",
    "Facts",
    "Given",
    "ListFacts",
    "Reason",
    "Required",
    "Rule",
    "Span",
    "access",
    "terms_lacking",
    "would_be_let_in",
]
