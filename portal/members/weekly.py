"""What the one mail a week is made of: a part from each subject, which registers how it makes it.

Each subject registers in its `AppConfig.ready`, so that this app needs to know nothing of handbooks, lists or events.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from portal.members import follows
from portal.members.models import Cadence, Follow, Mail, User
from portal.members.rules import Week, last_week

TEMPLATE = "weekly"


@dataclass(frozen=True)
class Part:
    """What a subject has for one person. `template` names its words in text and in HTML, `mail/….txt` and `mail/….html`, which
    are given `part`, the `context`. `followed` are the follows that bring it, each with its title.
    """

    heading: str
    template: str
    context: Mapping[str, Any]
    followed: Sequence[tuple[Follow, str]]

    @property
    def text(self) -> str:
        return f"mail/{self.template}.txt"

    @property
    def html(self) -> str:
        return f"mail/{self.template}.html"


@dataclass(frozen=True)
class Source:
    """What a subject has to tell of a week: who may get a part, by their primary keys, and how one person's is made.

    `part_for` is called in the transaction that stores the mail. It asks what the person may read at that moment, and may keep
    there how far the person has been told.
    """

    people: Collection[int]
    part_for: Callable[[User], Part | None]


Prepare = Callable[[Week, datetime], Source | None]
Sample = Callable[[datetime], Part]
_subjects: dict[str, tuple[Prepare, Sample]] = {}


def register(heading: str, prepare: Prepare, sample: Sample) -> None:
    """Asks `prepare` for what a subject tells of each week; `None` if that is not settled, and has to be asked again soon.

    The parts stand in a mail in the order of their headings. `sample` makes one for the preview; its follows are not asked for
    more than their titles.
    """
    _subjects[heading] = prepare, sample


def sources(week: Week, now: datetime) -> list[Source] | None:
    """What all subjects tell of a week, or `None` if one of them needs more time."""
    found = [_subjects[heading][0](week, now) for heading in sorted(_subjects)]
    return None if None in found else found


def unheard(followed: QuerySet[Follow], told_key: str, *, is_told: bool) -> QuerySet[Follow]:
    """Those of the follows by which a piece of news belongs into the weekly mail: of people who have not got the mail at once.

    The key of that mail is `told_key` with the person behind it. Once everybody `is_told` at once, it was not for those who
    have chosen “at once” since: they find it here.
    """
    wanted = Q(cadence=Cadence.WEEKLY)
    if is_told:
        wanted |= Q(cadence=Cadence.AT_ONCE)
    text = TextField()
    key = Concat(Value(told_key, output_field=text), Cast(OuterRef("user_id"), text), output_field=text)
    return followed.filter(wanted, ~Exists(Mail.objects.filter(key=key)))


def context_for(user: User, week: Week, parts: Sequence[Part]) -> dict[str, Any]:
    """What the mail is filled with: the parts, why this person gets it, and how to stop each follow and all of them."""
    followed = {follow: title for part in parts for follow, title in part.followed}
    return {"user": user, "week": week, "parts": parts, **follows.why(followed.items())}


def samples(template: str, now: datetime) -> dict[str, Any]:
    """What the preview of the mail shows."""
    if template != TEMPLATE:
        return {}
    parts = [_subjects[heading][1](now) for heading in sorted(_subjects)]
    titles = [title for part in parts for _, title in part.followed]
    return {"week": last_week(now), "parts": parts, **sample_why(titles)}


def sample_why(titles: Iterable[str]) -> dict[str, Any]:
    """What `mail/follow_why` is filled with in a preview, for what is called so."""
    stop = f"{settings.BASE_URL}/a-secret-link/"
    return {
        "reasons": [follows.Reason(title, stop) for title in titles],
        "stop_these": stop,
        "following": settings.BASE_URL + reverse("following"),
    }
