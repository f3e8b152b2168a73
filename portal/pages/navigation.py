"""What stands around every page: whose portal it is, the menu, and the way back up."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from portal.page_cache import generation
from portal.pages.models import InformationPage, Organisation

Kept = TypeVar("Kept")

CACHE_KEY = "pages.frame"
SITES_KEY = "pages.sites"
BANNERS_KEY = "pages.banners"
MOST_HOSTS = 20
# Other processes notice a change after this time, or once they know of the generation of pages that it began, which they ask
# for before they keep a page; the one that makes it notices at once.
SECONDS = 60


@dataclass(frozen=True)
class Link:
    """A name and an address."""

    title: str
    url: str


# What subjects put into the menu after the pages: titles and the names of addresses.
_entries: list[tuple[str, str]] = []


@dataclass(frozen=True)
class Frame:
    """The names, the menu, the pages about the portal, and where to report a weakness: the same on every page."""

    organisation: str
    service_name: str
    menu: tuple[Link, ...]
    about: tuple[Link, ...]
    security_contact: str


def register_entry(title: str, name: str) -> None:
    """Puts an address of a subject into the menu of every page, after the pages. `name` is that of the address."""
    if (title, name) not in _entries:
        _entries.append((title, name))


def frame_for(request: HttpRequest) -> Frame:
    """The frame, which costs no query as long as it is in the cache."""
    return kept_with_frame(CACHE_KEY, partial(_make_frame, request))


def kept_with_frame(key: str, make: Callable[[], Kept]) -> Kept:
    """What the cache has under `key`, if it was made in the generation of pages that this process knows, or a later one; or made anew.

    So no page of a new generation is kept with what was around the pages of an earlier one.
    """
    known = generation.known
    number, kept = cache.get(key, (-1, None))
    if number < known:
        kept = make()
        cache.set(key, (known, kept), SECONDS)
    return kept


def site_for(request: HttpRequest) -> Site | None:
    """The site that Wagtail finds for the request's host, which costs no query as long as it is in the cache."""
    host = request.get_host()
    sites = cache.get(SITES_KEY, {})
    if host not in sites:
        site = Site.find_for_request(request)
        if site is not None:
            # As what it is, of which the rest is read when it is wanted: so nothing needs to be read to begin at it.
            site.root_page = site.root_page.specific_deferred
        sites = {**sites, host: site} if len(sites) < MOST_HOSTS else {host: site}
        cache.set(SITES_KEY, sites, SECONDS)
    return sites[host]


def forget_frame() -> None:
    """Have the next page read the site, the names and the menu again, and whatever else stands around every page."""
    cache.delete_many([CACHE_KEY, SITES_KEY, BANNERS_KEY])


def breadcrumbs(page: Page, request: HttpRequest) -> list[Link]:
    """The pages above `page`, from the home page down. An unpublished one is left out."""
    site = Site.find_for_request(request)
    if site is None or page.pk is None:
        return []
    above = getattr(page, "above", None)
    if above is None:
        above = page.get_ancestors().descendant_of(site.root_page, inclusive=True)
    return [
        Link("Home" if ancestor.pk == site.root_page_id else ancestor.title, ancestor.get_url(request))
        for ancestor in above
        if ancestor.live
    ]


def _make_frame(request: HttpRequest) -> Frame:
    organisation = Organisation.current()
    site = Site.find_for_request(request)
    public = site.root_page.get_children().live().public() if site else Page.objects.none()
    entries = (Link(title, reverse(name)) for title, name in _entries)
    menu = (*(Link(page.title, page.get_url(request)) for page in public.in_menu()), *entries)
    about = InformationPage.objects.filter(pk__in=public.order_by().values("pk")).defer_streamfields()
    return Frame(
        organisation=organisation.name,
        service_name=organisation.service_name,
        menu=menu,
        about=tuple(Link(page.title, page.get_url(request)) for page in about),
        security_contact=organisation.security_contact,
    )
