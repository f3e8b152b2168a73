"""Links that readers are shown: where they stand, where they lead, and whether anything is there."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "portal.links"
    label = "links"
    verbose_name = "Links"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.links import pages, receivers
        from portal.links.gathering import register

        register("page", pages.gather)
        receivers.connect()
