"""What follows when the list of events is made, and when somebody signs in who has a basket."""

from contextlib import suppress
from typing import Any

from django.contrib.auth import user_logged_in
from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from wagtail.models import GroupPagePermission

from events.actions.baskets import IN_SESSION, adopt
from events.models import EventIndexPage, Order, OrderState
from portal.members.actions import RefusedError
from portal.members.groups import EVENT_ORGANISER
from portal.members.models import User

MAY = ["add_page", "change_page"]


@receiver(post_save, sender=EventIndexPage, dispatch_uid="events.let_organisers_write")
def let_organisers_write(instance: EventIndexPage, **kwargs: Any) -> None:
    """Event organisers write the pages of events, which publishers approve like any others."""
    if not kwargs["created"] or kwargs["raw"]:
        return
    may = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=MAY)
    for group in Group.objects.filter(name=EVENT_ORGANISER):
        for permission in may:
            GroupPagePermission.objects.get_or_create(group=group, page=instance, permission=permission)


@receiver(user_logged_in, dispatch_uid="events.price_the_basket")
def price_the_basket(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """A basket that was begun before signing in shows from then on what it costs this person."""
    session = getattr(request, "session", {})
    key = session.get(IN_SESSION)
    order = Order.objects.filter(pk=key, state=OrderState.OPEN, user=None).first() if key else None
    if order is not None:
        with suppress(RefusedError):
            adopt(order=order, user=user, now=timezone.now())
