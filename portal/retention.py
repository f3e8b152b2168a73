"""How long what is kept of people: one table, and the one verb that lets go of what is past.

Whatever is not in it goes with the account, or stays for a reason: `docs/personal-data.md` says so of each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from events.actions import forgetting as money
from events.actions import retention as events
from events.models.settings import ANSWERS_KEPT
from events.rules import keeping as of_events
from forum.actions import retention as lists
from forum.actions.attaching import delete_unposted
from forum.rules.drafts import KEPT as DRAFTS_KEPT
from forum.rules.files import LONGEST_WAIT
from portal.enquiries.actions import forgetting as advice
from portal.members.actions import retention as people
from portal.toolkits.actions import retention as toolkits
from search.actions import retention as searches
from search.actions.counting import sum_up

YEAR = timedelta(days=365)


def delete(rows: QuerySet[Any]) -> None:
    rows.delete()


@dataclass(frozen=True)
class Keeping:
    """What is kept for how long, counted from when, and why so long.

    `past` gives the rows whose time began at a moment or before it; `let_go` does with them what `becomes` says.
    """

    what: str
    kept: timedelta
    since: str
    why: str
    past: Callable[[datetime], QuerySet[Any]]
    becomes: str = "deleted"
    let_go: Callable[[QuerySet[Any]], object] = delete

    def due(self, now: datetime) -> QuerySet[Any]:
        """The rows whose time is over at `now`: at its last second it is not, at its end it is."""
        return self.past(now - self.kept)

    @property
    def period(self) -> str:
        """How long, in words."""
        count, unit = (
            (self.kept // YEAR, "year") if self.kept % YEAR == timedelta(0) else (self.kept.days, "day")
        )
        return f"{count} {unit}{'' if count == 1 else 's'}"


RETENTION = (
    Keeping(
        "Accounts with no confirmed address",
        timedelta(days=30),
        "they were made",
        "Nobody has shown that the address is theirs, and a link to confirm it lasts 3 days.",
        people.unconfirmed_accounts,
        let_go=people.delete_accounts,
    ),
    Keeping(
        "Invitations to staff",
        YEAR,
        "they were accepted or withdrawn, or ran out",
        "To see who let somebody in, for as long as it is asked in practice.",
        people.ended_invitations,
    ),
    Keeping(
        "Invitations onto lists",
        YEAR,
        "they were answered or withdrawn, or ran out",
        "To see how somebody came onto a list. A hash of the address stays in the key of the mail, so that nobody is invited twice.",
        lists.ended_invitations,
    ),
    Keeping(
        "Claims to memberships",
        YEAR,
        "they were decided",
        "To answer for the decision. The audit log keeps that there was one.",
        people.decided_claims,
    ),
    Keeping(
        "Mails",
        YEAR,
        "they were written",
        "To answer “did you write to me?” through one round of yearly renewals.",
        people.old_mails,
        becomes="deleted; those with a key lose address and subject, and their key keeps a thing from being told twice",
        let_go=people.let_go_of_mails,
    ),
    Keeping(
        "Browsers in which people were signed in",
        timedelta(days=30),
        "they were last seen",
        "A session ends after 14 days. People should still find one that they do not know.",
        people.unseen_browsers,
    ),
    Keeping(
        "Names and addresses of memberships without an account",
        6 * YEAR,
        "the last period ended",
        "Claims out of a contract can be brought for 6 years (Limitation Act 1980, section 5).",
        people.lapsed_memberships,
        becomes="emptied; number and periods stay",
        let_go=people.take_details_away,
    ),
    Keeping(
        "Buyers on invoices, receipts and credit notes",
        6 * YEAR,
        "they were made",
        "Records of VAT are kept for 6 years (VAT Notice 700/21).",
        money.documents_with_buyers,
        becomes="emptied; numbers, sums and VAT stay",
        let_go=money.let_go_of_buyers,
    ),
    Keeping(
        "Background work that failed",
        timedelta(days=90),
        "it failed",
        "To find out why. What went wrong can name an address.",
        people.failed_work,
    ),
    Keeping(
        "Mails to lists, as they came",
        timedelta(days=90),
        "it was settled what becomes of them",
        "To answer “what became of my mail?”, and to find what was taken off a post.",
        lists.mails_that_came,
    ),
    Keeping(
        "What became of a post's mails",
        timedelta(days=90),
        "they were sent or given up",
        "To answer “did I get it?”, and to know whose mail it is that comes back.",
        lists.mails_that_went,
    ),
    Keeping(
        "Mails of lists that came back",
        timedelta(days=90),
        "they came back",
        "Those of the last week decide whether mail stops. The others show what was wrong.",
        lists.mails_that_came_back,
    ),
    Keeping(
        "Drafts",
        DRAFTS_KEPT,
        "they were last saved",
        "So that a lost connection loses nothing.",
        lists.old_drafts,
    ),
    Keeping(
        "Files that were not posted",
        LONGEST_WAIT,
        "they were sent",
        "So that somebody can finish writing. Also looked at every hour.",
        lists.files_not_posted,
        let_go=delete_unposted,
    ),
    Keeping(
        "Sensitive answers about places at events",
        timedelta(days=ANSWERS_KEPT),
        "the event ended, or as many days as its organisers have set",
        "To settle what the kitchen and the venue say of it.",
        events.sensitive_answers,
        let_go=events.delete_sensitive_answers,
    ),
    Keeping(
        "Answers about places that nobody has",
        of_events.ANSWERS_OF_NOBODY,
        "the place was given back, or put into a basket and not ordered",
        "A basket that ran out can still be ordered on the same day.",
        events.places_of_nobody,
        let_go=events.delete_answers_of,
    ),
    Keeping(
        "Baskets that were not ordered",
        of_events.BASKETS,
        "they were begun",
        "So that somebody can come back to one.",
        events.old_baskets,
        becomes="deleted, with the names that were typed into them",
        let_go=events.delete_baskets,
    ),
    Keeping(
        "Names and addresses of places at events",
        of_events.NAMES,
        "the event ended",
        "To answer for who was there, such as with a certificate.",
        events.named_places,
        becomes="emptied, and answers deleted; that there was a place stays",
        let_go=events.take_names_off_places,
    ),
    Keeping(
        "Names and addresses on waiting lists of events",
        of_events.NAMES,
        "the event ended",
        "To answer for who was offered a place and who was not.",
        events.named_waiting,
        becomes="emptied; that somebody waited stays",
        let_go=events.take_names_off_waiting,
    ),
    Keeping(
        "Names and addresses of orders that cost nothing",
        of_events.NAMES,
        "the last event in them ended",
        "As long as the places.",
        events.free_orders,
        becomes="emptied, with the key to the account; reference and lines stay",
        let_go=events.take_names_off_orders,
    ),
    Keeping(
        "Names and addresses of orders that cost something",
        of_events.INVOICES,
        "they were placed, or last paid",
        "Records of VAT are kept for 6 years (HMRC, VAT Notice 700/21), counted from the end of an accounting year.",
        events.paid_orders,
        becomes="emptied, with the key to the account; reference, lines and payments stay",
        let_go=events.take_names_off_orders,
    ),
    Keeping(
        "Checklists that networks put aside",
        2 * YEAR,
        "they were put aside",
        "So that a network can look up what it did the last time.",
        toolkits.archived_checklists,
        becomes="deleted, with who did what and the notes",
    ),
    Keeping(
        "Questions to advisers whose address nobody confirmed",
        timedelta(days=7),
        "they were asked",
        "The mail with the link may be found late.",
        advice.never_confirmed,
    ),
    Keeping(
        "Questions to advisers that look like spam",
        timedelta(days=90),
        "they were asked",
        "So that staff can find the one that is none.",
        advice.never_released,
    ),
    Keeping(
        "Questions to advisers and their answers",
        timedelta(days=settings.ENQUIRIES_KEPT_DAYS),
        "they were closed",
        "To come back to an answer through one round of yearly contracts. `ENQUIRIES_KEPT_DAYS` sets another number of days.",
        advice.closed,
        becomes="deleted, with name and address; month, topic and how long the answer took stay",
        let_go=advice.empty,
    ),
    Keeping(
        "Searches that fewer than 3 made in a week",
        timedelta(days=56),
        "their week ended",
        "They name nobody and are shown to nobody. Until then more people may search for the same.",
        searches.rare_searches,
        becomes="deleted; one sum for each week stays",
        let_go=sum_up,
    ),
    Keeping(
        "Searches that were counted",
        timedelta(days=728),
        "their week ended",
        "To compare a week with the same one of the year before.",
        searches.old_searches,
    ),
)


def let_go_of_what_is_past(now: datetime | None = None) -> dict[str, int]:
    """Does with everything that is past what the table says, and gives how many rows of each there were. May run twice."""
    now = now or timezone.now()
    done = {}
    for keeping in RETENTION:
        with transaction.atomic():
            done[keeping.what] = keeping.due(now).count()
            keeping.let_go(keeping.due(now))
    return done


def table() -> str:
    """The table in Markdown, as `docs/personal-data.md` has it."""
    rows = [(one.what, f"{one.period} after {one.since}", one.becomes, one.why) for one in RETENTION]
    head = [("what", "for how long", "what becomes of it then", "why so long"), ("---",) * 4]
    return "".join(f"| {' | '.join(row)} |\n" for row in [*head, *rows])
