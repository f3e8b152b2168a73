"""Who may do what at which event. Reads only; asked anew each time."""

from django.db.models import QuerySet

from events.models import EventPage, EventRight, Right
from events.rules.rights import INCLUDES, may
from portal.members.models import User

EVERYWHERE = "events.organise_every_event"
HELPS = "events.help_at_events"


def may_do(user: User, event: EventPage, right: Right) -> bool:
    """Whether somebody may do `right` at an event now. One query, none for whoever organises every event."""
    if user.has_perm(EVERYWHERE):
        return True
    held = EventRight.objects.filter(event=event, user=user).values_list("right", flat=True)
    return user.is_active and may(right, list(held), organises_all=False)


def rights_of(user: User, event: EventPage) -> frozenset[Right]:
    """All that somebody may do at an event."""
    if user.has_perm(EVERYWHERE):
        return frozenset(Right)
    held = EventRight.objects.filter(event=event, user=user).values_list("right", flat=True)
    return frozenset().union(*(INCLUDES[Right(one)] for one in held))


def may_help(user: User) -> bool:
    """Whether somebody can be given rights at single events: the permissions of a person are known without a query."""
    return user.has_perm(EVERYWHERE) or user.has_perm(HELPS)


def has_any(user: User) -> bool:
    """Whether there is an event at which somebody may do something."""
    return user.has_perm(EVERYWHERE) or EventRight.objects.filter(user=user).exists()


def events_of(user: User) -> QuerySet[EventPage]:
    """The events at which somebody may do something."""
    if user.has_perm(EVERYWHERE):
        return EventPage.objects.all()
    return EventPage.objects.filter(pk__in=EventRight.objects.filter(user=user).values("event"))


def events_organised_by(user: User) -> QuerySet[EventPage]:
    """The events at which somebody may do everything."""
    if user.has_perm(EVERYWHERE):
        return EventPage.objects.all()
    rights = EventRight.objects.filter(user=user, right=Right.ORGANISE)
    return EventPage.objects.filter(pk__in=rights.values("event"))
