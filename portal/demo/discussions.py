"""The discussions of the demonstration's forum, read from their files and posted in the order in which they were written."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from forum.actions.arranging import lock, pin
from forum.actions.posting import reply, start_topic
from forum.models import MailingList, Topic
from portal.demo.load_people import HERE, Days, Person

BREAK = re.compile(r"^\+\+\+\n", re.MULTILINE)
PERSON = re.compile(r"\(person:([a-z]+)\)")

Lists = dict[str, MailingList]
People = dict[str, Person]


@dataclass(frozen=True)
class Contribution:
    """One post, as its file gives it. `topic` is the name of the file, and `number` counts its posts from 0."""

    topic: str
    number: int
    facts: dict[str, Any]
    text: str
    at: datetime


def read_contributions(days: Days) -> list[Contribution]:
    """Every post of every discussion, in the order in which they were written."""
    paths = sorted((HERE / "discussions").glob("*.md"))
    return sorted((one for path in paths for one in _posts_of(path, days)), key=lambda one: one.at)


def _posts_of(path: Path, days: Days) -> Iterator[Contribution]:
    """The posts of one file: what stands between two lines of `+++` says who wrote the text below, and when."""
    _, *parts = BREAK.split(path.read_text(encoding="utf-8"))
    for number, (front, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        facts = tomllib.loads(front)
        yield Contribution(path.stem, number, facts, text.strip(), days.at(facts["days_ago"], facts["at"]))


@dataclass
class Discussions:
    """Posts what people wrote, each at its own moment and in the name of its author."""

    people: People
    lists: Lists
    contributions: list[Contribution]
    topics: dict[str, Topic] = field(default_factory=dict)

    def post(self, *, held: bool) -> None:
        """Posts what the files call held, or everything else."""
        for one in self.contributions:
            if one.facts.get("held", False) == held:
                self._post(one)

    def _post(self, one: Contribution) -> None:
        user = self.people[one.facts["author"]].user
        content = PERSON.sub(lambda match: f"(person:{self.people[match[1]].user.pk})", one.text)
        if one.number:
            reply(topic=self.topics[one.topic], user=user, content=content, now=one.at)
        else:
            self.topics[one.topic] = start_topic(
                mailing_list=self.lists[one.facts["list"]],
                user=user,
                subject=one.facts["subject"],
                content=content,
                now=one.at,
            ).topic
        if one.facts.get("pins"):
            pin(topic=self.topics[one.topic], by=user, now=one.at, pinned=True)
        if one.facts.get("locks"):
            lock(topic=self.topics[one.topic], by=user, now=one.at, locked=True)
