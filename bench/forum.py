"""What the forum costs when it is large: each page of a list of 20,000 topics and 500,000 posts against the same of 200 topics.

Makes a database of its own (SQLite, or the empty PostgreSQL database at `--postgres`) with 5,000 people on both lists and 200,000
marks of what they have read. Prints for each page the milliseconds (CPU on SQLite, which runs in the process; by the clock on
PostgreSQL; the median of `--rounds`) and the number of queries in either list, and then:

- `flatness`: the worst of the large list to the small one (goal 1.2)
- `topic_to_bare`: a topic page of 20 posts to reading the same 20 rows and their texts alone
- `first_visit_ms`: what a newcomer to the large list costs who opens a topic there and marks it as read (goal 50);
  `first_list_ms`: who opens the list itself
- `effect_s` and `sweep_s`: seconds of *what will this do?*, and of one sweep of ends and reminders, over `--subscriptions`
  (a million) on one list; `effect_to_bare` to counting the same subscriptions by state
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ground import arguments, run

POSTS = 25  # of each topic
BATCH = 5_000
WORDS = "The practices agreed on a rota, and one of them asked who pays for the evenings. " * 4


def main() -> int:
    parser = arguments(__doc__)
    parser.add_argument("--topics", type=int, default=20_000, help="topics of the large list (20,000)")
    parser.add_argument("--people", type=int, default=5_000, help="people on both lists (5,000)")
    parser.add_argument(
        "--subscriptions", type=int, default=1_000_000, help="of the list that is swept (1,000,000; 0: none)"
    )
    parser.add_argument("--rounds", type=int, default=15, help="times that each page is asked for (15)")
    options = parser.parse_args()
    return run(options, lambda _: measure(options))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    now = timezone.now()
    people = make_people(options.people, now)
    small = make_list("Small", 200, people, now)
    large = make_list("Large", options.topics, people, now)
    mark_read(large, people, now)
    finish_loading()
    return (
        pages(small, large, people, options.rounds)
        | first_visit(large, now)
        | (ends(options.subscriptions, now) if options.subscriptions else {})
    )


# --- What is measured against what ---------------------------------------------------------------------------------------


def pages(small: Any, large: Any, people: list[Any], rounds: int) -> dict[str, Any]:
    """Each page of the two lists in turn, so that whatever else the machine does meets both."""
    found: dict[str, Any] = {}
    queries: dict[str, int] = {}
    worst = 0.0
    reader = browser(people[7])
    for name, step in steps().items():
        times: dict[str, list[float]] = {"small": [], "large": []}
        counts = {}
        for turn in range(rounds + 2):
            for size, one in (("small", small), ("large", large)):
                taken, counts[size] = cost(lambda step=step, one=one, turn=turn: step(reader, one, turn))
                if turn > 1:  # the first ones fill caches
                    times[size].append(taken)
        few, many = (statistics.median(times[size]) for size in ("small", "large"))
        found[f"{name} ms"], found[f"{name} ms, small"] = round(many, 2), round(few, 2)
        expect(counts["small"] == counts["large"], f"{name}: the queries grow with the list: {counts}")
        queries[name] = counts["large"]
        worst = max(worst, many / few)
        if name == "topic":
            bare = statistics.median(cost(lambda: bare_topic(large))[0] for _ in range(rounds))
            found["topic_to_bare"] = round(many / bare, 2)
    return found | {"queries": queries, "flatness": round(worst, 3)}


def steps() -> dict[str, Callable[[Any, Any, int], None]]:
    """What is asked for: pages that a reader opens, and a post."""
    return {
        "index": lambda client, _one, _turn: opened(client.get("/forum/")),
        "list": lambda client, one, _turn: opened(client.get(f"/forum/{one.slug}/")),
        "unread": lambda client, one, _turn: opened(client.get(f"/forum/{one.slug}/?which=unread")),
        "topic": lambda client, one, _turn: opened(client.get(f"/forum/{one.slug}/topics/{one.a_topic}/")),
        "person": lambda client, one, _turn: opened(client.get(f"/forum/people/{one.a_person}/")),
        "posting": lambda _client, one, turn: posted(one, turn),
    }


def opened(response: Any) -> None:
    expect(response.status_code == 200, f"{response.request['PATH_INFO']} answers {response.status_code}.")


def expect(holds: bool, otherwise: str) -> None:  # noqa: FBT001  reads as a sentence
    """Ends the run where a figure would say nothing."""
    if not holds:
        sys.exit(otherwise)


def posted(one: Any, turn: int) -> None:
    from django.utils import timezone

    from forum.actions.posting import reply
    from forum.models import Topic

    topic = Topic.objects.select_related("forum__mailing_list").get(pk=one.a_topic)
    # Another person each time: nobody may post too often.
    reply(topic=topic, user=one.people[20 + turn], content=f"Turn {turn}", now=timezone.now())


def bare_topic(one: Any) -> None:
    from forum.models import Post

    rows = Post.objects.filter(topic=one.a_topic, approved=True).order_by("created", "pk")[:20]
    expect(
        bool("".join(post.content.rendered for post in rows.select_related("poster"))), "There are no posts."
    )


def first_visit(large: Any, now: datetime) -> dict[str, Any]:
    """A newcomer opens the list; opens a topic and marks it as read. The medians of nine newcomers."""
    from forum.models import Topic

    topic = Topic.objects.get(pk=large.a_topic)
    lists, visits = [], []
    for number in range(10):
        (person,) = make_people(1, now, first=10_000_000 + number)
        put_on(large.list, [person], now)
        client = browser(person)

        def visit(client: Any = client) -> None:
            opened(client.get(f"/forum/{large.slug}/topics/{large.a_topic}/"))
            # As the script of the page asks.
            read = {"topic": large.a_topic, "up_to": topic.last_post_on.isoformat(), "quietly": "1"}
            expect(client.post(f"/forum/{large.slug}/read/", read).status_code == 204, "Not marked as read.")

        visits.append(cost(visit)[0])
        lists.append(cost(lambda client=client: opened(client.get(f"/forum/{large.slug}/")))[0])
    # The first ones fill caches.
    return {
        "first_visit_ms": round(statistics.median(visits[1:]), 1),
        "first_list_ms": round(statistics.median(lists[1:]), 1),
    }


def ends(count: int, now: datetime) -> dict[str, Any]:
    """What other rules would do, and one sweep, over many subscriptions of one list."""
    from django.db.models import Count

    from forum.access import list_facts
    from forum.actions.reminding import tell_of_ends
    from forum.foreseeing import effect, moments_to_look_at
    from forum.models import AccessRule, Subscription, Whom
    from forum.rules import Rule

    one = new_list("Swept", now)
    for start in range(0, count, 50_000):
        put_on(one, make_people(min(50_000, count - start), now, first=20_000_000 + start), now)
    AccessRule.objects.filter(list=one).update(until_at=now + timedelta(days=400))
    finish_loading()
    current = list_facts([one])[one.pk]
    other = replace(current, rules=(Rule(Whom.ANYONE, until_at=now + timedelta(days=200)),))
    looked = moments_to_look_at(current, other, now)
    effect_s = seconds(lambda: [effect(one, other, at) for at in looked])
    bare = seconds(
        lambda: [
            list(Subscription.objects.filter(list=one).values("periods__state").annotate(n=Count("pk")))
            for _ in looked
        ]
    )
    return {
        "subscriptions": count,
        "effect_s": round(effect_s, 2),
        "effect_to_bare": round(effect_s / bare, 2),
        "sweep_s": round(seconds(lambda: tell_of_ends(now)), 2),
    }


# --- Measuring -----------------------------------------------------------------------------------------------------------


def cost(work: Callable[[], Any]) -> tuple[float, int]:
    """Milliseconds and queries of something."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    began = clock()
    work()
    taken = (clock() - began) * 1000
    with CaptureQueriesContext(connection) as counted:
        work()
    ours = [
        row
        for row in counted.captured_queries
        if not row["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))
    ]
    return taken, len(ours)


def seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def browser(person: Any) -> Any:
    from django.test import Client

    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return client


# --- What is made --------------------------------------------------------------------------------------------------------


class Made:
    """A list that was filled, with a topic and a person to look at."""

    def __init__(self, mailing_list: Any, a_topic: int, people: list[Any]) -> None:
        self.list, self.slug = mailing_list, mailing_list.slug
        self.a_topic, self.a_person, self.people = a_topic, people[3].pk, people


def make_people(count: int, now: datetime, first: int = 0) -> list[Any]:
    from portal.members.models import User

    people = [
        User(email=f"p{number}@example.org", first_name=f"Ada{number}", last_name="Example", password="!")  # noqa: S106
        for number in range(first, first + count)
    ]
    return User.objects.bulk_create(people, batch_size=BATCH)


def new_list(name: str, now: datetime) -> Any:
    from forum.models import AccessRule, MailingList, Whom

    made = MailingList.objects.create(
        name=name, slug=name.lower(), summary="A list.", created_at=now, hold_first_posts=0
    )
    AccessRule.objects.create(list=made, whom=Whom.ANYONE)
    return made


def put_on(mailing_list: Any, people: list[Any], now: datetime) -> None:
    from forum.models import State, Subscription, SubscriptionPeriod

    since = now - timedelta(days=30)
    made = Subscription.objects.bulk_create(
        (Subscription(list=mailing_list, user=person, joined_on=since.date()) for person in people),
        batch_size=BATCH,
    )
    SubscriptionPeriod.objects.bulk_create(
        (SubscriptionPeriod(subscription=one, state=State.ACTIVE, starts_at=since) for one in made),
        batch_size=BATCH,
    )


def make_list(name: str, topics: int, people: list[Any], now: datetime) -> Made:
    """A list with topics of 25 posts each by different people; the newest were written in the last days."""
    from forum.counting import recount
    from forum.models import Post, Topic

    one = new_list(name, now)
    put_on(one, people, now)
    step = timedelta(days=300) / (topics * POSTS)
    for start in range(0, topics, 1_000):
        many = Topic.objects.bulk_create(
            Topic(forum_id=one.forum_id, poster=people[number % len(people)], subject=f"Topic {number}", slug="t",
                  type=0, status=0, posts_count=POSTS, created=now - timedelta(days=300) + step * number * POSTS)
            for number in range(start, min(start + 1_000, topics))
        )  # fmt: skip
        for some in range(0, len(many), 200):
            Post.objects.bulk_create(posts_of(many[some : some + 200], people, step), batch_size=BATCH)
        settle_all(many)
    recount(one.forum_id)
    topic = Topic.objects.filter(forum=one.forum_id).order_by("-pk")[10]
    return Made(one, topic.pk, people)


def posts_of(topics: list[Any], people: list[Any], step: timedelta) -> Iterator[Any]:
    from forum.models import Post

    for topic in topics:
        for number in range(POSTS):
            post = Post(topic=topic, poster=people[(topic.pk * 7 + number) % len(people)], subject=topic.subject,
                        content=WORDS, created=topic.created + step * number)  # fmt: skip
            post._content_rendered = f"<p>{WORDS}</p>"
            yield post


def settle_all(topics: list[Any]) -> None:
    """The counters of topics that were written past the actions."""
    from django.db.models import Max

    from forum.models import Post, Topic

    last = dict(
        Post.objects.filter(topic__in=topics).order_by().values_list("topic").annotate(last=Max("pk"))
    )
    moments = dict(Post.objects.filter(pk__in=last.values()).values_list("pk", "created"))
    for topic in topics:
        topic.last_post_id, topic.last_post_on = last[topic.pk], moments[last[topic.pk]]
        topic.first_post_id = last[topic.pk] - POSTS + 1
    Topic.objects.bulk_update(topics, ["last_post", "last_post_on", "first_post"], batch_size=500)


def mark_read(large: Made, people: list[Any], now: datetime) -> None:
    """Forty marks for each person."""
    from forum.forum_tracking.models import TopicReadTrack
    from forum.models import Topic

    topics = list(
        Topic.objects.filter(forum=large.list.forum_id).order_by("-pk").values_list("pk", flat=True)[:4_000]
    )
    marks = (
        TopicReadTrack(user=person, topic_id=topics[(place * 40 + number) % len(topics)], mark_time=now)
        for place, person in enumerate(people)
        for number in range(min(40, len(topics)))
    )
    TopicReadTrack.objects.bulk_create(marks, batch_size=BATCH)


def finish_loading() -> None:
    """The database looks at what it holds, as it does by itself in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
