"""A person's own appointments: adding and ending one, and agreeing to be named in the public directory."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.members import actions
from portal.members.forms import AppointmentForm, EndAppointmentForm
from portal.members.models import Appointment
from portal.members.rules import refusal_to_list


@never_cache
@login_required
def add_appointment(request: HttpRequest) -> HttpResponse:
    """Adds an appointment to one's own profile."""
    form = AppointmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_appointment(by=request.user, **form.cleaned_data)
        messages.success(
            request,
            "Your appointment has been added. It waits for confirmation: we write to you when it is confirmed.",
        )
        return redirect("account_profile")
    return render(request, "members/appointment_add.html", {"form": form})


@never_cache
@login_required
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives one's own appointment an end."""
    appointment = get_object_or_404(
        Appointment.objects.select_related("network"), pk=pk, user=request.user, ends_on__isnull=True
    )
    form = EndAppointmentForm(
        request.POST or None, appointment=appointment, initial={"ends_on": timezone.localdate()}
    )
    if request.method == "POST" and form.is_valid():
        actions.end_appointment(
            appointment=appointment, on=form.cleaned_data["ends_on"], by=request.user, now=timezone.now()
        )
        messages.success(request, "Your appointment has been given an end.")
        return redirect("account_profile")
    return render(request, "members/appointment_end.html", {"form": form, "appointment": appointment})


@never_cache
@login_required
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what the public directory would show; a POST agrees to it, or takes the agreement back."""
    appointment = get_object_or_404(Appointment.objects.select_related("network"), pk=pk, user=request.user)
    if request.method == "POST":
        _agree_as_asked(request, appointment)
        return redirect("account_profile")
    context = {"appointment": appointment, "refusal": refusal_to_list(appointment)}
    return render(request, "members/appointment_listing.html", context)


def _agree_as_asked(request: HttpRequest, appointment: Appointment) -> None:
    try:
        if request.POST.get("listed") == "yes":
            actions.agree_to_listing(appointment=appointment, by=request.user, now=timezone.now())
            messages.success(request, "The directory names you now.")
        elif request.POST.get("listed") == "no":
            actions.withdraw_listing(appointment=appointment, by=request.user, now=timezone.now())
            messages.success(request, "The directory does not name you.")
    except actions.RefusedError as refused:
        messages.error(request, str(refused))
