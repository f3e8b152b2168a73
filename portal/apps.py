"""Puts the parts together: addresses, schedules, commands."""

from django.apps import AppConfig, apps
from django.core.checks import register
from django.db.models.signals import post_migrate


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only once every app is loaded.
        from portal import checks, receivers, schedule

        register(checks.libraries_for_pdf)
        register(checks.media_folder)
        register(checks.private_folder)
        receivers.connect()
        post_migrate.connect(
            schedule.load_after_migrate,
            sender=apps.get_app_config("django_q"),
            dispatch_uid="portal.schedule.load",
        )
