"""Conferences, webinars and courses: what is on, who has a place, and who pays."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from events import cards

        cards.connect()
