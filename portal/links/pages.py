"""The links that published pages show to readers, whatever blocks they stand in: each text is rendered as readers get it."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import URLField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from portal.links.gathering import Found, Place, left_out, links_in
from portal.links.rules import address_of
from portal.rows import in_pieces


def gather() -> Iterator[Place]:
    """Every published page that has links."""
    pages = Page.objects.live().filter(depth__gt=1).not_type(*left_out())
    for page in in_pieces(pages.specific(), 50):
        place = place_of(page)
        if place.links:
            yield place


def place_of(page: Page) -> Place:
    """A published page, by its specific type, with its links."""
    found: dict[str, Found] = {}
    for field in page._meta.get_fields():
        if not getattr(field, "concrete", False) or field.model is Page:
            continue
        value = getattr(page, field.attname)
        if isinstance(field, StreamField):
            links = links_in(str(value))
        elif isinstance(field, RichTextField):
            links = links_in(expand_db_html(value))
        elif isinstance(field, URLField):
            address = address_of(value or "", settings.BASE_URL)
            links = [Found(address)] if address else []
        else:
            continue
        for link in links:
            found.setdefault(link.address, link)
    return Place(f"page:{page.pk}", page.title, page.pk, list(found.values()))
