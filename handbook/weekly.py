"""The handbooks' part of the one mail a week: the editions and errata of that week that concern a person. Reads only."""

from datetime import datetime

from handbook.following import HEADING, by_person, follows_of
from handbook.mail import News, announcements, news_of, sample_news, told_key
from portal.members.models import Follow, User
from portal.members.rules import Week
from portal.members.weekly import Part, Source, register, unheard


def connect() -> None:
    """Has the weekly mail ask for our part."""
    register(HEADING, prepare, sample)


def prepare(week: Week, now: datetime) -> Source:
    """What was published in the week, and who has not heard of it yet. A query for each piece of news."""
    made = announcements().filter(made_at__gte=week.start, made_at__lt=week.end)
    due: dict[int, list[tuple[News, list[Follow]]]] = {}
    for news in news_of(list(made.order_by("made_at", "pk"))):
        is_told = news.announcement.told_at is not None
        left = unheard(follows_of(news), told_key(news), is_told=is_told)
        for person, follows in by_person(left).items():
            due.setdefault(person, []).append((news, follows))

    def part_for(user: User) -> Part:
        return part(due[user.pk])

    return Source(due, part_for)


def part(news: list[tuple[News, list[Follow]]]) -> Part:
    """One person's part: each piece of news, cut down to the follows that bring it."""
    titles = {key: title for one, _ in news for key, title in one.titles.items()}
    followed = {follow: titles[follow.key] for _, follows in news for follow in follows}
    return Part(
        heading=HEADING,
        template="weekly_handbooks",
        context={"news": [one.concerning({follow.key for follow in follows}) for one, follows in news]},
        followed=list(followed.items()),
    )


def sample(now: datetime) -> Part:
    """A part as previews show it."""
    news = sample_news(now)
    return Part(
        HEADING, "weekly_handbooks", {"news": news}, [(Follow(), "Handbook"), (Follow(), "3.2 Quorum")]
    )
