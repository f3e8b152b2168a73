"""What stands around every page: whose portal it is, the menu, and the way back up."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page, Site

from portal.pages.models import InformationPage, Organisation

CACHE_KEY = "pages.frame"
SITES_KEY = "pages.sites"
MOST_HOSTS = 20
# Other processes notice a change of the menu or a site after this time; the one that makes it notices at once.
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
    frame = cache.get(CACHE_KEY)
    if frame is None:
        frame = _make_frame(request)
        cache.set(CACHE_KEY, frame, SECONDS)
    return frame


def site_for(request: HttpRequest) -> Site | None:
    """The site that Wagtail finds for the request's host, which costs no query as long as it is in the cache."""
    host = request.get_host()
    sites = cache.get(SITES_KEY, {})
    if host not in sites:
        site = Site.find_for_request(request)
        sites = {**sites, host: site} if len(sites) < MOST_HOSTS else {host: site}
        cache.set(SITES_KEY, sites, SECONDS)
    return sites[host]


def forget_frame() -> None:
    """Have the next page read the site, the names and the menu again."""
    cache.delete_many([CACHE_KEY, SITES_KEY])


def breadcrumbs(page: Page, request: HttpRequest) -> list[Link]:
    """The pages above `page`, from the home page down. An unpublished one is left out."""
    site = Site.find_for_request(request)
    if site is None or page.pk is None:
        return []
    above = getattr(page, "above", None)  # known from the way to the page
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
    pages = site.root_page.get_children().live().public().in_menu() if site else []
    entries = (Link(title, reverse(name)) for title, name in _entries)
    menu = (*(Link(page.title, page.get_url(request)) for page in pages), *entries)
    about = (
        InformationPage.objects.child_of(site.root_page).live().public().defer_streamfields() if site else []
    )
    return Frame(
        organisation=organisation.name,
        service_name=organisation.service_name,
        menu=menu,
        about=tuple(Link(page.title, page.get_url(request)) for page in about),
        security_contact=organisation.security_contact,
    )
