"""Lists and their rules: make one, and change what it says, always with an entry that says from what to what."""

from datetime import datetime
from typing import Any

from django.db import transaction

from forum.actions.states import refuse_unless
from forum.foreseeing import refusals
from forum.models import AccessRule, MailingList
from forum.proposals import Proposal, as_it_is, facts_with, titles_of
from forum.rules import Rule
from forum.rules.checking import refusal_of_successor
from forum.rules.sentences import moment, rule_sentence
from portal.members import audit
from portal.members.actions import RefusedError
from portal.members.models import User

CHANGED_MEANWHILE = "The rules have been changed since you saw this page, so nothing has been saved. Begin again from the rules as they are now."


@transaction.atomic
def make_list(*, by: User, now: datetime, **settings: Any) -> MailingList:
    """Makes a list, on which nobody can be before it has rules. Raises `RefusedError`."""
    if not by.has_perm("listserver.add_mailinglist"):
        raise RefusedError("You cannot make lists. Ask an administrator for the right to do so.")
    made = MailingList.objects.create(created_at=now, **settings)
    _record("list.made", made, by, now, {name: ["", _said(value)] for name, value in settings.items()})
    return made


@transaction.atomic
def change_list(*, mailing_list: MailingList, by: User, now: datetime, **settings: Any) -> MailingList:
    """Changes what does not decide on access: words, successor, reminders and the like. Raises `RefusedError`."""
    _refuse_to_change(by)
    # Every list is locked, so that two changes at once cannot close a circle of successors.
    lists = {one.pk: one for one in MailingList.objects.select_for_update().order_by("pk")}
    found = lists[mailing_list.pk]
    successor = settings.get("successor")
    next_of = {pk: one.successor_id for pk, one in lists.items()}
    refuse_unless(refusal_of_successor(found.pk, successor and successor.pk, next_of))
    changes = {}
    for name, value in settings.items():
        before = getattr(found, name)
        if before != value:
            changes[name] = [_said(before), _said(value)]
            setattr(found, name, value)
    if changes:
        found.save(update_fields=list(changes))
        _record("list.changed", found, by, now, changes)
    return found


@transaction.atomic
def change_rules(*, mailing_list: MailingList, proposal: Proposal, by: User, now: datetime) -> None:
    """Makes rules and conditions of a list what `proposal` says.

    Raises `RefusedError` if they make no sense, or are no longer what they were when the proposal was begun.
    """
    _refuse_to_change(by)
    found = MailingList.objects.select_for_update().get(pk=mailing_list.pk)
    current = as_it_is(found)
    if current.base != proposal.base:
        raise RefusedError(CHANGED_MEANWHILE)
    refuse_unless(*refusals(found, facts_with(found, proposal), now))
    changes = changes_of(current, proposal)
    if not changes:
        return
    for name in ("opens_at", "closes_at", "after_closing", "grace_days"):
        setattr(found, name, getattr(proposal, name))
    found.save(update_fields=["opens_at", "closes_at", "after_closing", "grace_days"])
    found.terms.set(proposal.terms)
    _save_rules(found, proposal.rules)
    _record("list.rules-changed", found, by, now, changes)


def changes_of(current: Proposal, proposal: Proposal) -> dict[str, Any]:
    """What would change, in words: from what to what."""
    pairs = {
        "opens": [_said(current.opens_at), _said(proposal.opens_at)],
        "closes": [_said(current.closes_at), _said(proposal.closes_at)],
        "after closing": [current.after_closing.label, proposal.after_closing.label],
        "days of grace": [current.grace_days, proposal.grace_days],
        "terms": [titles_of(current), titles_of(proposal)],
        "rules": [[rule_sentence(rule) for rule in one.rules] for one in (current, proposal)],
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _save_rules(mailing_list: MailingList, rules: tuple[Rule, ...]) -> None:
    mailing_list.rules.exclude(pk__in=[rule.number for rule in rules]).delete()
    for rule in rules:
        AccessRule(
            pk=rule.number or None,
            list=mailing_list,
            whom=rule.whom,
            roles=sorted(rule.roles),
            until_at=rule.until_at,
            until_days=rule.until_days,
            then=rule.then,
        ).save()


def _refuse_to_change(by: User) -> None:
    if not by.has_perms(("listserver.change_mailinglist", "listserver.change_accessrule")):
        raise RefusedError("You cannot change lists. Ask an administrator for the right to do so.")


def _said(value: Any) -> Any:
    """A value as the audit log keeps it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    return value if isinstance(value, bool | int | list | str) else str(value)


def _record(action: str, found: MailingList, by: User, now: datetime, changes: dict[str, Any]) -> None:
    audit.record(
        action, now=now, by=by, subject=found.key, subject_name=found.name, details={"changes": changes}
    )
