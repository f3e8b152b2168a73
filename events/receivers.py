"""What follows when the list of events is made."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models.signals import post_save
from django.dispatch import receiver
from wagtail.models import GroupPagePermission

from events.models import EventIndexPage
from portal.members.groups import EVENT_ORGANISER


@receiver(post_save, sender=EventIndexPage, dispatch_uid="events.let_organisers_write")
def let_organisers_write(instance: EventIndexPage, **kwargs: Any) -> None:
    """Event organisers write the pages of events, which publishers approve like any others."""
    if not kwargs["created"] or kwargs["raw"]:
        return
    group = Group.objects.filter(name=EVENT_ORGANISER).first()
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=["add_page", "change_page"]
    ):
        if group is not None:
            GroupPagePermission.objects.get_or_create(group=group, page=instance, permission=permission)
