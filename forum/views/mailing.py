"""The managers' pages about the mail of a list: what went out to whom, what came in, and whose mail comes back."""

from email import message_from_bytes, policy
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forum import mailing
from forum.models import Delivery, DeliveryState, IncomingMail, Level, Post
from forum.topics import posts_shown
from forum.views.frame import Place, breadcrumbs, for_those_who

ROWS_ON_A_PAGE = 100


@require_safe
@for_those_who(Level.MANAGE)
def overview(request: HttpRequest, place: Place) -> HttpResponse:
    """The latest posts and digests, and how many of their mails are in which state."""
    return _page(request, place, "mailing", sendings=mailing.sendings(place.list))


@require_safe
@for_those_who(Level.MANAGE)
def deliveries(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """The mails of one post: to whom, and what became of each."""
    post = get_object_or_404(Post.objects.select_related("topic"), pk=pk, topic__forum=place.list.forum_id)
    state = request.GET.get("state", "")
    listed = Paginator(mailing.deliveries(place.list, post, state), ROWS_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    choices = [("", "All"), *DeliveryState.choices]
    known = state if state in DeliveryState.values else ""
    query = f"state={known}" if known else ""
    return _page(
        request, place, "deliveries", post=post, listed=listed, state=known, choices=choices, query=query
    )


@require_safe
@for_those_who(Level.MANAGE)
def delivery_shown(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """One mail as it goes out to one person, without the secrets in it."""
    related = ("post__topic__forum__mailing_list", "digest__list", "subscription__user")
    found = get_object_or_404(Delivery.objects.select_related(*related), pk=pk, subscription__list=place.list)
    raw = mailing.as_it_went(found)
    message = message_from_bytes(raw, policy=policy.default)
    plain = message.get_body(("plain",))
    return _page(
        request,
        place,
        "delivery_shown",
        found=found,
        headers=[(name, str(value)) for name, value in message.items()],
        text=plain.get_content() if plain else "",
    )


@require_safe
@for_those_who(Level.MANAGE)
def came(request: HttpRequest, place: Place) -> HttpResponse:
    """The mails that came to the list, and what became of each."""
    listed = Paginator(mailing.came(place.list), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, place, "mail_came", listed=listed)


@require_safe
@for_those_who(Level.MANAGE)
def coming_back(request: HttpRequest, place: Place) -> HttpResponse:
    """Whose mail has come back, or has been stopped for it."""
    listed = Paginator(mailing.coming_back(place.list), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    return _page(request, place, "mail_coming_back", listed=listed)


@require_safe
@for_those_who(Level.READ)
def taken_off(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """What was taken off a mail when it was posted: for its author and the managers, since signatures stand in it."""
    post = get_object_or_404(posts_shown(place.list, place.user, place.access), pk=pk)
    own = post.poster_id == place.user.pk or place.access.may_manage
    row = get_object_or_404(IncomingMail.objects.filter(post=post if own else None).exclude(removed=""))
    return _page(request, place, "taken_off", post=post, removed=row.removed)


def _page(request: HttpRequest, place: Place, name: str, **more: Any) -> HttpResponse:
    way = breadcrumbs(
        (place.list.name, place.list.get_absolute_url()),
        ("Moderation", reverse("list_moderation", args=[place.list.slug])),
    )
    if not place.access.may_manage:
        way = way[:-1]
    context = {"list": place.list, "place": place, "breadcrumbs": way, **more}
    return render(request, f"listserver/{name}.html", context)
