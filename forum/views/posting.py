"""Starting a topic, answering in one, and changing a post."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forum.actions.posting import edit, reply, start_topic
from forum.forms.posting import LARGEST, EditForm, NewTopicForm, ReplyForm
from forum.history import history_of
from forum.models import Level, Post, Topic
from forum.quoting import quoted
from forum.rules.posting import refusal_to_post
from forum.topics import answers_since, posts_shown, topics_shown
from forum.views.composing import Words, Writing, typed, write, writing
from forum.views.frame import Place, breadcrumbs, for_those_who

ANSWER = "Post answer"


def place_of_answer(topic: Topic) -> str:
    """Where the draft of an answer is kept."""
    return f"topic:{topic.pk}"


@writing
def new_topic(request: HttpRequest, place: Place) -> HttpResponse:
    """Starts a topic."""

    def post(words: Words) -> Post:
        return start_topic(
            mailing_list=place.list,
            user=place.user,
            subject=words["subject"],
            content=words["text"],
            submission=words["key"],
            now=place.now,
            follow_it=words["follow"],
        )

    form = NewTopicForm(**typed(request, place, "new"))
    return write(request, place, Writing(form, post, "Start a topic", "Post", draft="new"))


@writing
def answer(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Answers in a topic. Who has missed answers of others sees them first, and posts by pressing once more."""
    topic = get_object_or_404(topics_shown(place.list, place.user, place.access), pk=pk)
    if request.method != "POST" and (refusal := refusal_to_post(place.access, locked=topic.is_locked)):
        messages.error(request, refusal)
        return redirect("topic", place.list.slug, topic.pk)

    where = place_of_answer(topic)

    def post(words: Words) -> Post:
        return reply(
            topic=topic,
            user=place.user,
            content=words["text"],
            answers=_post(place, words["answers"]),
            submission=words["key"],
            now=place.now,
        )

    form = ReplyForm(
        **typed(request, place, where, **begin_answer(place, topic, request.GET.get("quote", "")))
    )
    one = Writing(
        form,
        post,
        f"Answer in “{topic.subject}”",
        ANSWER,
        draft=where,
        topic=topic,
        missed=_missed(place, topic, form),
    )
    return write(request, place, one)


@writing
def edit_post(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Changes a post of one's own; for managers, anybody's."""
    post = get_object_or_404(posts_shown(place.list, place.user, place.access), pk=pk)
    own = post.poster_id == place.user.pk
    if not own and not place.access.may_manage:
        raise Http404("Only its author and managers change a post.")

    def change(words: Words) -> Post:
        return edit(
            post=post,
            user=place.user,
            content=words["text"],
            subject=words.get("subject", ""),
            reason=words.get("reason", ""),
            now=place.now,
        )

    start = typed(request, place, f"post:{post.pk}", subject=post.subject, text=post.content.raw)
    one = Writing(
        EditForm(**start, post=post, own=own),
        change,
        "Change your post" if own else "Change a post",
        "Save",
        draft=f"post:{post.pk}",
        topic=post.topic,
        changes=post,
        said="The post has been changed.",
    )
    return write(request, place, one)


@require_safe
@for_those_who(Level.READ)
def history(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """What the changes of a post took out and put in."""
    post = get_object_or_404(posts_shown(place.list, place.user, place.access), pk=pk)
    topic = (post.topic.subject, reverse("topic", args=[place.list.slug, post.topic_id]))
    context = {
        "list": place.list,
        "place": place,
        "post": post,
        "history": history_of(post, manages=place.access.may_manage),
        "breadcrumbs": breadcrumbs((place.list.name, place.list.get_absolute_url()), topic),
    }
    return render(request, "listserver/post_history.html", context)


def begin_answer(place: Place, topic: Topic, quote: str = "") -> dict[str, Any]:
    """What the form for an answer holds when it is opened: the last post so far, and the quote that was asked for."""
    start: dict[str, Any] = {"seen": topic.last_post_id or 0}
    if quote.isdecimal() and (post := _post(place, int(quote))) and post.topic_id == topic.pk:
        start |= {"text": quoted(post), "answers": post.pk}
    return start


def _post(place: Place, pk: int | None) -> Post | None:
    """The post with this number, if the reader sees it."""
    if not pk or pk > LARGEST:
        return None
    return posts_shown(place.list, place.user, place.access).filter(pk=pk).first()


def _missed(place: Place, topic: Topic, form: ReplyForm) -> list[Post]:
    """What others have answered since the form was opened. The form is told that it has been seen now."""
    if not form.is_valid() or form.cleaned_data["seen"] is None:
        return []
    missed = list(answers_since(topic, place.user, form.cleaned_data["seen"]))
    if missed:
        form.change(seen=max(post.pk for post in missed))
    return missed
