"""Mail that came to lists: the page on which a member says whether one is theirs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forum import addresses
from forum.actions.judging import confirm_address
from forum.actions.sorting import confirm, deny
from forum.addresses import Purpose
from forum.incoming.reading import read
from forum.incoming.replies import extract
from forum.models import IncomingMail, MailOutcome
from forum.rules.answering import Because


# Whoever reads the mailbox that the mail claims to be from is its owner: the key in the address is the authority.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_mail(request: HttpRequest, key: str) -> HttpResponse:
    """Shows a mail that bears somebody's address; a POST says `mine`, or that it is not. A GET changes nothing."""
    numbers = addresses.opened(Purpose.CONFIRM, key)
    row = IncomingMail.objects.select_related("list").filter(pk=numbers[0] if numbers else 0).first()
    if row is None:
        return render(request, "listserver/mail_confirm_unknown.html", status=404)
    if request.method == "POST":
        decide = confirm if "mine" in request.POST else deny
        row = decide(row=row, now=timezone.now())
    waits = row.outcome == MailOutcome.HELD and row.because == Because.UNPROVEN
    context = {"row": row, "list": row.list, "waits": waits}
    if waits:
        received = read(bytes(row.raw))
        context |= {"received": received, "text": extract(received).text}
    # Their owner is written to once a day, however many wait: the page leads from one to the next.
    others = IncomingMail.objects.filter(
        person=row.person_id, outcome=MailOutcome.HELD, because=Because.UNPROVEN
    )
    following = others.exclude(pk=row.pk).order_by("pk").first() if row.person_id else None
    context["next"] = confirm_address(following) if following else ""
    return render(request, "listserver/mail_confirm.html", context)
