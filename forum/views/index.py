"""The lists that there are: the reader's own with what is new in them, and the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forum.access import visible_to
from forum.models import MailingList
from forum.topics import own_lists


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every list. Nothing but name and purpose is shown of one that the reader may not read."""
    own = list(
        visible_to(request.user, timezone.now()).select_related(
            "forum__last_post__topic", "forum__last_post__poster"
        )
    )
    context = {
        "own": own_lists(own, request.user) if own else [],
        "others": MailingList.objects.exclude(pk__in=[one.pk for one in own]),
        "breadcrumbs": [{"title": "Home", "url": "/"}],
    }
    return render(request, "listserver/index.html", context)
