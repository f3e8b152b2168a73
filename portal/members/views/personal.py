"""What the portal holds about a person: taken away, or let go of, by themselves."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.members import actions
from portal.members.forms import ForgetForm
from portal.members.personal import person_of, refusals_to_forget
from portal.members.personal.archive import write_archive
from portal.members.personal.registry import sections


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required
def data(request: HttpRequest) -> HttpResponseBase:
    """Says what is held about the signed-in person; a POST gives it to them as a ZIP file.

    The password is asked for before the page: a download leaves whoever gets it on the page that they came from.
    """
    if request.method == "GET":
        return render(request, "members/personal/data.html", {"sections": sections()})
    now = timezone.now()
    try:
        person = actions.take_data(user=request.user, now=now)
    except actions.RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("personal_data")
    return FileResponse(
        write_archive(person, settings.BASE_URL),
        as_attachment=True,
        filename=f"everything-{timezone.localdate(now)}.zip",
        content_type="application/zip",
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def forget(request: HttpRequest) -> HttpResponse:
    """Says what happens to whoever is forgotten, or what they have to do first; a POST with their address does it."""
    now = timezone.now()
    form = ForgetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.be_forgotten(user=request.user, email=form.cleaned_data["email"], now=now)
        except actions.RefusedError as refused:
            form.add_error("email", str(refused))
        else:
            logout(request)
            return redirect("forgotten")
    context = {"form": form, "refusals": refusals_to_forget(person_of(request.user, now))}
    return render(request, "members/personal/forget.html", context)


@require_safe
def forgotten(request: HttpRequest) -> HttpResponse:
    """What somebody sees who has been forgotten. It says nothing of them."""
    return render(request, "members/personal/forgotten.html")
