"""The managers' page on which a list is taken away as a mailbox."""

from itertools import chain

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forum.actions.exporting import export_archive
from forum.models import Level
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members.actions import RefusedError


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who(Level.MANAGE)
def export(request: HttpRequest, place: Place) -> HttpResponse | StreamingHttpResponse:
    """Says what is in the file; a POST is recorded, and answered with it, a post at a time."""
    if request.method == "POST":
        try:
            archive = export_archive(mailing_list=place.list, by=place.user, now=place.now)
        except RefusedError as refused:
            messages.error(request, str(refused))
            return redirect("list", place.list.slug)
        name = f"{place.list.slug}.mbox"
        return StreamingHttpResponse(
            chain.from_iterable(archive.messages()),
            content_type="application/mbox",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    way = breadcrumbs(
        (place.list.name, place.list.get_absolute_url()),
        ("Moderation", reverse("list_moderation", args=[place.list.slug])),
    )
    return render(
        request, "listserver/archive.html", {"list": place.list, "place": place, "breadcrumbs": way}
    )
