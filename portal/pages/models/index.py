"""What lists of dated pages have in common: an address for each way to read them, and the short way to a page below."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.module_loading import import_string
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page, Site
from wagtail.url_routing import RouteResult

from portal.pages.models.base import RESERVED_SLUGS, BasePage


def above(page: Page, request: HttpRequest) -> list[Page] | None:
    """The home page, if `page` stands directly below it: what its breadcrumbs need no query for. `None` elsewhere."""
    site = Site.find_for_request(request)
    return [site.root_page] if site and page.depth == site.root_page.depth + 1 else None


class IndexPage(RoutablePageMixin, BasePage):
    """A list of pages of one type, directly below the home page.

    `addresses` names what is served below it: functions in `portal.pages.views`, which this module must not import.
    """

    addresses: ClassVar[str]
    has_feed = True

    class Meta:
        abstract = True

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        return import_string(cls.addresses)

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """As Wagtail does it, with one query for the page below instead of two, and none for the way back up."""
        self.above = above(self, request)
        if path_components and path_components[0] not in RESERVED_SLUGS:
            below = self.below().filter(slug=path_components[0]).first()
            if below:
                below.above = self.above and [*self.above, self]
                return below.route(request, path_components[1:])
        return super().route(request, path_components)

    def below(self) -> QuerySet[Page]:
        """The pages of this list, published or not."""
        raise NotImplementedError


class Indexed(BasePage):
    """A page of such a list."""

    class Meta:
        abstract = True
