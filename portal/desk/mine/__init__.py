"""My portal: what concerns one person now, of every subject, a card for each. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from forum.lists import lists_for
from portal.desk.cards.base import Card
from portal.desk.mine import ends, events, following, handbook, lists, networks
from portal.members.models import User


def cards_of(user: User, now: datetime) -> Sequence[Card]:
    """The person's cards. Those about what ends and about questions are there only if there is something; each other says so if not."""
    found = lists_for(user, now)
    return [
        *ends.ending(user, found, now),
        *handbook.since_read(user, now),
        *following.followed(user, now),
        *lists.unread(found),
        *events.coming(user, now),
        *networks.checklists(user, now),
        *networks.questions(user),
    ]
