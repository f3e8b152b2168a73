"""What people follow, and that they stop."""

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
def change_cadence(*, user: User, key: str, cadence: Cadence) -> None:
    """Changes how often `user` hears of what they follow. Raises `RefusedError` if they do not follow it."""
    if not Follow.objects.filter(user=user, key=key).update(cadence=cadence):
        raise RefusedError(
            "You no longer follow this. To change how often we write to you, follow it again first."
        )


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
