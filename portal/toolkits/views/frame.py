"""The door of a network's checklist: whose it is and who may come in, asked each time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from portal.members.models import Network, User
from portal.pages.models import ToolkitPage
from portal.pages.navigation import Link, breadcrumbs
from portal.toolkits.models import Checklist
from portal.toolkits.standing import networks_of

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Desk:
    """A network's checklist of a toolkit as somebody who works for the network has it open."""

    toolkit: ToolkitPage
    network: Network
    user: User
    now: datetime

    @property
    def address(self) -> dict[str, Any]:
        return {"page": self.toolkit.pk, "code": self.network.code}


def toolkit_for(request: HttpRequest, pk: int) -> ToolkitPage:
    """The toolkit, if this reader may read it. Raises `Http404`."""
    toolkit = ToolkitPage.objects.filter(pk=pk).first()
    if toolkit is None or not all(one.accept_request(request) for one in toolkit.get_view_restrictions()):
        raise Http404("There is no such toolkit.")
    return toolkit


def for_the_network(view: View) -> View:
    """Decorates a view of `<page>/<code>/…`: it is called as `view(request, desk, …)` for people who work for the network.

    Anonymous people sign in first. For everybody else there is no such page: not even that a network has a list is told.
    """

    @wraps(view)
    @never_cache
    @login_required
    def asked(request: HttpRequest, page: int, code: str, **rest: Any) -> HttpResponse:
        now = timezone.now()
        network = networks_of(request.user, now).filter(code=code).first()
        if network is None:
            raise Http404("You have no confirmed appointment in this network today.")
        toolkit = toolkit_for(request, page)
        # What was taken down is still there for a network that has worked on it.
        if not toolkit.live and not Checklist.objects.filter(toolkit=toolkit, network=network).exists():
            raise Http404("There is no such toolkit.")
        return view(request, Desk(toolkit, network, request.user, now), **rest)

    return asked


def way_to(request: HttpRequest, toolkit: ToolkitPage, *below: Link) -> list[Link]:
    """The breadcrumbs of a page about a toolkit's checklist."""
    own = [Link(toolkit.title, toolkit.get_url(request))] if toolkit.live else []
    return [*breadcrumbs(toolkit, request), *own, *below]
