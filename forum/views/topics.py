"""Reading: a list of topics, a topic, where a post stands, what was read, and who somebody is."""

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

from forum import moderation, topics
from forum.access import visible_to
from forum.actions.reading import mark_list_read, mark_topic_read
from forum.following import list_key, topic_key
from forum.models import Level, MailingList, Post, Topic
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members.models import Follow, User

WHICH = {
    "all": "All topics",
    "unread": "Unread",
    "started": "Started by me",
    "taken-part": "With posts of mine",
}


@require_safe
@for_those_who(Level.READ)
def topic_list(request: HttpRequest, place: Place) -> HttpResponse:
    """The topics of a list: all, unread, started by the reader, or with posts of theirs."""
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
        "follow_key": list_key(place.list.pk),
        "follow": Follow.objects.filter(user=place.user, key=list_key(place.list.pk)).first(),
        "breadcrumbs": breadcrumbs(),
    }
    return _page(request, place, "list", context)


@require_safe
@for_those_who(Level.READ)
def topic(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """A topic, 20 posts on a page. `?page=unread` is the page with the first unread post."""
    manages = place.access.may_manage
    shown = topics.topic_with_marks(pk, place.user, manages=manages)
    if shown is None:
        raise Http404
    if shown.merged_into is not None or shown.forum_id != place.list.forum_id:
        return _where_it_went(request, place, shown)
    page = topics.topic_page(
        shown,
        place.user,
        request.GET.get("page"),
        manages=manages,
        now=place.now,
        since=place.facts.since,
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
    to = found.topic.forum.mailing_list
    access = place.access
    if to.pk != place.list.pk and not _was_moved_from(place.list, found.topic):
        raise Http404
    readable = visible_to(place.user, place.now).filter(pk=to.pk).exists()
    if not readable or not (found.approved or access.may_manage or found.poster_id == place.user.pk):
        raise Http404
    page = topics.page_with(found.topic, found, place.user, manages=access.may_manage)
    query = f"?page={page}" if page > 1 else ""
    return redirect(f"{reverse('topic', args=[to.slug, found.topic_id])}{query}#post-{found.pk}")


@require_POST
@for_those_who(Level.READ)
def mark_read(request: HttpRequest, place: Place) -> HttpResponse:
    """Marks a topic as read up to the moment that the page gave, or the whole list."""
    number, up_to = request.POST.get("topic", ""), _moment(request.POST.get("up_to", ""))
    if number.isdecimal() and len(number) < 16 and up_to:
        found = get_object_or_404(
            Topic.objects.select_related("forum__mailing_list"), pk=number, forum=place.list.forum_id
        )
        mark_topic_read(topic=found, user=place.user, up_to=min(up_to, place.now))
    elif not number:
        mark_list_read(mailing_list=place.list, user=place.user, now=place.now)
        messages.success(request, "Everything in this list is marked as read.")
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(place.list.get_absolute_url())


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
    lists = visible_to(request.user, now)
    shown = get_object_or_404(User.objects.filter(is_active=True), pk=pk)
    if shown != request.user and not topics.share_a_list(shown, lists):
        raise Http404
    posts = (
        Post.objects.filter(poster=shown, approved=True, topic__forum__mailing_list__in=lists)
        .select_related("topic__forum__mailing_list")
        .order_by("-created", "-pk")
    )
    context: dict[str, Any] = {
        "person": shown,
        "roles": topics.roles_of([shown.pk], timezone.localdate(now)).get(shown.pk, []),
        "listed": Paginator(posts, topics.POSTS_ON_A_PAGE).get_page(request.GET.get("page")),
        "breadcrumbs": breadcrumbs(),
    }
    return render(request, "listserver/person.html", context)


def _page(request: HttpRequest, place: Place, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"listserver/{name}.html", {"place": place, "list": place.list, **context})
