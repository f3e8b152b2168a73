"""What somebody gets of a list by mail, and when mail stops or begins again."""

from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from forum.actions.states import refuse_unless
from forum.models import (
    WAITING,
    Bounce,
    Delivery,
    DeliveryMode,
    DeliveryState,
    MailFormat,
    MailingList,
    Subscription,
)
from forum.rules.delivering import Score, refusal_of_pause, score_after
from portal.members.models import User

NOT_ON_IT = "You are not on this list."


@transaction.atomic
def choose_delivery(
    *,
    mailing_list: MailingList,
    user: User,
    now: datetime,
    delivery: DeliveryMode,
    mail_format: MailFormat,
    own_posts: bool,
    paused_until: datetime | None,
) -> Subscription:
    """Sets what `user` gets of a list by mail, how it is written, and until when there is none. Raises `RefusedError`."""
    found = _locked(mailing_list, user)
    refuse_unless(refusal_of_pause(paused_until, now))
    found.delivery, found.mail_format = delivery, mail_format
    found.own_posts, found.paused_until = own_posts, paused_until
    found.save(update_fields=["delivery", "mail_format", "own_posts", "paused_until"])
    return found


def set_mode(*, mailing_list: MailingList, user: User, delivery: DeliveryMode) -> bool:
    """Sets what somebody gets by mail and leaves the rest as it is. Returns whether they are, or were, on the list."""
    rows = Subscription.objects.filter(list=mailing_list, user=user)
    return rows.update(delivery=delivery, paused_until=None) > 0


def stop_mail(*, subscription: Subscription) -> None:
    """Sends nothing of the list any more, until the person wants it again. They stay on the list. Safe to do twice."""
    Subscription.objects.filter(pk=subscription.pk).update(delivery=DeliveryMode.NONE, paused_until=None)


@transaction.atomic
def resume_mail(*, mailing_list: MailingList, user: User) -> None:
    """Sends mail again to somebody for whom it was stopped because it came back. Raises `RefusedError`."""
    found = _locked(mailing_list, user)
    found.bounce_score, found.bounced_at, found.stopped_at = 0, None, None
    found.save(update_fields=["bounce_score", "bounced_at", "stopped_at"])


@transaction.atomic
def record_bounce(
    *, delivery_id: int, now: datetime, is_hard: bool, said: str
) -> tuple[Subscription | None, bool]:
    """Writes down that a delivery came back, and stops the mail of its subscriber if that happens too often.

    Returns whose it was, if the delivery is known still, and whether mail stopped with this one. A delivery counts once.
    """
    delivery = Delivery.objects.filter(pk=delivery_id).first()
    if delivery is None:
        return None, False
    subscription = Subscription.objects.select_for_update().get(pk=delivery.subscription_id)
    if Bounce.objects.filter(delivery=delivery).exists():
        return subscription, False
    Bounce.objects.create(
        subscription=subscription, delivery=delivery, is_hard=is_hard, said=said[:500], at=now
    )
    if is_hard:
        # It has been sent, even if whoever sent it has not written that up yet.
        Delivery.objects.filter(pk=delivery.pk, state__in=(DeliveryState.SENT, *WAITING)).update(
            state=DeliveryState.BOUNCED,
            said=said[:500],
            settled_at=Coalesce("settled_at", Value(now)),
            batch=None,
        )
    score = score_after(Score(subscription.bounce_score, subscription.bounced_at), now, is_hard=is_hard)
    stops = score.stops and subscription.stopped_at is None
    subscription.bounce_score, subscription.bounced_at = score.sum, score.at
    if stops:
        subscription.stopped_at = now
    subscription.save(update_fields=["bounce_score", "bounced_at", "stopped_at"])
    return subscription, stops


def _locked(mailing_list: MailingList, user: User) -> Subscription:
    found = Subscription.objects.select_for_update().filter(list=mailing_list, user=user).first()
    refuse_unless(None if found else NOT_ON_IT)
    return found
