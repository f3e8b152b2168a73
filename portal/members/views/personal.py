"""What the portal holds about a person: taken away by themselves."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.members import actions
from portal.members.personal.archive import write_archive
from portal.members.personal.registry import sections


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@reauthentication_required(allow_get=True)
def data(request: HttpRequest) -> HttpResponseBase:
    """Says what is held about the signed-in person; a POST gives it to them as a ZIP file."""
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
