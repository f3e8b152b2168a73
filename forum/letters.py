"""What the mails about the end of access and the closing of a list say, and samples of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from forum.access import facts_of_people
from forum.mail import address, list_address
from forum.models import MailingList, State, SubscriptionPeriod
from forum.moving import Moving
from forum.rules import access, terms_lacking
from forum.rules.moving import Fate, what_now
from forum.rules.sentences import moment
from portal.members.models import Terms


def to_accept(terms: Iterable[int]) -> dict[int, tuple[str, str]]:
    """The titles of terms, by their primary keys, and the addresses at which to accept them. One query."""
    found = Terms.objects.filter(pk__in=terms)
    return {one.pk: (one.title, address("terms_accept", one.slug)) for one in found}


class Letters:
    """What some of the people of a list that has closed are told. A fixed number of queries, however many people there are."""

    def __init__(
        self, mailing_list: MailingList, there: MailingList | None, people: Sequence[int], now: datetime
    ) -> None:
        self.list, self.there, self.now = mailing_list, there, now
        self.here = facts_of_people(mailing_list, people)
        self.terms = to_accept(there.terms.values("pk") if there else [])

    def context(self, moving: Moving, period: SubscriptionPeriod) -> dict[str, Any]:
        """What the mail to one of them says; `period` is the one that holds on the list that has closed."""
        is_suspended = period.state == State.SUSPENDED
        can_read = access(self.here[moving.subscription.user_id], self.now).may_read
        context: dict[str, Any] = {
            "list_name": self.list.name,
            "closed": moment(self.list.closes_at or self.now),
            "archive": "You can still read what was written there:"
            if can_read
            else "What was written there can no longer be read by you.",
            "archive_link": list_address(self.list) if can_read else "",
            "is_suspended": is_suspended,
            "suspended_until": moment(period.ends_at) if is_suspended and period.ends_at else "",
        }
        return context | self._of_the_next(moving)

    def _of_the_next(self, moving: Moving) -> dict[str, Any]:
        if self.there is None or moving.there is None:
            return {"next_name": "", "terms": [], "is_out": False}
        opens = self.there.opens_at
        lacking = terms_lacking(moving.there, max(self.now, opens or self.now))
        return {
            "next_name": self.there.name,
            "next_link": address("list_about", self.there.slug)
            if moving.fate is Fate.OUT
            else list_address(self.there),
            "opens": moment(opens) if opens and opens > self.now else "",
            "terms": [self.terms[one.terms] for one in lacking],
            "is_out": moving.fate is Fate.OUT,
            "todo": what_now(moving.there, self.now),
        }


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of one of these mails is filled with; nothing for any other mail."""
    if not template.startswith(("list_end", "list_closed", "list_moved")):
        return {}
    return {
        "list_name": "Setting up a network",
        "link": f"{settings.BASE_URL}/forum/setting-up/",
        "until": "the start of 30 June 2026",
        "last_day": "Your last day is 29 June 2026.",
        "days": 7,
        "afterwards": "After that you can neither read nor post.",
        "todo": "To go on, join the association or renew your membership. Your access comes back at once."
        if template == "list_ended"
        else "To go on there, join the association. Then you are moved on by yourself.",
        "at": "the start of 30 June 2026",
        "from_now_on": "You can neither read nor post any more.",
        "why": "Your membership of the association has ended.",
        "closed": "the start of 30 June 2026",
        "archive": "You can still read what was written there:",
        "archive_link": f"{settings.BASE_URL}/forum/setting-up/",
        "next_name": "Clinical directors",
        "next_link": f"{settings.BASE_URL}/forum/directors/",
        "is_out": True,
        "terms": []
        if template != "list_closed_terms"
        else [("Code of conduct", f"{settings.BASE_URL}/terms/code-of-conduct/accept/")],
    }
