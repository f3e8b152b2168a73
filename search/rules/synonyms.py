"""What may stand in a group of synonyms, in words for its editor."""

from collections.abc import Iterable

from search.rules.queries import words_of

Words = tuple[str, ...]


def refusal_of_synonyms(terms: list[str], others: Iterable[list[str]]) -> str | None:
    """Why words and phrases cannot be a group beside the `others`; None if they can."""
    seen: dict[Words, str] = {}
    for term in terms:
        words = _stem(term)
        if not words:
            return f"“{term}” has no letter and no figure in it, so nobody can search for it."
        if words in seen:
            return f"“{term}” and “{seen[words]}” are the same: capitals do not matter, and plurals are found by themselves."
        seen[words] = term
    for group in others:
        for other in group:
            if (term := seen.get(_stem(other))) is not None:
                return f"“{term}” is already in the group “{', '.join(group)}”. Add your words to that group, or take it out there first."
    return None


def _stem(term: str) -> Words:
    *before, last = words_of(term) or ("",)
    return (*before, last.removesuffix("s") or last) if last else ()
