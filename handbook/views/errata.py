"""The page on which an editor publishes an erratum."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import permission_required

from handbook.actions.editions import Refused
from handbook.actions.errata import publish_erratum
from handbook.forms import ErratumForm
from handbook.models import Edition, State
from handbook.views.editors import refused_page


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("handbook.publish_erratum")
def erratum(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Takes the section and the words, shows them as readers will see them, then publishes exactly what was shown."""
    edition = get_object_or_404(
        Edition.objects.select_related("handbook"), id=edition_id, state=State.PUBLISHED
    )
    form = ErratumForm(edition, request.POST or None, initial={"section": request.GET.get("section")})
    section, has_changed = None, False
    if request.method == "POST" and form.is_valid():
        section = edition.sections.present().get(key=form.cleaned_data["section"])
        has_changed = "publish" in request.POST and not form.is_as_seen
        if "publish" in request.POST and not has_changed:
            text = form.cleaned_data["text"]
            try:
                publish_erratum(
                    edition=edition, key=section.key, text=text, by=request.user, now=timezone.now()
                )
            except Refused as refused:
                return refused_page(request, "The erratum is not published", refused)
            messages.success(request, f"The erratum to “{section.title}” is published.")
            return redirect("handbook_editions:review", edition.pk)
    context = {
        "edition": edition,
        "form": form,
        "section": section,
        "has_changed": has_changed,
        "now": timezone.now(),
    }
    return render(request, "handbook/admin/erratum.html", context, status=409 if has_changed else 200)
