"""What is kept of the people of an event, and until when, in the admin."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.admin.frame import event_for, page
from events.foreseeing import foreseen
from events.models import Right
from portal.members.models import AuditEntry


@require_safe
def keeping(request: HttpRequest, pk: int) -> HttpResponse:
    """What goes by itself and when, and what has gone."""
    found = event_for(request, pk, Right.ORGANISE)
    gone = AuditEntry.objects.filter(action="event.let-go", subject=f"event:{found.pk}").order_by(
        "-at", "-pk"
    )
    context = {"foreseen": foreseen(found), "gone": gone[:50], "now": timezone.now()}
    return page(request, "keeping", found, "What is kept", **context)


def urls() -> list[URLPattern]:
    return [path("<int:pk>/keeping/", keeping, name="keeping")]
