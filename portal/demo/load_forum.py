"""The demonstration's forum: terms, lists, who is on them, and what they have written there."""

import tomllib
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from forum.actions import change_rules, give_access, make_list
from forum.actions.reading import mark_list_read
from forum.actions.states import change, record
from forum.models import AfterClosing, Delivery, DeliveryState, Level, MailingList, State, Subscription, Whom
from forum.proposals import Proposal, as_it_is
from forum.rules import Rule
from portal.demo.discussions import Discussions, Lists, People, read_contributions
from portal.demo.load_people import HERE, Days, Person, load_people
from portal.members.actions import accept_version, draft_version, publish_version
from portal.members.models import Membership, Network, Terms, TermsVersion, User

LONGEST_GRANT = timedelta(days=366)
# When the lists and their terms were made: before anybody applied.
BEGUN = 212
# So many days ago everybody last looked: what came later they have not read.
LAST_LOOK = 4


def load_forum(*, people: dict[str, User], now: datetime) -> None:
    """Makes the forum, with everything that happened in it until `now`. Where there are lists or terms already, nothing is made.

    `people` are the accounts of the demonstration by role.
    """
    if MailingList.objects.exists() or Terms.objects.exists():
        return
    days = Days(timezone.localdate(now))
    settings = tomllib.loads((HERE / "lists.toml").read_text(encoding="utf-8"))
    manager = people["Forum manager"]
    everybody = load_people(people, manager, days)
    terms = [_publish_terms(facts, manager, days) for facts in settings["terms"]]
    lists: Lists = {}
    for facts in settings["list"]:
        lists[facts["slug"]] = _make_list(facts, terms, lists, manager, days)
    for person in everybody.values():
        _let_in(person, lists, terms, manager, days)
    _give_access(everybody, lists, people["Administrator"], days)
    discussions = Discussions(everybody, lists, read_contributions(days))
    discussions.post(held=False)
    _look(everybody, lists, days)
    _hold_first_posts(settings["list"], lists)
    discussions.post(held=True)
    _mails_have_gone()
    _suspend(everybody, lists, days)


def _mails_have_gone() -> None:
    """The posts' mails went out when they were written: now they would come months late, thousands at once."""
    waiting = Delivery.objects.filter(state=DeliveryState.QUEUED)
    waiting.update(state=DeliveryState.SENT, settled_at=F("queued_at"), attempts=1)


# --- Terms and lists -----------------------------------------------------------------------------------------------------


def _publish_terms(facts: dict[str, Any], by: User, days: Days) -> TermsVersion:
    terms = Terms.objects.create(title=facts["title"], summary=facts["summary"])
    text = (HERE / "terms" / facts["file"]).read_text(encoding="utf-8")
    draft = draft_version(terms=terms, text=text, change="", grace_days=30, by=by)
    return publish_version(version=draft, by=by, now=days.at(BEGUN, "10:00"))


def _make_list(
    facts: dict[str, Any], terms: list[TermsVersion], lists: Lists, by: User, days: Days
) -> MailingList:
    """The list with its one rule. It holds no posts yet: what newcomers wrote in the past has been looked at."""
    moment = days.at(BEGUN, "11:00")
    found = make_list(
        by=by,
        now=moment,
        **{name: facts[name] for name in ("slug", "name", "summary", "description", "reminders")},
        approves_itself=facts["approves_itself"],
        successor=lists.get(facts.get("successor", "")),
        hold_first_posts=0,
    )
    closes_at = _midnight(closing_day(days.today)) if facts.get("closes") else None
    rule = Rule(Whom(facts["whom"]), frozenset(facts.get("roles", [])), until_at=closes_at)
    proposal = Proposal(
        opens_at=_midnight(days.on(facts["opened"])),
        closes_at=closes_at,
        after_closing=AfterClosing(facts["after_closing"]),
        grace_days=facts["grace_days"],
        terms=tuple(version.terms_id for version in terms),
        rules=(rule,),
        base=as_it_is(found).base,
    )
    change_rules(mailing_list=found, proposal=proposal, by=by, now=moment)
    found.refresh_from_db()
    return found


def closing_day(today: date) -> date:
    """The 30 June that comes next, or the one after, if there would be fewer than 60 days left to look around."""
    day = date(today.year, 6, 30)
    return day if day - today >= timedelta(days=60) else day.replace(year=today.year + 1)


def _midnight(day: date) -> datetime:
    return Days(day).at(0, "00:00")


# --- Who is on them ------------------------------------------------------------------------------------------------------


def _let_in(person: Person, lists: Lists, terms: list[TermsVersion], by: User, days: Days) -> None:
    """Their way onto the lists, as applying and approving would leave it: a mail about it would come half a year late."""
    applied, waiting = person.facts.get("lists", {}), person.facts.get("waiting", {})
    first = max([*applied.values(), *waiting.values()], default=None)
    if first is None:
        return
    for version in terms:
        accept_version(user=person.user, version=version, now=days.at(first, "08:50"))
    for slug, days_ago in {**applied, **waiting}.items():
        subscription = _apply(person, lists[slug], days.at(days_ago, "09:00"))
        if slug in applied and lists[slug].approves_itself:
            _approve(subscription, None, days.at(days_ago, "09:00"))
        elif slug in applied:
            _approve(subscription, by, days.at(days_ago - 1, "12:00"))
    for slug, days_ago in person.facts.get("left", {}).items():
        subscription = Subscription.objects.get(list=lists[slug], user=person.user)
        moment = days.at(days_ago, "18:00")
        change(subscription, (State.LEFT, None), by=person.user, now=moment)
        record("subscription.left", subscription, by=person.user, now=moment)


def _apply(person: Person, mailing_list: MailingList, now: datetime) -> Subscription:
    membership = Membership.objects.filter(user=person.user).first()
    subscription = Subscription.objects.create(
        list=mailing_list,
        user=person.user,
        role=person.facts["role"],
        network=Network.objects.get(code=person.facts["network"]),
        number=membership.number if membership else "",
    )
    change(subscription, (State.APPLIED, None), by=person.user, now=now)
    record("subscription.applied", subscription, by=person.user, now=now)
    return subscription


def _approve(subscription: Subscription, by: User | None, now: datetime) -> None:
    subscription.joined_on = timezone.localdate(now)
    subscription.save(update_fields=["joined_on"])
    change(subscription, (State.ACTIVE, None), by=by, now=now)
    record("subscription.approved", subscription, by=by, now=now)


def _give_access(everybody: People, lists: Lists, by: User, days: Days) -> None:
    moment = days.at(BEGUN, "12:00")
    for person in everybody.values():
        for slug in person.facts.get("manages", []):
            give_access(
                mailing_list=lists[slug],
                user=person.user,
                level=Level.MANAGE,
                until=moment + LONGEST_GRANT,
                reason="Looks after this list for the association.",
                by=by,
                now=moment,
            )


def _suspend(everybody: People, lists: Lists, days: Days) -> None:
    for person in everybody.values():
        facts = person.facts.get("suspended")
        if facts:
            subscription = Subscription.objects.get(list=lists[facts["list"]], user=person.user)
            moment, by, reason = (
                days.at(facts["days_ago"], "10:00"),
                everybody[facts["by"]].user,
                facts["reason"],
            )
            until = moment + timedelta(days=facts["for_days"])
            change(
                subscription,
                (State.SUSPENDED, until),
                (State.ACTIVE, None),
                by=by,
                now=moment,
                reason=reason,
            )
            record("subscription.suspended", subscription, by=by, now=moment, reason=reason, until=until)


def _look(everybody: People, lists: Lists, days: Days) -> None:
    """Everybody has read what was there when they last looked."""
    for person in everybody.values():
        for slug in (*person.facts.get("lists", {}), *person.facts.get("manages", [])):
            mark_list_read(mailing_list=lists[slug], user=person.user, now=days.at(LAST_LOOK, "12:00"))


def _hold_first_posts(settings: list[dict[str, Any]], lists: Lists) -> None:
    for facts in settings:
        mailing_list = lists[facts["slug"]]
        mailing_list.hold_first_posts = facts["hold_first_posts"]
        mailing_list.save(update_fields=["hold_first_posts"])
