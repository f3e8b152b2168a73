"""Who may do what at an event, in the admin."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from events.actions.rights import give_right, take_right
from events.admin.frame import event_for, page
from events.forms.rights import RightForm
from events.models import EventRight, Right


@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has a right at this event; a POST gives somebody one."""
    found = event_for(request, pk, Right.ORGANISE)
    form = RightForm(request.POST or None)
    if form.is_valid():
        person, right = form.cleaned_data["person"], Right(form.cleaned_data["right"])
        give_right(event=found, user=person, right=right, by=request.user, now=timezone.now())
        messages.success(request, f"{person}: {right.label} at {found.title}.")
        return redirect("places:rights", pk)
    given = found.rights.select_related("user", "given_by").order_by("user__last_name", "user", "right")
    return page(request, "rights", found, "Who may do what", form=form, given=given)


@require_POST
def take(request: HttpRequest, pk: int, right: int) -> HttpResponse:
    found = event_for(request, pk, Right.ORGANISE)
    one = get_object_or_404(EventRight.objects.select_related("user", "event"), event=found, pk=right)
    take_right(right=one, by=request.user, now=timezone.now())
    messages.success(request, f"{one.user} no longer has this right: {one.get_right_display()}.")
    return redirect("wagtailadmin_home") if one.user_id == request.user.pk else redirect("places:rights", pk)


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/rights/", rights, name="rights"),
        path("<int:pk>/rights/<int:right>/take/", take, name="take_right"),
    ]
