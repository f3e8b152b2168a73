"""The editors' pages: prepare an edition and say what each amendment means. `handbook.views.approval` goes on from there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.auth import permission_required

from handbook import reading
from handbook.actions import editions as actions
from handbook.actions import release
from handbook.actions.editions import Refused
from handbook.amendments import amendments_of, with_redlines
from handbook.errata import errata_still_in
from handbook.forms import AnnotationForm
from handbook.models import Edition, HandbookPage, PublishedEditionError, State
from handbook.unfrozen import unfrozen_in

may_prepare = permission_required("handbook.prepare_edition")


@require_safe
@may_prepare
def index(request: HttpRequest) -> HttpResponse:
    """Each handbook: its working copy, the edition being prepared, the published ones."""
    today = timezone.localdate()
    handbooks = [
        {
            "page": handbook,
            "next": handbook.editions.in_the_making(),
            "published": reading.editions(handbook, today),
            "drafts": handbook.sections().filter(has_unpublished_changes=True),
        }
        for handbook in HandbookPage.objects.order_by("path")
    ]
    return render(request, "handbook/admin/index.html", {"handbooks": handbooks})


@require_POST
@may_prepare
def prepare(request: HttpRequest, handbook_id: int) -> HttpResponse:
    """Freezes the working copy as the next edition, or freezes it again."""
    # By `id`, not `pk`, which is a foreign key here: for those a number too large for the database is an error.
    handbook = get_object_or_404(HandbookPage, id=handbook_id)
    try:
        edition = actions.prepare_edition(handbook=handbook, by=request.user, now=timezone.now())
    except Refused as refused:
        return refused_page(request, "The edition could not be prepared", refused)
    messages.success(
        request, f"Edition {edition.number} holds the working copy as it is now. Nothing is published yet."
    )
    return redirect("handbook_editions:edition", edition.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@may_prepare
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """What differs from the last edition, section by section, for the editor to annotate; elsewhere once it is submitted."""
    found = find_edition(edition_id)
    if found.state != State.PREPARED:
        return redirect("handbook_editions:review", found.pk)
    now = timezone.now()
    form = AnnotationForm(found, now, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.annotate_edition(edition=found, **form.cleaned_data)
        except Refused as refused:
            return refused_page(request, "The notes could not be saved", refused)
        if "submit" in request.POST:
            return redirect("handbook_editions:submit", found.pk)
        messages.success(request, f"The notes on edition {form.cleaned_data['number']} are saved.")
        return redirect("handbook_editions:edition", found.pk)
    if request.method == "POST":
        messages.error(request, "The notes are not saved. Correct the errors below.")
    lines = amendments_of(found.handbook.url, [found])[found.pk]
    context = {
        "edition": found,
        "form": form,
        "amendments": list(
            zip(with_redlines(lines, reading.preview_of(found)), form.amendments, strict=True)
        ),
        "section_count": found.sections.present().count(),
        "refusals": release.refusals_to_submit(found, now),
        "unmended": errata_still_in(found),
        "unfrozen": unfrozen_in(found),
    }
    return render(request, "handbook/admin/edition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_prepare
def discard(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Asks, then throws away an edition that is being prepared."""
    found = get_object_or_404(Edition, pk=edition_id, state=State.PREPARED)
    if request.method == "POST":
        try:
            actions.discard_edition(edition=found, by=request.user)
        except PublishedEditionError as published:
            return refused_page(request, "The edition is not discarded", Refused([str(published)]))
        messages.success(
            request, f"Edition {found.number} has been discarded. The working copy is as it was."
        )
        return redirect("handbook_editions:index")
    return render(request, "handbook/admin/discard.html", {"edition": found})


def find_edition(edition_id: int) -> Edition:
    return get_object_or_404(Edition.objects.select_related("handbook", "previous"), pk=edition_id)


def refused_page(request: HttpRequest, title: str, refused: Refused) -> HttpResponse:
    """Says why nothing was done."""
    return render(
        request, "handbook/admin/refused.html", {"title": title, "reasons": refused.reasons}, status=409
    )
