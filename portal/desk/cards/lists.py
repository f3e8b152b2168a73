"""Cards about lists, only those that the reader manages: who asks to join, what is held, and trouble with mail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from forum import applications, mailing, moderation
from forum.access import visible_to
from forum.models import Level, MailingList
from portal.desk.cards.base import SHOWN, Card, Line
from portal.health import heard_at, worker_problem
from portal.members.mail import failed_since
from portal.members.models import User

LATELY = timedelta(days=7)


def managing(user: User, now: datetime) -> Iterator[Card]:
    """The cards of lists, for whoever manages one at `now`; whoever may see mails has the one about mail too."""
    lists = list(visible_to(user, now, Level.MANAGE))
    sees_mails = user.has_perm("members.view_mail")
    if lists:
        yield _joining(lists, now)
        yield _held(lists)
    if lists or sees_mails:
        yield _mail(lists, now, sees_mails=sees_mails)


def _joining(lists: list[MailingList], now: datetime) -> Card:
    counts = applications.waiting_on(lists, now)
    waiting = [one for one in lists if one.pk in counts]
    return Card(
        key="joining",
        title="People who ask to join",
        count=sum(counts.values()),
        lines=[
            Line(one.name, f"{counts[one.pk]} waiting", reverse("list_applications", args=[one.slug]))
            for one in waiting[:SHOWN]
        ],
        empty="Nobody waits to be let in.",
    )


def _held(lists: list[MailingList]) -> Card:
    counts = moderation.waiting_on(lists)
    waiting = [one for one in lists if one.pk in counts]
    return Card(
        key="held",
        title="Posts to look at",
        count=sum(counts.values()),
        lines=[
            Line(one.name, f"{counts[one.pk]} held or reported", reverse("list_moderation", args=[one.slug]))
            for one in waiting[:SHOWN]
        ],
        empty="No post is held or reported.",
    )


def _mail(lists: list[MailingList], now: datetime, *, sees_mails: bool) -> Card:
    """Trouble with mail in the last week: that of the portal for whoever may see mails, that of lists for their managers."""
    found = _of_the_portal(now) if sees_mails else []
    trouble = mailing.trouble_on(lists, now - LATELY)
    for one in lists:
        if one.pk in trouble:
            url = reverse("list_mailing", args=[one.slug])
            found.append((trouble[one.pk].total, Line(one.name, _in_words(trouble[one.pk]), url)))
    return Card(
        key="mail",
        title="Trouble with mail",
        count=sum(count for count, _ in found),
        lines=[line for _, line in found[:SHOWN]],
        empty="Mail has gone out well in the last 7 days.",
    )


def _of_the_portal(now: datetime) -> list[tuple[int, Line]]:
    found = []
    if problem := worker_problem(heard_at(), now):
        found.append((1, Line("Background work has stopped", problem)))
    if failed := failed_since(now - LATELY).count():
        url = f"{reverse('members_mail_modeladmin_index')}?state__exact=failed"
        found.append(
            (failed, Line("Mails of the portal", f"{failed} could not be sent in the last 7 days", url))
        )
    return found


def _in_words(trouble: mailing.Trouble) -> str:
    words = []
    if trouble.failed:
        words.append(f"{trouble.failed} refused or came back in the last 7 days")
    if trouble.stopped:
        people = "1 person" if trouble.stopped == 1 else f"{trouble.stopped} people"
        words.append(f"{people} whose mail has been stopped")
    return ", ".join(words)
