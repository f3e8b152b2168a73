"""What a reader may find at a moment: the names of the rules that let them, asked of the subjects' own rules each time."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from wagtail.models import PageViewRestriction

from events.models import EventPage, EventRight, Right
from events.people import places_of
from events.rights import EVERYWHERE
from forum.access import visible_to
from portal.members.models import User
from search.models import Entry
from search.sources.base import PUBLIC, SIGNED_IN
from search.sources.pages import RESTRICTION

Keys = frozenset[str]
NOBODY: Keys = frozenset()
VISITOR: Keys = frozenset({PUBLIC})


def keys_of(user: User | AnonymousUser, now: datetime) -> Keys:
    """The rules by which `user` may find things at the moment `now`. Visitors: `public`, without a query."""
    if not user.is_authenticated or not user.is_active:
        return VISITOR
    lists = {f"list:{pk}" for pk in visible_to(user, now).values_list("pk", flat=True)}
    return frozenset({PUBLIC, SIGNED_IN, *lists, *_places(user), *_restrictions(user)})


def _places(user: User) -> set[str]:
    """Events whose recordings, if those who have a place may see them, this person may see (`events.access`)."""
    if user.has_perm(EVERYWHERE):
        events = set(EventPage.objects.values_list("pk", flat=True))
    else:
        organised = EventRight.objects.filter(user=user, right=Right.ORGANISE)
        events = {
            *places_of(user).values_list("pool__event", flat=True),
            *organised.values_list("event", flat=True),
        }
    return {f"place:{pk}" for pk in events}


def _restrictions(user: Any) -> set[str]:
    """Rules of pages that are for some groups. Each may be several restrictions, all of which have to let the reader in."""
    rules = set(Entry.objects.filter(access__startswith=RESTRICTION).values_list("access", flat=True))
    if not rules:
        return set()
    groups = set(user.groups.values_list("pk", flat=True))
    open_to_user = {
        str(one.pk)
        for one in PageViewRestriction.objects.prefetch_related("groups")
        if user.is_superuser or groups & {group.pk for group in one.groups.all()}
    }
    return {rule for rule in rules if set(rule.removeprefix(RESTRICTION).split("+")) <= open_to_user}
