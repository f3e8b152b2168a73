"""Filling in the feedback form of an event, by an address that came by mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.actions.feedback import answer
from events.addresses import Use, place_behind
from events.feedback import refusal_to_answer
from events.forms.feedback import FeedbackForm
from events.models import FeedbackQuestion
from events.views.attending import no_such_address
from portal.members.actions import RefusedError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_feedback(request: HttpRequest, pk: int, secret: str) -> HttpResponse:
    """The form; a POST keeps what was said, apart from who said it."""
    place, now = place_behind(pk, secret, Use.FEEDBACK), timezone.now()
    if place is None:
        return no_such_address(request)
    event, refusal = place.pool.event, refusal_to_answer(place, now)
    questions = FeedbackQuestion.objects.filter(event=event) if refusal is None else ()
    form = FeedbackForm(request.POST if request.method == "POST" else None, questions=questions)
    if refusal is None and form.is_valid():
        try:
            answer(place=place, values=form.values(), now=now)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Thank you. We have your answers.")
            return redirect("give_feedback", pk, secret)
    context = {"form": form if refusal is None else None, "event": event, "place": place, "refusal": refusal}
    return render(request, "events/booking/feedback.html", context)
