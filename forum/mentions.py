"""People named in posts: whom a name means, offered while one types. Names of a list's readers, and of nobody else. Reads only."""

import re
from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from forum.access import people_with
from forum.markup import MOST_CHARACTERS, escaped, people_named
from forum.models import MailingList
from forum.quoting import NOBODY, without_quotes
from portal.members.models import User

MOST_SUGGESTED = 8
MOST_NAMED = 10  # in one post
LONGEST_NAME = 80
# Code and quotes stay as they were typed.
ASIDE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|^ {0,3}>[^\n]*)", re.DOTALL | re.MULTILINE)
AT = re.compile(r"(?:(?<=\s)|(?<=\()|^)@(?=(\w[\w'’.-]*))", re.MULTILINE)


def readers(mailing_list: MailingList, now: datetime) -> QuerySet[User]:
    """Those who may read the list at this moment."""
    return people_with(mailing_list, now).filter(is_active=True)


def suggested(mailing_list: MailingList, words: str, now: datetime) -> list[User]:
    """At most eight readers of the list whose names begin with each of the words. None without words."""
    parts = words[:LONGEST_NAME].split()[:4]
    if not parts:
        return []
    asked = [Q(first_name__istartswith=part) | Q(last_name__istartswith=part) for part in parts]
    found = readers(mailing_list, now).filter(reduce(and_, asked))
    return list(found.order_by("first_name", "last_name", "pk")[:MOST_SUGGESTED])


def linked(text: str, mailing_list: MailingList, now: datetime) -> str:
    """The text with each `@Ada Example` that is the name of exactly one reader of the list turned into a link to that person."""
    pieces = ASIDE.split(text)
    firsts = {match[1].lower() for piece in pieces[::2] for match in AT.finditer(piece)}
    if not firsts:
        return text
    asked = [Q(first_name__istartswith=first) for first in sorted(firsts)[:MOST_NAMED]]
    by_name: dict[str, list[User]] = {}
    for user in readers(mailing_list, now).filter(reduce(or_, asked))[:1000]:
        by_name.setdefault(user.get_full_name().lower(), []).append(user)
    names = {name: people[0] for name, people in by_name.items() if len(people) == 1 and name.strip()}
    if not names:
        return text
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"((?:(?<=\s)|(?<=\()|^)@)({longest_first})(?!\w)", re.IGNORECASE | re.MULTILINE)

    def link(match: re.Match[str]) -> str:
        person = names.get(match[2].lower())
        return f"[@{escaped(person.get_full_name())}](person:{person.pk})" if person else match[0]

    pieces[::2] = [pattern.sub(link, piece) for piece in pieces[::2]]
    made = "".join(pieces)
    return made if len(made) <= MOST_CHARACTERS else text


def without_mentions(text: str, pk: int, names: Collection[str]) -> str:
    """A text that no longer names the account: `[@Ada Example](person:12)` is a former member, and so is `@Ada Example` as typed.

    Whatever a link to the person says goes with it. `names` are those that nobody else has.
    """
    text = re.sub(rf"\[(?:\\.|[^\[\]\\])*\]\(person:{pk}\)", NOBODY, text)
    if not names:
        return text
    called = "|".join(re.escape(one) for name in names for one in {name, escaped(name)})
    return re.sub(rf"@(?:{called})(?!\w|\]\(person:)", NOBODY, text, flags=re.IGNORECASE)


def named_in(text: str) -> list[int]:
    """The accounts that a post names itself, not in what it quotes: ten at most."""
    return sorted(people_named(without_quotes(text)))[:MOST_NAMED]
