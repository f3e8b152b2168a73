"""The door of every page of a list: who may go on, and what the others are told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from forum.access import facts_of
from forum.actions.doors import record_refusal
from forum.models import Level, MailingList
from forum.moving import GoingOn, going_on
from forum.rules import Access, Facts, access
from forum.rules.ends import Ending, ending
from forum.rules.letters import reason_to_you
from forum.rules.sentences import what_to_do
from portal.members.models import User


@dataclass(frozen=True)
class Place:
    """A list as one reader stands before it: the facts, what follows from them at `now`, and the moment itself."""

    list: MailingList
    user: User
    facts: Facts
    access: Access
    now: datetime

    @property
    def ending(self) -> Ending | None:
        """The end of what the reader may do now, if it comes soon."""
        return ending(self.access, self.facts, self.now)

    @property
    def going_on(self) -> GoingOn | None:
        """Where the list goes on, if it has closed."""
        return going_on(self.list, self.now, self.user, self.facts)


View = Callable[..., HttpResponse]


def place_of(mailing_list: MailingList, user: User, now: datetime) -> Place:
    """The list as `user` stands before it at `now`."""
    facts = facts_of(mailing_list, user)
    return Place(mailing_list, user, facts, access(facts, now), now)


def for_those_who(level: Level) -> Callable[[View], View]:
    """Decorates a view of an address `<slug>/…`: it is called as `view(request, place, …)` by those who may do at least `level`.

    Others get the page that says why, with status 403, whatever the rest of the address is. Anonymous people sign in first.
    """

    def decorate(view: View) -> View:
        @never_cache
        @wraps(view)
        def asked(request: HttpRequest, slug: str, **rest: Any) -> HttpResponse:
            mailing_list = get_object_or_404(MailingList.objects.select_related("forum"), slug=slug)
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            place = place_of(mailing_list, request.user, timezone.now())
            if place.access.level < level:
                return refused(request, place, level)
            return view(request, place, **rest)

        return asked

    return decorate


def refused(request: HttpRequest, place: Place, level: Level) -> HttpResponse:
    """The page that says why a reader may not do this, and what they can do about it. The refusal is recorded."""
    record_refusal(mailing_list=place.list, user=place.user, access=place.access, now=place.now)
    context = {
        "list": place.list,
        "place": place,
        "needs_manager": place.access.may_read and level == Level.MANAGE,
        "reason": reason_to_you(place.access, place.facts, place.now),
        "what_to_do": what_to_do(place.access, place.facts, place.now),
        "breadcrumbs": breadcrumbs(),
    }
    return render(request, "listserver/why.html", context, status=403)


def breadcrumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way from the home page to a page of the forum: titles and addresses."""
    way = [("Home", "/"), ("Forum", reverse("forum")), *more]
    return [{"title": title, "url": url} for title, url in way]
