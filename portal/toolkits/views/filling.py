"""Documents to fill in: the list, the form, and the document with what was typed. Nothing of it is kept."""

import hashlib
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.pages.navigation import Link
from portal.toolkits.forms.documents import FillForm
from portal.toolkits.listing import offered
from portal.toolkits.models import FillableDocument
from portal.toolkits.standing import networks_of
from portal.toolkits.word import filled

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DOCUMENTS_AN_HOUR = 60
HOME = Link("Home", "/")


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """Everything that can be filled in."""
    return render(request, "toolkits/documents.html", {"documents": offered(), "breadcrumbs": [HOME]})


# Without a token: the form is kept for all anonymous readers, and so can hold nothing of one of them. Nor is there anything to
# protect: whoever sends it gets back what they typed, and nothing is stored or changed.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; a POST answers with the document."""
    document = get_object_or_404(FillableDocument, slug=slug, is_offered=True)
    now, posted = timezone.now(), request.POST if request.method == "POST" else None
    form = FillForm(posted, document=document, known=known_of(request, now))
    status = 200
    if form.is_valid():
        if _may_have(request, now):
            return _file(document, form)
        form.add_error(None, "You have made very many documents in this hour. Wait a while, then try again.")
        status = 429
    context = {
        "document": document,
        "form": form,
        "breadcrumbs": [HOME, Link("Documents to fill in", reverse("fill_in_documents"))],
    }
    return render(request, "toolkits/fill_in.html", context, status=status)


def known_of(request: HttpRequest, now: datetime) -> dict[str, str]:
    """What somebody who is signed in need not type: their name, and their network if they have a confirmed role in one."""
    if not request.user.is_authenticated:
        return {}
    network = networks_of(request.user, now).first()
    return {"person": request.user.get_full_name(), "network": network.name if network else ""}


def _file(document: FillableDocument, form: FillForm) -> HttpResponse:
    made = filled(bytes(document.content), form.values(), title=document.title)
    headers = {
        "Content-Disposition": f'attachment; filename="{document.slug}.docx"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(made, content_type=DOCX, headers=headers)


def _may_have(request: HttpRequest, now: datetime) -> bool:
    """Whether this internet address has made fewer documents in this hour than it may. The address itself is not kept."""
    address = get_adapter(request).get_client_ip(request)
    sender = hashlib.sha256(f"{now:%Y-%m-%d %H}|{address}".encode()).hexdigest()
    name = f"toolkits.filling.{sender}"
    cache.add(name, 0, 3600)
    try:
        return cache.incr(name) <= DOCUMENTS_AN_HOUR
    except ValueError:  # dropped by a full cache in between
        return True
