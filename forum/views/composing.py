"""The page on which one writes: what its buttons do, and that nothing that was typed is lost. Nothing here needs scripts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from forum.forms.posting import PostForm
from forum.markup import to_html
from forum.models import Level, MailingList, Post, Topic
from forum.views.frame import Place, View, breadcrumbs, for_those_who
from portal.members.actions import RefusedError

POST, PREVIEW = "post", "preview"
POSTED = "Your post is there."
HELD = "Your post waits until a manager has looked at it. You will see it here until then."

Words = dict[str, Any]


@dataclass(frozen=True)
class Writing:
    """What somebody writes: the form, where its draft is kept, and what posts it. `missed` has to be seen before."""

    form: PostForm
    post: Callable[[Words], Post]
    title: str
    button: str
    draft: str
    topic: Topic | None = None
    changes: Post | None = None
    missed: list[Post] = field(default_factory=list)
    said: str = ""


def keeping_words(view: View) -> View:
    """Decorates a view that takes words: who was signed out meanwhile, or may not go on any more, is given them back to copy."""

    @wraps(view)
    def asked(request: HttpRequest, slug: str, **rest: Any) -> HttpResponse:
        response = view(request, slug=slug, **rest)
        if not request.POST.get("text", "").strip():
            return response
        if request.user.is_authenticated and response.status_code != 403:
            return response
        return _give_back(request, slug)

    return asked


def writing(view: View) -> View:
    """Decorates the view of a form to write in a list, for those who may post there."""
    return keeping_words(require_http_methods(["GET", "HEAD", "POST"])(for_those_who(Level.POST)(view)))


def typed(request: HttpRequest, **initial: Any) -> dict[str, Any]:
    """The `data` and `initial` of a form: what was sent is checked only if it is to be posted."""
    if request.method != "POST":
        return {"data": None, "initial": initial}
    if request.POST.get("step", POST) == POST:
        return {"data": request.POST, "initial": initial}
    return {"data": None, "initial": {**initial, **request.POST.dict()}}


def write(request: HttpRequest, place: Place, one: Writing) -> HttpResponse:
    """Does what the button says; shows the form again unless it was posted."""
    if one.form.is_valid() and not one.missed:
        try:
            return _go_to(request, place, one.post(one.form.cleaned_data), one.said)
        except RefusedError as refused:
            one.form.refuse(refused)
    way = [(place.list.name, place.list.get_absolute_url())]
    if one.topic is not None:
        way.append((one.topic.subject, reverse("topic", args=[place.list.slug, one.topic.pk])))
    context = {
        "place": place,
        "list": place.list,
        "writing": one,
        "form": one.form,
        "preview": _preview(request, one.form),
        "breadcrumbs": breadcrumbs(*way),
    }
    return render(request, "listserver/compose.html", context)


def _preview(request: HttpRequest, form: PostForm) -> str:
    """The HTML that the words would be; none unless it was asked for."""
    if request.POST.get("step") != PREVIEW:
        return ""
    return mark_safe(to_html(form.typed))  # noqa: S308 - to_html lets nothing through that runs


def _go_to(request: HttpRequest, place: Place, post: Post, said: str) -> HttpResponse:
    if post.approved:
        messages.success(request, said or POSTED)
    else:
        messages.info(request, f"{HELD} {post.holds.latest('held_at').note}")
    return redirect("post", place.list.slug, post.pk)


def _give_back(request: HttpRequest, slug: str) -> HttpResponse:
    context = {
        "list": MailingList.objects.get(slug=slug),
        "subject": request.POST.get("subject", ""),
        "words": request.POST["text"],
        "breadcrumbs": breadcrumbs(),
    }
    response = render(request, "listserver/words_kept.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response
