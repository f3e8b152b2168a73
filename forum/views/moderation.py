"""Reporting a post, and the managers' pages: what waits, what is decided about it, the log, and suspending a person."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum import moderation
from forum.actions import moderating
from forum.actions.suspending import suspend
from forum.forms.moderation import ReasonForm, ReportForm, SuspendForm
from forum.models import Hold, Level, Post, Subscription
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members.actions import RefusedError

LINES_ON_A_PAGE = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])
HOLD = {
    "label": "Why do you hold it?",
    "hint": "Other managers read this. Readers do not see the post until one of you decides.",
}
REFUSE = {
    "label": "Reason",
    "hint": "The author is told. The post is kept, and only they and managers see it.",
}


@require_safe
@for_those_who(Level.MANAGE)
def queue(request: HttpRequest, place: Place) -> HttpResponse:
    """What waits for a manager: held posts, and reported ones."""
    context = {
        "holds": list(moderation.open_holds(place.list)[:50]),
        "reported": list(moderation.reported(place.list)[:50]),
        "waiting": moderation.waiting(place.list),
        "refuse_form": ReasonForm(**REFUSE),
    }
    return _page(request, place, "moderation", **context)


@form_page
@for_those_who(Level.MANAGE)
def decide(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """One held post: approve it, or refuse it with a reason."""
    held = get_object_or_404(
        Hold.objects.select_related("post__topic", "post__poster", "by"),
        pk=pk,
        post__topic__forum=place.list.forum_id,
    )
    form = ReasonForm(request.POST if "refuse" in request.POST else None, **REFUSE)
    if "approve" in request.POST:
        return _done(request, place, "The post is approved. Readers see it.", moderating.approve, held=held)
    if "refuse" in request.POST and form.is_valid():
        said = "The post is refused. Its author is told why."
        return _done(request, place, said, moderating.refuse, held=held, **form.cleaned_data)
    return _page(request, place, "decide", held=held, form=form)


@form_page
@for_those_who(Level.READ)
def report(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Reports a post to the managers."""
    post = get_object_or_404(_posts(place), pk=pk, approved=True)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            moderating.report(post=post, by=place.user, now=place.now, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Thank you. The list’s managers are told.")
            return redirect("topic", place.list.slug, post.topic_id)
    return _page(request, place, "report", post=post, form=form)


@form_page
@for_those_who(Level.MANAGE)
def hold(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Takes a post out of readers' sight."""
    post = get_object_or_404(_posts(place), pk=pk)
    form = ReasonForm(request.POST or None, **HOLD)
    if request.method == "POST" and form.is_valid():
        said = "The post is held. Readers do not see it."
        return _done(request, place, said, moderating.hold, post=post, **form.cleaned_data)
    return _page(request, place, "hold", post=post, form=form)


@require_POST
@for_those_who(Level.MANAGE)
def dismiss(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Settles the reports of a post that stays as it is."""
    post = get_object_or_404(_posts(place), pk=pk)
    said = "The reports are settled. The post stays."
    return _done(request, place, said, moderating.dismiss_reports, post=post)


@form_page
@for_those_who(Level.MANAGE)
def suspended(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Suspends a person from the list for a time."""
    subscription = get_object_or_404(Subscription.objects.select_related("user"), list=place.list, user=pk)
    form = SuspendForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            suspend(subscription=subscription, by=place.user, now=place.now, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{subscription.user} is suspended from this list.")
            return redirect("list_moderation", place.list.slug)
    return _page(request, place, "suspend", person=subscription.user, form=form)


@require_safe
@for_those_who(Level.MANAGE)
def log(request: HttpRequest, place: Place) -> HttpResponse:
    """What was done in the list, the newest first."""
    listed = Paginator(moderation.log(place.list), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, place, "log", listed=listed, lines=[moderation.line(entry) for entry in listed])


@require_safe
@for_those_who(Level.MANAGE)
def given_access(request: HttpRequest, place: Place) -> HttpResponse:
    """Who was given access beyond the rules, now and earlier."""
    listed = Paginator(moderation.grants(place.list), LINES_ON_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, place, "access", listed=listed, grants=list(listed))


def _posts(place: Place) -> Any:
    return Post.objects.select_related("topic", "poster").filter(topic__forum=place.list.forum_id)


def _done(
    request: HttpRequest, place: Place, said: str, action: Callable[..., object], **values: Any
) -> HttpResponse:
    """Does the action and goes back to the queue, which says so, or why it was refused."""
    try:
        action(by=place.user, now=place.now, **values)
    except RefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("list_moderation", place.list.slug)


def _page(request: HttpRequest, place: Place, name: str, **context: Any) -> HttpResponse:
    way = [(place.list.name, place.list.get_absolute_url())]
    if name not in ("moderation", "report"):
        way.append(("Moderation", reverse("list_moderation", args=[place.list.slug])))
    context |= {"place": place, "list": place.list, "breadcrumbs": breadcrumbs(*way)}
    return render(request, f"listserver/{name}.html", context)
