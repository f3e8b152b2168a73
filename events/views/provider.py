"""What the card provider tells: believed only with its signature, and booked once however often and in whatever order it comes."""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from events.actions.hearing import hear
from events.paying import takes_cards
from events.provider import ForgedError, told

logger = logging.getLogger(__name__)
LARGEST = 256 * 1024  # bytes; what the provider tells has a few thousand


@csrf_exempt
@never_cache
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Takes one message. 400: not the provider's; 404: no keys are set; 413: too large; 200: handled, or of no interest."""
    if not takes_cards():
        return HttpResponse(status=404)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        message = told(request.body, request.headers.get("Stripe-Signature", ""))
    except ForgedError as error:
        logger.warning("A message that is not the provider's: %s", error)
        return HttpResponse(status=400)
    hear(message, timezone.now())
    return HttpResponse(status=200)
