"""Lists of pages as something to follow, by the key `page:<page>`: whoever does hears of each page that is new below one."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from wagtail.models import Page, get_page_models

from portal.members.follows import Followed, register
from portal.pages import news
from portal.pages.models.base import BasePage
from portal.pages.news import Item

HEADING = "News and guidance"
LIST = re.compile(r"page:([1-9]\d{0,8})")


def list_key(page_id: int) -> str:
    return f"page:{page_id}"


def connect() -> None:
    """Tells the follows what our keys mean, and has new pages of lists told of."""
    register("page", describe_lists, group=HEADING)
    news.register(HEADING, pages_in_lists, items_of, news.SAMPLE)


def lists() -> QuerySet[Page]:
    """The lists with a feed that anyone may read: what is new in them can be followed by mail too."""
    models = tuple(model for model in get_page_models() if getattr(model, "has_feed", False))
    return Page.objects.type(models).live().public()


def pages_in_lists() -> list[type[Page]]:
    """The types of pages that stand in such lists."""
    models = [model for model in get_page_models() if getattr(model, "has_feed", False)]
    return [below for model in models for below in model.allowed_subpage_models()]


def describe_lists(keys: Sequence[str]) -> dict[str, Followed]:
    wanted = {int(found[1]): key for key in keys if (found := LIST.fullmatch(key))}
    return {wanted[one.pk]: Followed(one.title, one.url) for one in lists().filter(pk__in=wanted)}


def items_of(pages: Sequence[int], now: datetime) -> list[Item]:
    """Those of the pages that anyone may read, and that stand directly in a list, the oldest first."""
    found = list(
        Page.objects.filter(pk__in=pages)
        .type(tuple(pages_in_lists()))
        .live()
        .public()
        .order_by("first_published_at", "pk")
        .specific()
    )
    above = lists().in_bulk({page.path[: -Page.steplen] for page in found}, field_name="path")
    return [_item(page, above[home]) for page in found if (home := page.path[: -Page.steplen]) in above]


def _item(page: BasePage, home: Page) -> Item:
    return Item(
        page_id=page.pk,
        what=f"in {home.title}",
        title=page.title,
        url=f"{settings.BASE_URL}{home.url}{page.slug}/",
        facts=(),
        summary=page.summary,
        titles={list_key(home.pk): home.title},
    )
