"""Choosing tickets of an event: the step before the basket."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.models import PageViewRestriction

from events.actions.baskets import refuse_unless
from events.actions.holding import hold
from events.choosing import Choice, choices
from events.models import EventPage
from events.rules.tickets import refusal_of_event
from events.rules.words import places
from events.standing import standing_of
from events.views.frame import basket_for, basket_of, person_of
from portal.members.actions import RefusedError
from portal.prepared import Prepared

EVENTS = Prepared(
    lambda number: (
        EventPage.objects.live()
        .filter(pk=number)
        .annotate(pages_are_restricted=Exists(PageViewRestriction.objects.all()))
    )
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The tickets of an event with what they cost this person; a POST takes places into the basket, all of them or none."""
    event, now = _public_event(pk), timezone.now()
    found = choices(event, standing_of(person_of(request), now), now)
    if request.method == "POST":
        wanted = [(one, _count(request, one)) for one in found]
        wanted = [(one, count) for one, count in wanted if count]
        if not wanted:
            messages.error(request, "Choose how many places you want.")
        elif _taken(request, wanted):
            return redirect("basket")
        found = choices(event, standing_of(person_of(request), now), timezone.now())
    context = {
        "event": event,
        "choices": found,
        "can_take": any(one.can_be_taken for one in found),
        "refusal": refusal_of_event(event, now),
        "has_basket": basket_of(request) is not None,
    }
    return render(request, "events/booking/choose.html", context)


def _public_event(pk: int) -> EventPage:
    for event in EVENTS(pk):
        if not event.get_view_restrictions():
            return event
    raise Http404


def _taken(request: HttpRequest, wanted: list[tuple[Choice, int]]) -> bool:
    """Takes places into the basket; whether it could. The reader is told either way."""
    now = timezone.now()
    try:
        # Said before any lock too: when all is taken, most who come need not wait for one another to hear it.
        refuse_unless(*(one.refusal_of(count) for one, count in wanted))
        with transaction.atomic():
            order = basket_for(request, now)
            for one, count in wanted:
                hold(order=order, ticket=one.ticket, count=count, now=now)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, f"{places(sum(count for _, count in wanted))} in your basket.")
    return True


def _count(request: HttpRequest, one: Choice) -> int:
    typed = request.POST.get(f"count-{one.ticket.pk}", "0").strip() or "0"
    if not typed.isascii() or not typed.isdigit() or len(typed) > 4:
        raise Http404
    return int(typed)
