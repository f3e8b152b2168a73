"""What is proposed while somebody types, as JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from search.keys import keys_of
from search.rules.queries import LONGEST_QUERY
from search.suggesting import suggestions
from search.views.frame import within_limits


@require_safe
@never_cache
@within_limits
def suggest(request: HttpRequest) -> HttpResponse:
    """Titles that begin as it has been typed in `q`: `{"suggestions": [{"title": …, "kind": …, "url": …}]}`."""
    now = timezone.now()
    typed = request.GET.get("q", "")[:LONGEST_QUERY]
    found = suggestions(typed, keys_of(request.user, now), now)
    return JsonResponse({"suggestions": [vars(one) for one in found]})
