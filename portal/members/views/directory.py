"""The public directory of networks. It names a person only if they agreed to it."""

from django.contrib.sitemaps import Sitemap
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.members import directory
from portal.members.models import Network, Region

ON_A_PAGE = 25
LONGEST_QUERY = 100
HOME = {"title": "Home", "url": "/"}


@require_safe
def networks(request: HttpRequest) -> HttpResponse:
    """The networks that fit what is asked for, 25 on a page."""
    words = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    region = request.GET.get("region", "")
    region = region if region in Region.values else ""
    found = directory.networks_found(words, region, timezone.localdate())
    asked = QueryDict(mutable=True)
    asked.update({name: value for name, value in (("q", words), ("region", region)) if value})
    context = {
        "listed": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "region": region,
        "region_name": Region(region).label if region else "",
        "regions": Region.choices,
        "query": asked.urlencode(),
        "breadcrumbs": [HOME],
    }
    return render(request, "members/networks.html", context)


@require_safe
def network(request: HttpRequest, code: str) -> HttpResponse:
    """One network: what it is, its practices, and the directors who agreed to be named."""
    found = get_object_or_404(Network, code=code)
    context = {
        "entry": directory.entry(found, timezone.localdate()),
        "breadcrumbs": [HOME, {"title": "Networks", "url": reverse("networks")}],
    }
    return render(request, "members/network.html", context)


class NetworkSitemap(Sitemap):
    """The pages of the directory, for search engines."""

    def items(self) -> QuerySet[Network]:
        return Network.objects.order_by("code").only("code")

    def location(self, item: Network) -> str:
        return reverse("network", args=[item.code])
