"""Conferences, webinars and courses: what is on, who has a place, and who pays."""

from dataclasses import replace

from django.apps import AppConfig
from django.core.checks import register as register_check


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = "Events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from events import cards, checks, following, mail, personal, receivers  # noqa: F401  receivers listen by being imported
        from events.actions.forgetting import forget_in_orders
        from events.audit import ACTIONS
        from events.feeds import feeds_of_events
        from portal.members import audit
        from portal.members.mail import register_samples
        from portal.members.personal import register
        from portal.pages import feeds

        cards.connect()
        following.connect()
        feeds.register(feeds_of_events)
        register_check(checks.card_provider)
        audit.register(ACTIONS)
        register_samples(mail.samples)
        register("events", replace(personal.SUBJECT, forget=forget_in_orders))
