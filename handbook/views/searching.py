"""Search within one edition. Bound to a handbook's page and served below it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from handbook.models import Edition, HandbookPage
from handbook.searching import LONGEST_QUERY, WORDS_IN_SNIPPET, Piece, Query, marked, matching, parse
from handbook.texts import Text, texts_of
from handbook.views.frame import page, part, read_only

HITS_A_PAGE = 20


@dataclass(frozen=True)
class Hit:
    """A section that was found, with what was asked for marked in its title and in a piece of its text."""

    url: str
    title: list[Piece]
    snippet: list[Piece]


@read_only
def search(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """What is found in the edition in force, or in the one that is chosen."""
    published = list(handbook.editions.published())
    typed = " ".join(request.GET.get("q", "").split())
    chosen = request.GET.get("edition", "")
    edition, home = _where(handbook, published, chosen)
    query = parse(typed)
    error = _refusal(typed, query, edition, chosen, asked="q" in request.GET)
    searched = bool(edition and typed and not error)
    texts = texts_of(edition) if searched else None
    listed = part(matching(texts.index, query) if texts else [], request, HITS_A_PAGE)
    return page(
        request,
        "handbook/search.html",
        handbook,
        published=published,
        edition=edition,
        chosen=chosen,
        typed=typed[:LONGEST_QUERY],
        error=error,
        searched=searched,
        listed=listed,
        hits=[_hit(texts.sections[number], query, home) for number in listed],
        query=urlencode({"q": typed, **({"edition": chosen} if chosen else {})}),
    )


def _where(handbook: HandbookPage, published: list[Edition], number: str) -> tuple[Edition | None, str]:
    """The edition to search and the address its sections stand below: the one in force (or the first to come) by default."""
    if number:
        found = next((edition for edition in published if edition.number == number), None)
        return found, f"{handbook.url}{number}/"
    today = timezone.localdate()
    in_force = next((edition for edition in published if edition.effective_on <= today), None)
    if in_force:
        return in_force, handbook.url
    first = published[-1] if published else None
    return first, f"{handbook.url}{first.number}/" if first else handbook.url


def _refusal(typed: str, query: Query, edition: Edition | None, chosen: str, *, asked: bool) -> str:
    """Why nothing is searched for, in words for the reader; empty if something is, or if nobody has asked yet."""
    if edition is None and not chosen:
        return "No edition of this handbook has been published yet. Come back soon."
    if edition is None:
        return "There is no such edition. Choose one from the list."
    if len(typed) > LONGEST_QUERY:
        return f"Your search has more than {LONGEST_QUERY} characters. Search for fewer words."
    if asked and not query.wanted and not query.unwanted:
        return "Enter a word to search for."
    if query.unwanted and not query.wanted:
        return "Enter at least one word that the section should have, without a minus."
    return ""


def _hit(text: Text, query: Query, home: str) -> Hit:
    return Hit(
        f"{home}{text.anchor}/",
        marked(f"{text.number} {text.title}", query),
        marked(text.text, query, WORDS_IN_SNIPPET),
    )
