"""Carries out what a mail to an address such as `<list>-help@…` asks for."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from forum import addresses
from forum.access import access_of, facts_of
from forum.actions.delivering import NOT_ON_IT, set_mode
from forum.actions.joining import leave
from forum.addresses import Command
from forum.models import DeliveryMode, MailingList, State
from forum.rules import Facts
from forum.rules.answering import Because
from portal.members.actions import RefusedError
from portal.members.models import User

WHAT_IT_DOES = {
    Command.SUBSCRIBE: "tells you how to join",
    Command.UNSUBSCRIBE: "takes you off the list",
    Command.DIGEST: "has you sent one mail a day instead of each post",
    Command.NOMAIL: "stops mail; you stay on the list",
    Command.HELP: "sends you this",
}
JOIN = {
    State.ACTIVE: "You are on {list} already.",
    State.APPLIED: "You have applied for {list}. A manager has yet to decide.",
    State.SUSPENDED: "A manager suspended you from {list}.",
    State.LEFT: "You have left {list}, and can come back while its rules let you in.",
}
NOT_YET = "Whoever joins {list} accepts its terms first. That is done on the web, in a few minutes."


@dataclass(frozen=True)
class Done:
    """What was done, as the sender is told it."""

    because: Because
    link: str
    words: dict[str, str] = field(default_factory=dict)


def carry_out(command: Command, *, mailing_list: MailingList, user: User, now: datetime) -> Done:
    """Does what a command says for `user`, who is known to have sent it. Raises `RefusedError`."""
    about = _page("list_about", mailing_list)
    facts = facts_of(mailing_list, user)
    match command:
        case Command.HELP:
            return Done(Because.HELP, _page("list", mailing_list), {"commands": _commands(mailing_list)})
        case Command.SUBSCRIBE:
            why = JOIN.get(facts.state(now), NOT_YET).format(list=mailing_list)
            return Done(Because.SUBSCRIBE, about, {"why": why})
        case Command.UNSUBSCRIBE:
            leave(mailing_list=mailing_list, user=user, now=now)
            return Done(Because.LEFT, about)
        case Command.DIGEST:
            return _deliver(DeliveryMode.DAILY, mailing_list, user, facts, now)
        case Command.NOMAIL:
            return _deliver(DeliveryMode.NONE, mailing_list, user, facts, now)
    raise ValueError(command)


def _deliver(mode: DeliveryMode, mailing_list: MailingList, user: User, facts: Facts, now: datetime) -> Done:
    if not access_of(mailing_list, user, now).may_read or not set_mode(
        mailing_list=mailing_list, user=user, delivery=mode
    ):
        raise RefusedError(NOT_ON_IT)
    said = {
        DeliveryMode.DAILY: f"You now get one mail a day about {mailing_list}, at 7am.",
        DeliveryMode.NONE: f"You get no mail of {mailing_list} any more. You are still on the list.",
    }[mode]
    return Done(Because.DELIVERY, _page("list_delivery", mailing_list), {"why": said})


def _commands(mailing_list: MailingList) -> str:
    return " ".join(
        f"{addresses.of_list(mailing_list.slug, command)} {does}." for command, does in WHAT_IT_DOES.items()
    )


def _page(name: str, mailing_list: MailingList) -> str:
    return settings.BASE_URL + reverse(name, args=[mailing_list.slug])
