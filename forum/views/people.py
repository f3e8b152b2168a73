"""Names of the readers of a list, for those who write there and type an @."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from forum.mentions import suggested
from forum.models import Level
from forum.rules.posting import can_be_kept
from forum.views.frame import Place, for_those_who

MOST_A_MINUTE = 60


@require_safe
@for_those_who(Level.POST)
def readers(request: HttpRequest, place: Place) -> HttpResponse:
    """At most eight people whose names begin with the words `q`, by name and number."""
    name = f"forum.people.{place.user.pk}.{place.now:%Y%m%d%H%M}"
    cache.add(name, 0, 120)
    if cache.incr(name) > MOST_A_MINUTE:
        return JsonResponse({"people": []}, status=429)
    words = request.GET.get("q", "")
    people = suggested(place.list, words, place.now) if can_be_kept(words) else []
    return JsonResponse({"people": [{"id": one.pk, "name": one.get_full_name()} for one in people]})
