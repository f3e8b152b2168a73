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
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from forum.actions.attaching import attach
from forum.actions.drafting import throw_away
from forum.cards import cards_of
from forum.forms.posting import PostForm
from forum.markup import to_html
from forum.mentions import linked
from forum.models import Draft, Level, MailingList, Post, Topic
from forum.views.attachments import CHOOSE, MOST_REQUEST, described, length_of, refused_for_now
from forum.views.frame import Place, View, breadcrumbs, for_those_who
from portal.members.actions import RefusedError

POST, PREVIEW, ATTACH, DISCARD = "post", "preview", "attach", "discard"
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
    asked = keeping_words(require_http_methods(["GET", "HEAD", "POST"])(for_those_who(Level.POST)(view)))
    return limited(csrf_protect(asked))


def limited(view: View) -> View:
    """Decorates a view that takes files: what is far too large is refused before any of it is read."""

    @csrf_exempt  # looking for the token reads the whole body; the decorated view asks for it
    @wraps(view)
    def asked(request: HttpRequest, slug: str, **rest: Any) -> HttpResponse:
        if length_of(request) > MOST_REQUEST:
            return render(request, "listserver/too_large.html", {"breadcrumbs": breadcrumbs()}, status=413)
        return view(request, slug=slug, **rest)

    return asked


def typed(request: HttpRequest, place: Place, where: str, **initial: Any) -> dict[str, Any]:
    """The `data` and `initial` of a form: what was sent, checked only if it is to be posted, or else a draft that there is."""
    if request.method != "POST":
        return {"data": None, "initial": with_draft(place, where, initial)}
    if request.POST.get("step", POST) == POST:
        return {"data": request.POST, "initial": initial}
    return {"data": None, "initial": {**initial, "follow": False, **request.POST.dict()}}


def with_draft(place: Place, where: str, initial: dict[str, Any]) -> dict[str, Any]:
    """What a form begins with: the draft if there is one, and a quote that was asked for after it."""
    draft = Draft.objects.filter(user=place.user, list=place.list, place=where).first()
    if draft is None:
        return initial
    quote = initial.get("text", "") if "answers" in initial else ""
    text = f"{draft.text.rstrip()}\n\n{quote}" if quote else draft.text
    return {**initial, "subject": draft.subject or initial.get("subject", ""), "text": text, "draft": draft}


def write(request: HttpRequest, place: Place, one: Writing) -> HttpResponse:
    """Does what the button says; shows the form again unless it was posted."""
    step = request.POST.get("step", POST)
    if step == DISCARD and request.method == "POST":
        throw_away(mailing_list=place.list, user=place.user, place=one.draft)
        messages.success(request, "The draft has been thrown away.")
        return redirect(request.path)
    problem = _attach(request, place, one.form) if step == ATTACH else ""
    if one.form.is_valid() and not one.missed:
        try:
            return _go_to(request, place, one.post(one.form.cleaned_data), one.said)
        except RefusedError as refused:
            one.form.refuse(refused)
    way = [(place.list.name, place.list.get_absolute_url())]
    if one.topic is not None:
        way.append((one.topic.subject, reverse("topic", args=[place.list.slug, one.topic.pk])))
    preview = _preview(request, place, one.form)
    context = {
        "place": place,
        "list": place.list,
        "writing": one,
        "form": one.form,
        "preview": preview,
        "preview_cards": cards_of({0: preview}, place.user, place.now)[0],
        "problem_with_file": problem,
        "breadcrumbs": breadcrumbs(*way),
    }
    return render(request, "listserver/compose.html", context)


def _attach(request: HttpRequest, place: Place, form: PostForm) -> str:
    """Takes a file and puts it at the end of the words, for those whose browser runs no scripts. Gives back what went wrong."""
    file = request.FILES.get("file")
    if file is None:
        return CHOOSE
    if refusal := refused_for_now(place):
        return refusal
    try:
        attachment = attach(mailing_list=place.list, user=place.user, file=file, now=place.now)
    except RefusedError as refused:
        return str(refused)
    shown = str(described(attachment, request.POST.get("describes", ""))["markdown"])
    form.initial["text"] = f"{form.typed.rstrip()}\n\n{shown}\n".lstrip()
    return ""


def _preview(request: HttpRequest, place: Place, form: PostForm) -> str:
    """The HTML that the words would be; none unless it was asked for."""
    if request.POST.get("step") != PREVIEW:
        return ""
    return mark_safe(to_html(linked(form.typed, place.list, place.now)))  # noqa: S308 - to_html lets nothing through that runs


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
