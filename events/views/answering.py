"""What organisers ask: answered while one orders, and changed on the page of a ticket until the event begins."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.actions.questions import answer
from events.baskets import shown
from events.forms.questions import AnswersForm
from events.models import Order, Place, PlaceState
from events.questions import answers_of, asked_of
from events.rules.questions import refusal_to_answer
from events.views.frame import with_basket
from portal.members.actions import RefusedError


@with_basket
def questions(request: HttpRequest, order: Order) -> HttpResponse:
    """What is asked about each place in the basket. Nothing is: on to who orders."""
    now = timezone.now()
    found = shown(order, now)
    mine = [line for line in found.there if line.place]
    places = [line.place for line in mine]
    asked, answered = asked_of(places), answers_of(places)
    data = request.POST if request.method == "POST" else None
    pairs = [
        (line, AnswersForm(data, prefix=f"place-{line.place.pk}", questions=asked[line.place.pk], answers=answered[line.place.pk]))
        for line in mine
        if asked[line.place.pk]
    ]  # fmt: skip
    if not pairs:
        return redirect("orderer" if found.there else "basket")
    if data is not None and all(form.is_valid() for _, form in pairs):
        try:
            for line, form in pairs:
                answer(place=line.place, answers=form.answers(), now=now)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("basket")
        return redirect("orderer")
    context = {"shown": found, "pairs": pairs, "forms": [form for _, form in pairs]}
    return render(request, "events/booking/questions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, key: UUID) -> HttpResponse:
    """The answers about one place, for whoever has its ticket. Of one that was given back nothing is shown but that."""
    known = (PlaceState.CONFIRMED, PlaceState.GONE)
    places = Place.objects.filter(state__in=known).select_related("ticket", "pool__event")
    place, now = get_object_or_404(places, key=key), timezone.now()
    event, is_gone = place.pool.event, place.state == PlaceState.GONE
    form = AnswersForm(
        request.POST if request.method == "POST" else None,
        questions=asked_of([place])[place.pk],
        answers=answers_of([place])[place.pk],
    )
    if form.is_valid():
        try:
            answer(place=place, answers=form.answers(), now=now)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Your answers have been saved.")
            return redirect("ticket", key)
    refusal = "This place has been given back." if is_gone else refusal_to_answer(event, now)
    context = {"place": place, "event": event, "form": form, "refusal": refusal}
    return render(request, "events/booking/answers.html", context)
