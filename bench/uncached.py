"""What a page costs when it is made anew: queries of the database and time on the processor, for each type of public page.

Runs inside the portal, on the database and with the settings of its environment; `bench/pages.py` calls it on a database of its
own. For each class of page the one stands that asks the most of the database, and one for each kind of page that a handbook serves
below its own.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator

import django
import ground  # noqa: F401  puts the portal before this folder, whose files have names of apps

HOST = "portal.example.org"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--times", type=int, default=20, help="how often each page is made (20)")
    options = parser.parse_args()
    django.setup()
    pages = []
    for page_type, path in page_types():
        queries, cpu_ms = cost(path, options.times)
        pages.append({"page_type": page_type, "path": path, "queries": queries, "cpu_ms": cpu_ms})
        print(f"  {page_type}: {queries} queries, {cpu_ms} ms", file=sys.stderr, flush=True)
    if options.json:
        print(json.dumps({"pages": pages}))
    return 0


def page_types() -> Iterator[tuple[str, str]]:
    """Each type of public page, and the path of the page of that type that takes the most queries."""
    from wagtail.models import Page, get_page_models

    from handbook.models import HandbookPage, SectionPage

    for model in get_page_models():
        if model is Page or issubclass(model, (HandbookPage, SectionPage)):
            continue
        pages = model.objects.live().public().filter(depth__gt=1).order_by("path")
        if paths := [page.url for page in pages if page.url]:
            yield str(model._meta.verbose_name), max(paths, key=lambda path: cost(path, 1)[0])
    handbook = HandbookPage.objects.live().public().order_by("path").first()
    if handbook is not None:
        yield from handbook_pages(handbook)


def handbook_pages(handbook: "HandbookPage") -> Iterator[tuple[str, str]]:  # noqa: F821  apps are not loaded at import
    """The kinds of page below a handbook: those of the edition in force, and those of the oldest one."""
    from handbook.models import Edition, State

    published = Edition.objects.filter(handbook=handbook, state=State.PUBLISHED).order_by("sequence")
    oldest, newest = published.first(), published.last()
    sections = newest.sections.present().exclude(parent=None).order_by("position")
    anchor = sections[len(sections) // 2].anchor
    yield "handbook contents", handbook.url
    yield "handbook section", f"{handbook.url}{anchor}/"
    yield "handbook whole", f"{handbook.url}whole/"
    yield "handbook amendments", f"{handbook.url}amendments/"
    yield "handbook editions", f"{handbook.url}editions/"
    yield "handbook older contents", f"{handbook.url}{oldest.number}/"
    section = oldest.sections.present().exclude(parent=None).order_by("position").first()
    yield "handbook older section", f"{handbook.url}{oldest.number}/{section.anchor}/"


def cost(path: str, times: int) -> tuple[int, float]:
    """Queries of one answer, and the median of the milliseconds on the processor. Raises SystemExit if it is not 200."""
    from django.db import connection
    from django.test import Client

    client = Client(headers={"host": HOST})
    queries = 0

    def counted(execute: Callable[..., object], *rest: object) -> object:
        nonlocal queries
        queries += 1
        return execute(*rest)

    first = client.get(path, secure=True)
    if first.status_code != 200:
        raise SystemExit(f"{path} is answered with {first.status_code}.")
    with connection.execute_wrapper(counted):
        client.get(path, secure=True)
    spent = []
    for _ in range(times):
        begun = time.process_time()
        client.get(path, secure=True)
        spent.append(time.process_time() - begun)
    return queries, round(statistics.median(spent) * 1000, 2)


if __name__ == "__main__":
    sys.exit(main())
