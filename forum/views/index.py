"""The lists that there are: the reader's own with what is new in them, and the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.lists import lists_for


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every list. Nothing but name and purpose is shown of one that the reader may not read."""
    context = {
        "lists": lists_for(request.user, timezone.now()),
        "breadcrumbs": [{"title": "Home", "url": "/"}],
    }
    return render(request, "listserver/index.html", context)
