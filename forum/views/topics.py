"""Reading: a list of topics, a topic, where a post stands, what was read, and who somebody is."""

import re
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from forum import moderation, profiles, topics
from forum.access import visible_to
from forum.actions.reading import mark_list_read, mark_topic_read
from forum.following import list_key, topic_key
from forum.models import Level, MailingList, Post, State, Topic
from forum.views.frame import Place, breadcrumbs, for_those_who, place_of
from portal.members.models import Follow, User

WHICH = {
    "all": "All topics",
    "unread": "Unread",
    "started": "Started by me",
    "taken-part": "With posts of mine",
    "followed": "Followed",
}


@require_safe
@for_those_who(Level.READ)
def topic_list(request: HttpRequest, place: Place) -> HttpResponse:
    """The topics of a list: all, unread, started by the reader, with posts of theirs, or followed."""
    which = request.GET.get("which", "all")
    which = which if which in WHICH else "all"
    since = place.facts.since
    shown = topics.topic_list(place.list, place.user, which, request.GET.get("page"), since)
    context = {
        "shown": shown,
        "listed": shown.listed,
        "query": "" if which == "all" else f"which={which}",
        "which": which,
        "choices": WHICH.items(),
        "waiting": moderation.waiting(place.list) if place.access.may_manage else 0,
        "may_leave": place.facts.state(place.now) == State.ACTIVE,
        "follow_key": list_key(place.list.pk),
        "follow": Follow.objects.filter(user=place.user, key=list_key(place.list.pk)).first(),
        "breadcrumbs": breadcrumbs(),
    }
    return _page(request, place, "list", context)


@require_safe
@for_those_who(Level.READ)
def topic(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """A topic, 20 posts on a page. `?unread=1` leads to the first unread post."""
    manages = place.access.may_manage
    shown = topics.topic_with_marks(pk, place.user, manages=manages)
    if shown is None:
        raise Http404
    if shown.merged_into_id is not None or shown.forum_id != place.list.forum_id:
        return _where_it_went(request, place, shown)
    shown.forum = place.list.forum
    since = place.facts.since
    if "unread" in request.GET:
        return _to_post(place, topics.first_unread(shown, place.user, since, manages=manages))
    page = topics.topic_page(
        shown, place.user, request.GET.get("page"), manages=manages, now=place.now, since=since
    )
    if not page.posts:
        raise Http404
    context = {
        "topic": shown,
        "page_of_topic": page,
        "listed": page.listed,
        "may_answer": place.access.may_post and shown.approved and (manages or not shown.is_locked),
        "follow_key": topic_key(shown.pk),
        "follow": {"cadence": shown.cadence} if shown.cadence else None,
        "breadcrumbs": breadcrumbs((place.list.name, place.list.get_absolute_url())),
    }
    return _page(request, place, "topic", context)


def _where_it_went(request: HttpRequest, place: Place, shown: Topic) -> HttpResponse:
    """The topic that this one became part of, or its new list. Whoever may not read that one is told nothing of it."""
    was_here = shown.forum_id == place.list.forum_id or _was_moved_from(place.list, shown)
    target = shown.merged_into or shown
    to = target.forum.mailing_list
    if not was_here or not visible_to(place.user, place.now).filter(pk=to.pk).exists():
        raise Http404
    return redirect("topic", to.slug, target.pk)


def _was_moved_from(mailing_list: MailingList, shown: Topic) -> bool:
    return moderation.log(mailing_list).filter(action="topic.moved", details__topic=shown.pk).exists()


@require_safe
@for_those_who(Level.READ)
def post(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Leads to where a post stands now. This address of a post stays when the topic grows, moves or is merged."""
    found = get_object_or_404(Post.objects.select_related("topic__forum__mailing_list"), pk=pk)
    there = found.topic.forum.mailing_list
    if there.pk != place.list.pk:
        if not _was_moved_from(place.list, found.topic):
            raise Http404
        place = place_of(there, place.user, place.now)
    return _to_post(place, found)


def _to_post(place: Place, found: Post | None) -> HttpResponse:
    """Leads to a post in its topic. Raises Http404 if there is none, or none that the reader may see."""
    manages = place.access.may_manage
    if found is None or not place.access.may_read:
        raise Http404
    if not (found.approved or manages or found.poster_id == place.user.pk):
        raise Http404
    page = topics.page_with(found.topic, found, place.user, manages=manages)
    query = f"?page={page}" if page > 1 else ""
    return redirect(f"{reverse('topic', args=[place.list.slug, found.topic_id])}{query}#post-{found.pk}")


@require_POST
@for_those_who(Level.READ)
def mark_read(request: HttpRequest, place: Place) -> HttpResponse:
    """Marks a topic as read up to the moment that the page gave, or the whole list. The page's script asks `quietly`."""
    number = request.POST.get("topic", "")
    if number:
        up_to = _moment(request.POST.get("up_to", ""))
        if up_to is None or not re.fullmatch(r"[1-9]\d{0,8}", number):
            raise Http404
        shown = topics.topics_shown(place.list, place.user, place.access)
        found = get_object_or_404(shown, pk=number)
        mark_topic_read(topic=found, user=place.user, up_to=min(up_to, place.now), since=place.facts.since)
        said = "The topic is marked as read."
    else:
        mark_list_read(mailing_list=place.list, user=place.user, now=place.now)
        said = "Everything in this list is marked as read."
    if "quietly" in request.POST:
        return HttpResponse(status=204)
    messages.success(request, said)
    return redirect(place.list)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None


@never_cache
@require_safe
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Who somebody is, and what they wrote in the lists that the reader may read now. Only for those who share a list."""
    now = timezone.now()
    shown = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    readable = list(visible_to(request.user, now))
    lists = profiles.shared_lists(readable, shown, now)
    if shown != request.user and not lists:
        raise Http404
    posts = profiles.posts_by(shown, readable)
    context: dict[str, Any] = {
        "person": shown,
        "roles": profiles.roles_of([shown.pk], timezone.localdate(now)).get(shown.pk, []),
        "lists": lists,
        "listed": Paginator(posts, topics.POSTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "breadcrumbs": breadcrumbs(),
    }
    return render(request, "listserver/person.html", context)


def _page(request: HttpRequest, place: Place, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"listserver/{name}.html", {"place": place, "list": place.list, **context})
