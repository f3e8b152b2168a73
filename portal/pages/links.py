"""Links to pages in a text, looked up once for all the texts of a page, and of the pages after it."""

from typing import Any

from django.core.cache import cache
from django.utils.html import escape
from wagtail.rich_text.pages import PageLinkHandler

ADDRESSES_KEY = "pages.addresses"
MOST_ADDRESSES = 5000
# Other processes notice a new address after this time; the one that makes it notices at once.
SECONDS = 60


class PageLink(PageLinkHandler):
    """Wagtail's handler asks the database for each text anew, two queries every time."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        known = cache.get(ADDRESSES_KEY, {})
        unknown = [attrs for attrs in attrs_list if attrs.get("id") not in known]
        if unknown:
            found = {
                attrs.get("id"): page.localized.url if page else None
                for attrs, page in zip(unknown, cls.get_many(unknown), strict=True)
            }
            known = {**(known if len(known) < MOST_ADDRESSES else {}), **found}
            cache.set(ADDRESSES_KEY, known, SECONDS)
            # What was dropped to make room is looked up again.
            if any(attrs.get("id") not in known for attrs in attrs_list):
                return super().expand_db_attributes_many(attrs_list)
        return [_anchor(known[attrs.get("id")]) for attrs in attrs_list]


def forget_addresses() -> None:
    """Have the next text look its links up again."""
    cache.delete(ADDRESSES_KEY)


def _anchor(address: str | None) -> str:
    return f'<a href="{escape(address)}">' if address else "<a>"
