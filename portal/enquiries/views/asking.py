"""Asking advisers: the form, and what happens next."""

import hashlib
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.enquiries.actions.asking import ask
from portal.enquiries.forms import AskForm
from portal.enquiries.models import AdvicePage, State
from portal.members.actions import RefusedError
from portal.members.models import Appointment, User

MOST_IN_AN_HOUR = 10
HOUR = 3600
# What the next page says is kept in the session: the address of the question itself is for the mail alone.
SENT = "advice.sent"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_question(request: HttpRequest) -> HttpResponse:
    """The form; a POST asks. What is wrong is said beside what was typed, which stays."""
    now, page = timezone.now(), AdvicePage.current()
    person = request.user if request.user.is_authenticated else None
    sent = request.POST if request.method == "POST" else None
    form = AskForm(sent, now=now, page=page, initial=known_of(person))
    status = 200
    if form.is_valid():
        if _asks_too_often(request):
            form.add_error(None, "Too many questions came from your internet address. Try again in an hour.")
            status = 429
        elif (answer := _ask(request, form, person)) is not None:
            return answer
    context = {"form": form, "advice": page, "topics": form.fields["topic"].queryset}
    return render(request, "enquiries/ask.html", context, status=status)


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next with a question that was just sent."""
    what = request.session.get(SENT)
    if not what:
        return redirect("advice")
    return render(request, "enquiries/sent.html", {"sent": what})


def known_of(person: User | None) -> dict[str, str]:
    """What the form need not ask again of somebody who is signed in."""
    if person is None:
        return {}
    today = timezone.localdate()
    appointment = Appointment.objects.current(today).filter(user=person).select_related("network").first()
    return {
        "name": person.get_full_name(),
        "email": person.email,
        "works_at": str(appointment.network) if appointment else "",
    }


def _ask(request: HttpRequest, form: AskForm, person: User | None) -> HttpResponse | None:
    """Asks; `None` if the action refused, and the form says why."""
    data: dict[str, Any] = {
        key: form.cleaned_data[key] for key in ("topic", "subject", "text", "name", "email", "works_at")
    }
    try:
        made = ask(
            **data,
            user=person,
            form_key=form.form_key,
            trapped=bool(form.cleaned_data["website"]),
            now=form.now,
        )
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return None
    if made.user_id and made.state == State.OPEN:
        return redirect("advice_question", made.key)
    request.session[SENT] = "held" if made.state == State.HELD else "confirm"
    return redirect("advice_sent")


def _asks_too_often(request: HttpRequest) -> bool:
    """Whether more than 10 questions came from this internet address in this hour. The address itself is not kept."""
    address = get_adapter(request).get_client_ip(request)
    period = int(timezone.now().timestamp() // HOUR)
    name = f"enquiries.asked.{hashlib.sha256(f'{period}|{address}'.encode()).hexdigest()}"
    cache.add(name, 0, HOUR)
    try:
        return cache.incr(name) > MOST_IN_AN_HOUR
    except ValueError:  # dropped by a full cache in between
        return False
