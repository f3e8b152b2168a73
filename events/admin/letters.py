"""Letters to the people of an event: written, looked at, and sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from events.actions.letters import write
from events.admin.frame import event_for, page
from events.forms.people import LetterForm
from events.letters import receivers
from events.models import Right
from portal.members import mail
from portal.members.actions import RefusedError


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter to a selection. The first POST shows it with how many would get it, the second sends it."""
    found = event_for(request, pk, Right.ORGANISE)
    form = LetterForm(request.POST or None, event=found)
    preview = None
    if form.is_valid():
        if "send" in request.POST:
            try:
                write(event=found, by=request.user, now=timezone.now(), **form.cleaned_data)
            except RefusedError as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, "The letter is on its way.")
                return redirect("places:letter", pk)
        else:
            to = receivers(found, form.cleaned_data["to"], form.cleaned_data["ticket"])
            name = next(iter(to.values()), "")
            _, text, _ = mail.render("event_letter", {"name": name, "letter": form.instance, "event": found})
            preview = {"text": text, "count": len(to)}
    sent = found.letters.select_related("by", "ticket")[:20]
    return page(request, "letter", found, "Write to people", form=form, preview=preview, sent=sent)


def urls() -> list[URLPattern]:
    return [path("<int:pk>/letter/", letter, name="letter")]
