"""Leaving a link as it is for a while, and having it looked at again."""

from datetime import date

from django.db import transaction
from django_q.tasks import async_task
from wagtail.log_actions import log

from portal.links.models import Link
from portal.links.rules import refusal_to_leave
from portal.members.actions import RefusedError
from portal.members.models import User

LEFT = "links.leave"


@transaction.atomic
def leave(*, link: Link, until: date, why: str, by: User, today: date) -> None:
    """Nobody has to mend the link before `until`. Raises `RefusedError` if no reason is given, or no sensible day."""
    if refusal := refusal_to_leave(until, why, today):
        raise RefusedError(refusal)
    link.left_until, link.left_why = until, why.strip()
    link.save(update_fields=["left_until", "left_why"])
    log(instance=link, action=LEFT, user=by, data={"until": until.isoformat(), "why": link.left_why})


def look_again(*, link: Link) -> None:
    """Has the worker look at the link at once."""
    transaction.on_commit(lambda: async_task("portal.links.actions.checking.check_one", link.pk), robust=True)
