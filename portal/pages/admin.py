"""Saying in the admin that a page has been read again and still holds."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from portal.pages import actions


@require_http_methods(["GET", "HEAD", "POST"])
def mark_reviewed(request: HttpRequest, page_id: int) -> HttpResponse:
    """Asks whether the whole page still holds; a POST notes that it does."""
    page = get_object_or_404(Page, id=page_id).specific
    if actions.refusal_to_review(page, request.user):
        raise PermissionDenied
    if request.method == "POST":
        actions.mark_reviewed(page=page, by=request.user, now=timezone.now())
        messages.success(request, f"“{page.title}” is marked as read again today.")
        return redirect("desk:board")
    return render(request, "pages/admin/mark_reviewed.html", {"page": page})


def urls() -> list[URLPattern]:
    return [path("pages-read-again/<int:page_id>/", mark_reviewed, name="page_mark_reviewed")]
