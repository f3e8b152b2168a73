"""What a person follows, and stopping it from a mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from portal.members import actions, follows
from portal.members.forms import FollowForm, FollowsForm
from portal.members.forms.follows import UNCLEAR
from portal.members.models import Cadence
from portal.members.views.addresses import local_address


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest) -> HttpResponse:
    """All that the signed-in person follows, by subject; a POST changes how often they hear of it, or stops it."""
    if request.method == "POST":
        _change(request)
        return redirect("following")
    context = {
        "groups": follows.grouped(request.user.follows.all()),
        "mailings": follows.mailings_of(request.user, timezone.now()),
        "choices": FollowsForm.CHOICES,
        "never": FollowForm.NEVER,
    }
    return render(request, "members/following.html", context)


def _change(request: HttpRequest) -> None:
    form = FollowsForm(request.POST, request.user.follows.all())
    if not form.is_valid():
        messages.error(request, UNCLEAR)
        return
    changed, stopped = actions.change_follows(user=request.user, wanted=form.wanted)
    said = [
        f"We write to you about {_things(changed)} as you chose." if changed else "",
        f"You no longer follow {_things(stopped)}." if stopped else "",
    ]
    messages.success(request, " ".join(filter(None, said)) or "Nothing has changed.")


def _things(count: int) -> str:
    return f"{count} thing{'s' * (count != 1)}"


@never_cache
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follows a thing or stops, as a form on any page asks (`key`, `cadence`, `next`), and goes back to that page."""
    back = local_address(request, request.POST.get("next", ""), otherwise="following")
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    _follow_as_asked(request)
    return redirect(back)


def _follow_as_asked(request: HttpRequest) -> None:
    """Does what the form asks and says so, or says why not."""
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
        actions.follow(user=request.user, key=key, cadence=Cadence(cadence), now=timezone.now())
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
