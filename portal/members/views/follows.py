"""What a person follows, and stopping it from a mail."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from portal.members import actions, follows
from portal.members.forms import (
    FollowForm,
)
from portal.members.models import Cadence
from portal.members.views.addresses import local_address

FOLLOWS_ON_A_PAGE = 50


@never_cache
@login_required
def following(request: HttpRequest) -> HttpResponse:
    """What the signed-in person follows; a POST changes how often, or stops one."""
    if request.method == "POST":
        _follow_as_asked(request, actions.change_cadence)
        return redirect(request.get_full_path())
    listed = Paginator(request.user.follows.all(), FOLLOWS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "listed": listed,
        "lines": follows.described(listed.object_list),
        "cadences": Cadence,
        "never": FollowForm.NEVER,
    }
    return render(request, "members/following.html", context)


@never_cache
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follows a thing or stops, as a form on any page asks (`key`, `cadence`, `next`), and goes back to that page."""
    back = local_address(request, request.POST.get("next", ""), otherwise="following")
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    _follow_as_asked(request, partial(actions.follow, now=timezone.now()))
    return redirect(back)


def _follow_as_asked(request: HttpRequest, set_cadence: Callable[..., Any]) -> None:
    """Does what the form asks, by `set_cadence` unless it is to stop, and says so, or says why not."""
    form = FollowForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return
    key, cadence = form.cleaned_data["key"], form.cleaned_data["cadence"]
    if cadence == FollowForm.NEVER:
        # What somebody never followed is not named: it may be nothing that they should hear of.
        what = _named(key) if actions.unfollow(user=request.user, key=key) else "this"
        messages.success(request, f"You no longer follow {what}.")
        return
    try:
        set_cadence(user=request.user, key=key, cadence=Cadence(cadence))
        often = Cadence(cadence).label
        messages.success(request, f"You follow {_named(key)}: {often[:1].lower()}{often[1:]}.")
    except actions.RefusedError as refused:
        messages.error(request, str(refused))


def _named(key: str) -> str:
    thing = follows.known([key]).get(key)
    return f"“{thing.title}”" if thing else "this"


# Mail programs and providers post here without a cookie or a form (RFC 8058): the signed address is the authority.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_following(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what the link in a mail would stop; a POST stops it. A GET changes nothing: mail scanners open every link."""
    try:
        if request.method == "POST":
            stopped, template = actions.stop_following(token=token), "members/follow_stopped.html"
        else:
            stopped, template = follows.meant_by(token), "members/follow_stop.html"
    except follows.UnknownTokenError:
        return render(request, "members/follow_stop_unknown.html", status=404)
    return render(request, template, {"lines": follows.described(stopped)})
