"""The managers' page about one topic: lock, pin, move, split and merge."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from forum.access import visible_to
from forum.actions import arranging
from forum.forms.moderation import MergeForm, MoveForm, SplitForm
from forum.models import Level, Topic
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members.actions import RefusedError

MOST_POSTS = 200  # whoever wants to split a longer topic chooses among the latest


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who(Level.MANAGE)
def arrange(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Shows what can be done with a topic; a POST does the one thing whose button was pressed."""
    topic = get_object_or_404(Topic, pk=pk, forum=place.list.forum_id, merged_into=None)
    lists = visible_to(place.user, place.now, Level.MANAGE).exclude(pk=place.list.pk)
    pressed = next((name for name in STEPS if name in request.POST), "")
    data = request.POST or None
    forms: dict[str, Form] = {
        "move": MoveForm(data if pressed == "move" else None, lists=lists),
        "merge": MergeForm(data if pressed == "merge" else None, mailing_list=place.list),
        "split": SplitForm(data if pressed == "split" else None),
    }
    form = forms.get(pressed)
    if pressed and (form is None or form.is_valid()):
        try:
            done, where = STEPS[pressed](request, place, topic, form)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, done)
            return redirect("topic", where.forum.mailing_list.slug, where.pk)
    posts = topic.posts.select_related("poster").order_by("-created", "-pk")[:MOST_POSTS]
    context = {
        "place": place,
        "list": place.list,
        "topic": topic,
        "lists": lists,
        "forms": forms,
        "posts": [post for post in reversed(posts) if post.pk != topic.first_post_id],
        "chosen": set(request.POST.getlist("posts")),
        "breadcrumbs": breadcrumbs((place.list.name, place.list.get_absolute_url())),
    }
    return render(request, "listserver/arrange.html", context)


Done = tuple[str, Topic]
Step = Callable[[HttpRequest, Place, Topic, Form | None], Done]


def _lock(request: HttpRequest, place: Place, topic: Topic, form: Form | None) -> Done:
    locked = not topic.is_locked
    arranging.lock(topic=topic, by=place.user, now=place.now, locked=locked)
    return ("The topic is locked." if locked else "The topic is open again."), topic


def _pin(request: HttpRequest, place: Place, topic: Topic, form: Form | None) -> Done:
    pinned = not topic.is_sticky
    arranging.pin(topic=topic, by=place.user, now=place.now, pinned=pinned)
    return ("The topic is pinned." if pinned else "The topic is no longer pinned."), topic


def _move(request: HttpRequest, place: Place, topic: Topic, form: Form) -> Done:
    to = form.cleaned_data["to"]
    arranging.move(topic=topic, to=to, by=place.user, now=place.now)
    return f"The topic is now in {to}.", Topic.objects.get(pk=topic.pk)


def _merge(request: HttpRequest, place: Place, topic: Topic, form: Form) -> Done:
    into = form.cleaned_data["into"]
    arranging.merge(topic=topic, into=into, by=place.user, now=place.now)
    return f"“{topic.subject}” is now part of this topic.", into


def _split(request: HttpRequest, place: Place, topic: Topic, form: Form) -> Done:
    chosen = [int(value) for value in request.POST.getlist("posts") if value.isdecimal()]
    subject = form.cleaned_data["subject"]
    new = arranging.split(topic=topic, posts=chosen, subject=subject, by=place.user, now=place.now)
    return "The posts are now a topic of their own.", new


STEPS: dict[str, Step] = {"lock": _lock, "pin": _pin, "move": _move, "merge": _merge, "split": _split}
