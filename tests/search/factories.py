"""What the tests of saved searches need beyond `tests.factories`."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from portal.members.models import Cadence, User
from search.actions.saving import save_search
from search.models import Entry, SavedSearch
from tests.factories import NOW

_numbers = count(1)


def make_entry(title: str = "Quorum", *, at: datetime = NOW, **fields: Any) -> Entry:
    """Something that everybody can find from `at` on."""
    number = next(_numbers)
    values = {
        "source": f"made:{number}",
        "access": "public",
        "kind": "article",
        "labels": f"|kind:{fields.get('kind', 'article')}|",
        "url": f"/made/{number}/",
        **fields,
    }
    return Entry.objects.create(title=title, indexed_at=at, appeared_at=at, **values)


def make_saved(
    user: User,
    text: str = "quorum",
    query_string: str = "",
    *,
    cadence: Cadence | None = Cadence.AT_ONCE,
    at: datetime = NOW - timedelta(days=30),
) -> SavedSearch:
    """`user` saved the search at that moment."""
    return save_search(user=user, text=text, query_string=query_string, cadence=cadence, now=at)
