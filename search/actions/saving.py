"""Saving a search, changing how often its person is written to, and deleting it."""

from datetime import datetime

from django.db import transaction

from portal.members import actions
from portal.members.actions import RefusedError
from portal.members.models import Cadence, User
from search.following import as_typed, canonical, chosen_in, search_key
from search.models import SavedSearch
from search.rules.queries import parse
from search.rules.saving import refusal_to_save


@transaction.atomic
def save_search(
    *, user: User, text: str, query_string: str, cadence: Cadence | None, now: datetime
) -> SavedSearch:
    """Saves a search for `user`, who is told of what appears from now on. Whoever has saved it changes how often.

    Raises `RefusedError` if it asks for nothing, if it is too long, or if the person has saved as many as one may.
    """
    text, chosen = as_typed(text), canonical(chosen_in(query_string))
    # Two requests at once would each count the searches without the other's.
    User.objects.select_for_update().get(pk=user.pk)
    saved = SavedSearch.objects.filter(user=user, text=text, chosen=chosen).first()
    if saved is None:
        others = SavedSearch.objects.filter(user=user).count()
        if refusal := refusal_to_save(text, chosen, parse(text), others):
            raise RefusedError(refusal)
        saved = SavedSearch.objects.create(
            user=user, text=text, chosen=chosen, told_until=now, created_at=now
        )
    change_frequency(saved=saved, cadence=cadence, now=now)
    return saved


@transaction.atomic
def change_frequency(*, saved: SavedSearch, cadence: Cadence | None, now: datetime) -> None:
    """Changes how often the person of a saved search is written to; None: no longer.

    Raises `RefusedError` if they follow as much as one may.
    """
    key = search_key(saved.pk)
    if cadence is None:
        actions.unfollow(user=saved.user, key=key)
    else:
        actions.follow(user=saved.user, key=key, cadence=cadence, now=now)


@transaction.atomic
def delete_search(*, saved: SavedSearch) -> None:
    """Deletes a saved search, and with it the wish to be told."""
    actions.unfollow(user=saved.user, key=search_key(saved.pk))
    saved.delete()
