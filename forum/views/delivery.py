"""What a subscriber gets of a list by mail: the page on which they choose, and the one click that stops it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from forum import addresses
from forum.actions.delivering import choose_delivery, resume_mail, stop_mail
from forum.addresses import Purpose
from forum.forms.delivery import DeliveryForm
from forum.models import DeliveryMode, Level, MailFormat, Subscription
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members.actions import RefusedError

SAID = {
    DeliveryMode.EACH: "You get every post of {list} by e-mail.",
    DeliveryMode.FOLLOWED: "You get the posts in the topics of {list} that you follow.",
    DeliveryMode.DAILY: "You get one mail a day about {list}.",
    DeliveryMode.WEEKLY: "You get one mail a week about {list}.",
    DeliveryMode.NONE: "You get no mail of {list}.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who(Level.READ)
def delivery(request: HttpRequest, place: Place) -> HttpResponse:
    """What the reader gets by mail; a POST changes it. Somebody with access by grant alone is on no list of addressees."""
    found = place.list.subscriptions.filter(user=place.user).first()
    if found is None:
        return _page(request, place, found=None)
    form = DeliveryForm(
        request.POST if request.method == "POST" else None, initial=DeliveryForm.values_of(found, place.now)
    )
    if form.is_valid():
        chosen = form.cleaned_data
        mode = DeliveryMode(chosen.pop("delivery"))
        mail_format = MailFormat(chosen.pop("mail_format"))
        try:
            choose_delivery(
                mailing_list=place.list,
                user=place.user,
                now=place.now,
                delivery=mode,
                mail_format=mail_format,
                **chosen,
            )
        except RefusedError as refused:
            form.add_error("paused_until", str(refused))
        else:
            messages.success(request, SAID[mode].format(list=place.list))
            return redirect("list_delivery", place.list.slug)
    return _page(request, place, found=found, form=form)


@require_POST
@for_those_who(Level.READ)
def resume(request: HttpRequest, place: Place) -> HttpResponse:
    """Sends mail again to somebody whose mail was stopped because it came back."""
    try:
        resume_mail(mailing_list=place.list, user=place.user)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"Mail of {place.list} comes to you again.")
    return redirect("list_delivery", place.list.slug)


# Mail programs and providers post here without a cookie or a form (RFC 8058): the key in the address is the authority.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, key: str) -> HttpResponse:
    """Shows which mail the link stops; a POST stops it. A GET changes nothing: mail scanners open every link."""
    numbers = addresses.opened(Purpose.STOP, key)
    rows = Subscription.objects.select_related("list").filter(pk=numbers[1] if numbers else 0)
    found = rows.first()
    if found is None:
        return render(request, "listserver/mail_stop_unknown.html", status=404)
    if request.method == "POST":
        stop_mail(subscription=found)
        return render(request, "listserver/mail_stopped.html", {"list": found.list})
    stopped = found.delivery == DeliveryMode.NONE
    return render(request, "listserver/mail_stop.html", {"list": found.list, "stopped": stopped})


def _page(request: HttpRequest, place: Place, **more: Any) -> HttpResponse:
    context = {
        "list": place.list,
        "place": place,
        "address": addresses.of_list(place.list.slug),
        "now": timezone.now(),
        "breadcrumbs": breadcrumbs((place.list.name, place.list.get_absolute_url())),
        **more,
    }
    return render(request, "listserver/delivery.html", context)
