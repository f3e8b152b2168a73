"""What becomes of the people on a list that closes: who is moved on to its successor, and why somebody is not. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from forum.models import State
from forum.rules.access import access, terms_lacking, would_be_let_in
from forum.rules.ends import TOLD_WITHIN, ways_in
from forum.rules.facts import Facts, ListFacts
from forum.rules.sentences import listed


class Fate(Enum):
    """What becomes of one person when their list closes."""

    MOVES = "moved on"
    THERE = "on the next list already"
    TERMS = "invited: has to accept terms first"
    OUT = "not let in by the rules of the next list"
    APART = "left the next list, or was refused there"
    NOWHERE = "without a next list"


# What each of them is told when the list has closed, in words for whoever closes it.
TOLD = {
    Fate.MOVES: "that they are on the next list from now on",
    Fate.THERE: "that they are on the next list already, so that nothing changes for them there",
    Fate.TERMS: "which terms of the next list they have to accept: then they are on it",
    Fate.OUT: "what they have to do to go on, such as join the association: then they are moved on by themselves",
    Fate.APART: "that the list has closed, and how they stand to the next one",
    Fate.NOWHERE: "that the list has closed, and whether they can still read it",
}


def fate(there: Facts | None, at: datetime) -> Fate:
    """What becomes of a person who is on the list that closes. `there` are the facts of the list that follows, if there is one.

    Whoever left that list, or was refused there, is not brought back: to be moved on must not be a way round either.
    """
    if there is None:
        return Fate.NOWHERE
    state = there.state(at)
    if state in (State.ACTIVE, State.SUSPENDED):
        return Fate.THERE
    if state in (State.LEFT, State.REFUSED):
        return Fate.APART
    when = max(at, there.list.open.start or at)
    if not would_be_let_in(there, when):
        return Fate.OUT
    return Fate.TERMS if terms_lacking(there, when) else Fate.MOVES


def what_follows(becomes: Fate, name: str, there: Facts | None, at: datetime) -> str:
    """What becomes of a person when their list closes at the moment `at`, said to them beforehand; `name` is the next list's."""
    if there is None or becomes is Fate.NOWHERE:
        return "The list closes then."
    return (
        "The list closes then, and people move on to "
        + {
            Fate.MOVES: f"{name}. You are moved on by yourself, so you need do nothing.",
            Fate.THERE: f"{name}. You are on it already, so you need do nothing.",
            Fate.TERMS: f"{name}. You are invited to it: it has terms that you have to accept first.",
            Fate.OUT: f"{name}. {how_to_get_in(there, at)}",
            Fate.APART: f"{name}. If you would like to take part there, ask its managers.",
        }[becomes]
    )


def how_to_get_in(there: Facts, at: datetime) -> str:
    """What a person can do whom the rules of the next list do not let in."""
    steps = ways_in(there, at)
    if steps:
        return f"To go on there, {listed(steps)}. Then you are moved on by yourself."
    return "Its rules do not let you in at present. If you think that this is a mistake, ask its managers."


def is_closed(facts: ListFacts, at: datetime) -> bool:
    """Whether a list has closed at the moment `at`."""
    return facts.open.end is not None and at >= facts.open.end


def what_now(there: Facts, at: datetime) -> str:
    """What somebody who was on a list that has closed can do about the next one, and what happens by itself."""
    state, becomes = there.state(at), fate(there, at)
    if becomes is Fate.MOVES:
        return "You are moved on by yourself, so you need do nothing. It takes some minutes."
    if becomes is Fate.TERMS:
        return "It has terms that you have to accept first. Then you are moved on by yourself."
    if state == State.LEFT:
        return "You have left that list. You can come back while its rules let you in."
    if state == State.REFUSED:
        return "Your application for it was refused. If you think that this is a mistake, ask its managers."
    if state not in (State.ACTIVE, State.SUSPENDED):
        return how_to_get_in(there, at)
    if access(there, at).may_read:
        return "You are on it already, so nothing changes for you there."
    return "You are on it already, but cannot read it at present. Its page says why, and what you can do."


@dataclass(frozen=True)
class Closing:
    """How far the closing of a list has come. What lies before `closes_at` was an earlier closing, after which it opened again."""

    closes_at: datetime | None
    moving_since: datetime | None
    moved_on_at: datetime | None

    @property
    def is_begun(self) -> bool:
        """Whether it has begun to move people on."""
        return (
            self.closes_at is not None
            and self.moving_since is not None
            and self.moving_since >= self.closes_at
        )

    @property
    def is_done(self) -> bool:
        """Whether everybody was moved on and told."""
        return self.is_begun and self.moved_on_at is not None and self.moved_on_at >= self.moving_since


def refusal_to_close(closing: Closing, opens_at: datetime | None, at: datetime, now: datetime) -> str | None:
    """Why a list cannot be closed at the moment `at`, said at the moment `now`; `None` if it can."""
    if closing.is_begun:
        return "The closing of this list has begun already, and goes on by itself."
    if at < now:
        return "The moment of closing must not lie in the past."
    if closing.closes_at is not None and closing.closes_at <= now < at:
        return "This list has closed already."
    if opens_at is not None and at <= opens_at:
        return "This list has not opened yet, so it cannot be closed. Change the day on which it opens."
    return None


def should_begin(closing: Closing, now: datetime, *, has_successor: bool) -> bool:
    """Whether a list whose moment has come has to be closed by itself.

    One that nothing follows and that closed long ago is left as it is: its people have known for some time.
    """
    if closing.closes_at is None or closing.is_begun or now < closing.closes_at:
        return False
    return has_successor or now - closing.closes_at <= TOLD_WITHIN
