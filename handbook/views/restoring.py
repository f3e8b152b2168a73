"""The editors' pages for bringing the words of an edition back into the working copy."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.auth import permission_required

from handbook.actions import restoring as actions
from handbook.actions.editions import Refused
from handbook.drafts import Drafts, draft_of
from handbook.import_preview import readable
from handbook.models import Edition, EditionSection, SectionPage, State
from handbook.redline import redline
from portal.pages.navigation import Link

may_prepare = permission_required("handbook.prepare_edition")


@require_safe
@may_prepare
def choose_section(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The sections of a published edition that the working copy has with other words, or not at all."""
    edition = get_object_or_404(
        Edition.objects.select_related("handbook"), pk=edition_id, state=State.PUBLISHED
    )
    context = {"edition": edition, "differences": Drafts(edition.handbook).differences(edition)}
    return render(request, "handbook/admin/restore_sections.html", context)


@require_safe
def choose_edition(request: HttpRequest, page_id: int) -> HttpResponse:
    """The published editions that have this section, for those who may edit it."""
    page = get_object_or_404(SectionPage.objects.select_related("latest_revision"), id=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        reason = f"You may not change “{page.title}”. Ask somebody who may edit the handbook to restore it."
        return _refused(request, [reason], status=403)
    words = Drafts(page.handbook).earlier_words(page.translation_key)
    context = {"page": page, "title": draft_of(page).title, "words": words}
    return render(request, "handbook/admin/restore_editions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, edition_id: int, key: UUID) -> HttpResponse:
    """Shows what restoring the section would change, or what stands against it; then restores it as a draft."""
    row = get_object_or_404(
        EditionSection.objects.present().select_related("edition__handbook", "body"),
        edition_id=edition_id,
        edition__state=State.PUBLISHED,
        key=key,
    )
    handbook = row.edition.handbook
    found = actions.find_section(handbook, row)
    asked = {"handbook": handbook, "row": row, "found": found, "by": request.user}
    refusal = actions.refusal_of_permission(**asked)
    if refusal:
        return _refused(request, [refusal], status=403)
    if request.method == "POST":
        return _restored(request, row)
    context = {**_compared(row, found), "refusals": actions.refusals_to_restore(**asked)}
    return render(request, "handbook/admin/restore.html", context)


def _restored(request: HttpRequest, row: EditionSection) -> HttpResponse:
    try:
        page = actions.restore_section(
            handbook=row.edition.handbook, row=row, by=request.user, now=timezone.now()
        )
    except Refused as refused:
        return _refused(request, refused.reasons, status=409)
    lost = " ".join(actions.restorable(row).lost)
    messages.success(
        request,
        f"“{row.title}” has the words of edition {row.edition.number} again, as a draft. It is not published: check it here, "
        f"then publish it to accept it for the next edition. {lost}".strip(),
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def _compared(row: EditionSection, found: SectionPage | None) -> dict[str, object]:
    """What the page shows: the draft as it is against the words of the edition."""
    drafts = Drafts(row.edition.handbook)
    draft = drafts.by_key.get(row.key)
    marked = redline(drafts.render(draft.stream).html if draft else "", row.body.html)
    chapter = row.edition.sections.filter(key=row.parent).first() if row.parent else None
    return {
        "row": row,
        "edition": row.edition,
        "draft": draft,
        "redline": marked,
        "html": readable(marked.html if draft else row.body.html),
        "chapter": chapter if chapter and chapter.key in drafts.by_key else None,
        "lost": [*actions.restorable(row).lost, *actions.broken_links(row.edition.handbook, row)],
    }


def _refused(request: HttpRequest, reasons: list[str], *, status: int) -> HttpResponse:
    context = {
        "heading": "Restore",
        "icon": "history",
        "title": "This section is not restored",
        "reasons": reasons,
        "back": Link("All pages", reverse("wagtailadmin_explore_root")),
    }
    return render(request, "handbook/admin/nothing_changed.html", context, status=status)
