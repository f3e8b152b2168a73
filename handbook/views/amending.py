"""What changed from edition to edition: the list of editions, and every amendment and erratum, to read or to subscribe to."""

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from handbook import entries as listing
from handbook import reading
from handbook.entries import Entry, Filter
from handbook.models import HandbookPage
from handbook.views.frame import page, part, read_only

EDITIONS_A_PAGE = 10
ENTRIES_IN_FEED = 100
# What somebody may have pasted and XML has no way to say.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@read_only
def editions(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """Every published edition, newest first, with what it is today."""
    items = reading.editions(handbook, timezone.localdate())
    published = [item.edition for item in items]
    return page(request, "handbook/editions.html", handbook, editions=items, published=published)


@read_only
def amendments(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """Every amendment and erratum of every published edition, newest first, or those that the reader wants to see."""
    published = reading.editions(handbook, timezone.localdate())
    every = [item.edition for item in published]
    everything = listing.everything_in(every)
    chosen = Filter.read(request.GET, everything.chapters)
    found = everything.narrowed(chosen)
    items = [item for item in published if not chosen or found.of(item.edition)]
    listed = part(items, request, EDITIONS_A_PAGE)
    entries = listing.entries_of(handbook.url, [item.edition for item in listed], found, every)
    numbers = {item.edition.pk: item.edition.number for item in published}
    return page(
        request,
        "handbook/amendments.html",
        handbook,
        listed=listed,
        groups=[
            {
                "item": item,
                "entries": entries[item.edition.pk],
                "before": numbers.get(item.edition.previous_id),
            }
            for item in listed
        ],
        filter=chosen,
        chapters=everything.chapters,
        total=found.count,
    )


@read_only
def feed(handbook: HandbookPage, request: HttpRequest) -> HttpResponse:
    """The newest hundred amendments and errata in the Atom format, narrowed as the list is."""
    editions = list(handbook.editions.published())
    everything = listing.everything_in(editions)
    chosen = Filter.read(request.GET, everything.chapters)
    entries = listing.newest(handbook.url, editions, everything.narrowed(chosen), ENTRIES_IN_FEED)
    home = f"{settings.BASE_URL}{handbook.url}amendments/"
    query = f"?{chosen.query}" if chosen else ""
    atom = _Feed(
        title=UNSPEAKABLE.sub("", f"{handbook.title}: {chosen.in_words or 'amendments'}"),
        link=home + query,
        description=None,
        language="en-GB",
        author_name=handbook.title,
        feed_url=f"{home}feed/{query}",
        feed_guid=listing.tag(handbook, f"amendments{query}"),
    )
    atom.changed_at = entries[0].at if entries else handbook.first_published_at or timezone.now()
    for entry in entries:
        _add(atom, handbook, entry)
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


class _Feed(Atom1Feed):
    """A feed that was changed when its newest entry was, whatever the moment it is asked for."""

    changed_at: datetime

    def latest_post_date(self) -> datetime:
        return self.changed_at


def _add(atom: Atom1Feed, handbook: HandbookPage, entry: Entry) -> None:
    atom.add_item(
        title=UNSPEAKABLE.sub("", entry.heading),
        link=settings.BASE_URL + entry.address,
        description=UNSPEAKABLE.sub("", entry.html),
        unique_id=listing.tag(handbook, entry.identity),
        pubdate=entry.at,
        updateddate=entry.at,
        categories=[entry.kind],
    )
