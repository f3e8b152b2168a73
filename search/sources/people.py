"""Networks, and the directors whom the directory names."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time

from django.urls import reverse
from django.utils import timezone

from portal.members.directory import listed_directors
from portal.members.models import Appointment, Network
from search.models import Entry
from search.sources.base import PUBLIC, TRAIL, Labels, entry
from search.watching import Watch

NETWORKS = "Networks"


class NetworkSource:
    """A network with its practices."""

    name = "network"
    kinds = {"network": "Network"}
    watches = (
        Watch("members_network", "'network:' || {row}.id"),
        Watch("members_networkpractice", "'network:' || {row}.network_id"),
        Watch(
            "members_practice",
            "SELECT 'network:' || network_id FROM members_networkpractice WHERE practice_id = {row}.id",
            ("name", "code"),
            ("UPDATE",),
        ),
    )

    def keys(self) -> Iterable[int]:
        return Network.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        for network in Network.objects.filter(pk__in=keys).prefetch_related("practices__practice"):
            practices = [f"{one.practice.name} {one.practice.code}" for one in network.practices.all()]
            yield entry(
                f"network:{network.pk}",
                access=PUBLIC,
                url=reverse("network", args=[network.code]),
                title=network.name,
                summary=" · ".join(filter(None, [network.code, network.board, network.get_region_display()])),
                body=" · ".join(practices),
                trail=NETWORKS,
                labels=Labels("network", region=network.region),
                weight=0.9,
            )


class PersonSource:
    """A clinical director who has agreed to be named, for as long as the appointment and the network last."""

    name = "person"
    kinds = {"person": "Person"}
    watches = (
        Watch("members_appointment", "'person:' || {row}.id"),
        Watch(
            "members_user",
            "SELECT 'person:' || id FROM members_appointment WHERE user_id = {row}.id",
            ("first_name", "last_name", "is_active"),
            ("UPDATE",),
            "OLD.first_name <> NEW.first_name OR OLD.last_name <> NEW.last_name OR OLD.is_active <> NEW.is_active",
        ),
        Watch(
            "members_network",
            "SELECT 'person:' || id FROM members_appointment WHERE network_id = {row}.id",
            ("name", "code", "region", "ends_on"),
            ("UPDATE",),
        ),
    )

    def keys(self) -> Iterable[int]:
        return Appointment.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        for one in listed_directors().filter(pk__in=keys).select_related("user", "network"):
            if one.network is None:
                continue
            until = min(filter(None, (one.ends_on, one.network.ends_on)), default=None)
            yield entry(
                f"person:{one.pk}",
                access=PUBLIC,
                url=reverse("network", args=[one.network.code]),
                title=one.user.get_full_name(),
                summary=f"{one.get_role_display()}, {one.network.name}",
                trail=NETWORKS + TRAIL + one.network.name,
                labels=Labels("person", region=one.network.region),
                shown_from=_midnight(one.starts_on),
                shown_until=until and max(_midnight(until), _midnight(one.starts_on)),
                weight=0.9,
            )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
