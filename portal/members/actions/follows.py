"""What people follow, and that they stop."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from portal.members import follows
from portal.members.actions.refused import RefusedError
from portal.members.models import Cadence, Follow, User
from portal.members.rules import refusal_to_follow


@transaction.atomic
def follow(*, user: User, key: str, cadence: Cadence, now: datetime) -> Follow:
    """Lets `user` follow the thing with that key, as often as `cadence` says. Whoever follows it already changes the cadence.

    Raises `RefusedError` if there is no such thing for them, or if the person follows as much as one may.
    """
    if not follows.may_follow(user, key, now):
        raise RefusedError("This cannot be followed, because it is no longer there.")
    # Two requests at once would each count the follows without the other's.
    User.objects.select_for_update().get(pk=user.pk)
    found = Follow.objects.filter(user=user, key=key).first()
    if found is None:
        if refusal := refusal_to_follow(Follow.objects.filter(user=user).count()):
            raise RefusedError(refusal)
        return Follow.objects.create(user=user, key=key, cadence=cadence, created_at=now)
    found.cadence = cadence
    found.save(update_fields=["cadence"])
    return found


@transaction.atomic
def change_follows(*, user: User, wanted: Mapping[int, Cadence | None]) -> tuple[int, int]:
    """Changes how often `user` hears of what they follow, by the primary keys of the follows; `None` is to stop.

    What is not theirs, or no longer followed, is left alone. Gives how many were changed, and how many stopped.
    """
    stopped, _ = user.follows.filter(
        pk__in=[pk for pk, cadence in wanted.items() if cadence is None]
    ).delete()
    changed = 0
    for cadence in Cadence:
        asked = user.follows.filter(pk__in=[pk for pk, one in wanted.items() if one == cadence])
        changed += asked.exclude(cadence=cadence).update(cadence=cadence)
    return changed, stopped


@transaction.atomic
def unfollow(*, user: User, key: str) -> bool:
    """`user` no longer follows the thing with that key. Returns whether they did."""
    return bool(Follow.objects.filter(user=user, key=key).delete()[0])


@transaction.atomic
def stop_following(*, token: str) -> list[Follow]:
    """Ends the follows that a stop address of `portal.members.follows` is for, and gives them back.

    Whoever holds the address may do it, as often as they like. Raises `follows.UnknownTokenError`.
    """
    stopped = follows.meant_by(token)
    Follow.objects.filter(pk__in=[one.pk for one in stopped]).delete()
    return stopped
