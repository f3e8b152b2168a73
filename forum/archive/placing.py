"""Says of each mail of an archive whether it is there, what it answers, and in which topic it belongs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice

from forum.archive.messages import Message, Survey
from forum.archive.taking import Taken
from forum.models import KnownMessage, Post, Topic
from forum.outgoing.threads import number_in, spellings
from forum.rules.posting import for_topic

SAME_SUBJECT_WITHIN = timedelta(days=90)
AT_ONCE = 200  # Message-IDs in one query


class _Groups:
    """Numbers that belong together (union-find)."""

    def __init__(self) -> None:
        self.above: dict[int, int] = {}

    def of(self, number: int) -> int:
        top = number
        while (above := self.above.get(top, top)) != top:
            top = above
        while number != top:
            self.above[number], number = top, self.above.get(number, number)
        return top

    def join(self, one: int, other: int) -> bool:
        """Puts two numbers together; whether they were apart."""
        one, other = self.of(one), self.of(other)
        if one != other:
            self.above[max(one, other)] = min(one, other)
        return one != other


@dataclass(frozen=True)
class _There:
    """A post of the list that a mail is, or answers."""

    post: int
    topic: int
    at: datetime
    is_inside: bool


def placed(taken: Taken) -> Survey:
    """Says of each mail whether it is there, what it answers and in which topic it belongs."""
    found, messages = taken.found, taken.messages
    # Old programs name the author in In-Reply-To too: not everything that answers one person is one topic.
    people = {taken.nodes[one] for one in taken.senders if one in taken.nodes}
    there = _there(taken)
    groups = _Groups()
    for one in messages:
        one.post = there[one.node].post if one.node in there else None
        if people:
            one.chain = tuple(node for node in one.chain if node not in people)
            one.answering = tuple(node for node in one.answering if node not in people)
        for node in one.chain:
            groups.join(one.node, node)
    messages.sort(key=lambda one: (one.at, one.number))
    _answer(messages, there)
    topics: dict[int, int] = {}  # a topic of the list: the node of a post in it
    for node, post in there.items():
        if post.is_inside:
            groups.join(node, topics.setdefault(post.topic, node))
    _join_by_subject(taken, groups, topics)
    _date(messages, there)
    messages.sort(key=lambda one: (one.at, one.rank))
    _place(messages, there, groups, topics)
    left_in_front = _is_of_the_list(taken)
    for one in messages:
        tags = "".join(f"[{tag}] " for tag in one.tags if not left_in_front(tag))
        one.subject = for_topic(f"{tags}{one.words}")
    found.new = [one for one in messages if one.post is None]
    found.already_there = len(messages) - len(found.new)
    return found


def _there(taken: Taken) -> dict[int, _There]:
    """Which of all that is named is a post already. Two queries for each `AT_ONCE` of them."""
    forum = taken.list.forum_id
    fields = ("post", "post__topic", "post__created", "post__topic__forum")
    known = KnownMessage.objects.filter(list=taken.list)
    ours = Post.objects.filter(topic__forum=forum)
    found: dict[int, _There] = {}
    for some in _batches(taken.nodes.items()):
        numbers = {number: node for key, node in some if (number := number_in(key))}
        for pk, topic, at in ours.filter(pk__in=numbers).values_list("pk", "topic", "created"):
            found[numbers[pk]] = _There(pk, topic, at, is_inside=True)
        spelled = {spelling: node for key, node in some for spelling in (key, *spellings(key))}
        for key, post, topic, at, where in known.filter(message_id__in=spelled).values_list(
            "message_id", *fields
        ):
            found[spelled[key]] = _There(post, topic, at, where == forum)
    return found


def _batches(items: Iterable[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _nearest(one: Message, there: dict[int, _There]) -> int:
    return next((node for node in reversed(one.answering) if node in there and there[node].is_inside), -1)


def _answer(messages: list[Message], there: dict[int, _There]) -> None:
    """Sets of each mail which other one of the file it answers: the nearest of those it names. None answers itself on a way round."""
    elsewhere = {node for node, post in there.items() if not post.is_inside}
    by_node = {one.node: one for one in messages if one.node not in elsewhere}
    trees = _Groups()
    for one in messages:
        for node in reversed(one.answering):
            above = by_node.get(node)
            if above is not None and trees.join(one.node, above.node):
                one.parent = above
                break
            if above is None and node in there and there[node].is_inside:
                break


def _join_by_subject(taken: Taken, groups: _Groups, topics: dict[int, int]) -> None:
    """Puts mails that name no other into the one topic of late that their `Re:` can mean."""
    latest: dict[str, dict[int, datetime]] = defaultdict(dict)
    listed: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    if any(one.is_reply for one in taken.messages):
        rows = Topic.objects.filter(forum=taken.list.forum_id, approved=True, merged_into=None)
        for pk, subject, last in rows.values_list("pk", "subject", "last_post_on").iterator():
            listed[subject.casefold()].append((pk, last))
    for one in taken.messages:
        words = one.words.casefold()
        if not words:
            continue
        since = one.at - SAME_SUBJECT_WITHIN
        if one.is_reply and one.post is None:
            late = {groups.of(node) for node, at in latest[words].items() if at >= since}
            if not late:
                of_list = [
                    pk for pk, at in listed[words] if at and since <= at <= one.at + SAME_SUBJECT_WITHIN
                ]
                late = {groups.of(topics.setdefault(pk, next(taken.numbers))) for pk in of_list}
            if len(late) == 1:
                groups.join(one.node, late.pop())
        seen = latest[words]
        for node in [
            node for node, at in seen.items() if at < since or groups.of(node) == groups.of(one.node)
        ]:
            del seen[node]
        seen[one.node] = one.at


def _date(messages: list[Message], there: dict[int, _There]) -> None:
    """Makes no answer older than what it answers, and ranks what is answered before its answers."""
    ranks = count()
    for one in messages:
        way: list[Message] = []
        up: Message | None = one
        while up is not None and up.rank < 0:
            way.append(up)
            up = up.parent
        for each in reversed(way):
            if each.parent is not None:
                each.at = max(each.at, each.parent.at)
            elif (above := there.get(_nearest(each, there))) is not None:
                each.at = max(each.at, above.at)
            each.rank = next(ranks)


def _place(
    messages: list[Message], there: dict[int, _There], groups: _Groups, topics: dict[int, int]
) -> None:
    """Gives each mail its topic: that of what it answers, else that of the list which its group has, else the group's new one."""
    topic_of = {groups.of(topics[topic]): topic for topic in sorted(topics, reverse=True)}
    for one in messages:
        above = there.get(_nearest(one, there)) if one.parent is None else None
        if one.node in there and there[one.node].is_inside:
            one.place = there[one.node].topic
        elif above is not None:
            one.answers, one.place = above.post, above.topic
        elif one.parent is not None:
            one.place = one.parent.place
        else:
            group = groups.of(one.node)
            one.place = topic_of.get(group, -1 - group)


def _is_of_the_list(taken: Taken) -> Callable[[str], bool]:
    """Whether a tag before a subject, `[setting-up]`, only says of which list a mail is.

    Mails say that themselves; if none does, a tag that more than half of them have does.
    """
    often = set()
    if not taken.is_named:
        often = {tag for tag, times in taken.tags.items() if 2 * times > len(taken.messages)}
    names = taken.list_names | often
    return lambda tag: tag.casefold() in names
