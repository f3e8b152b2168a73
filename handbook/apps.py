"""The versioned handbook: a working copy, and editions that never change."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HandbookConfig(AppConfig):
    name = "handbook"
    verbose_name = "Handbook"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.models import ReferenceIndex

        from handbook import receivers
        from handbook.models import EditionAsset

        post_migrate.connect(receivers.install_triggers, sender=self)
        # So that the admin says where a picture is used, and refuses to delete it while an edition shows it.
        ReferenceIndex.register_model(EditionAsset)
