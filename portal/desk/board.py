"""The editors' board: what needs doing, for one person at one moment. Reads only."""

from datetime import datetime

from portal.desk.cards import enquiries, events, handbook, links, lists, pages, searches
from portal.desk.cards.base import Card
from portal.members.models import User

# In the order in which the board shows them. Each has nothing for whoever has not the right to do the job.
MAKERS = (
    pages.workflow,
    pages.stale,
    links.broken,
    handbook.amendments,
    searches.nothing,
    events.filling,
    events.helping,
    enquiries.waiting,
    lists.managing,
)


def cards_for(user: User, now: datetime) -> list[Card]:
    """The cards of whoever has the right to do these jobs: those with something to do first, each part in a fixed order."""
    cards = [card for make in MAKERS for card in make(user, now)]
    return sorted(cards, key=lambda card: card.count == 0)
