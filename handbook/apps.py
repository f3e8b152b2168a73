"""The versioned handbook: a working copy, and editions that never change."""

from django.apps import AppConfig


class HandbookConfig(AppConfig):
    name = "handbook"
    verbose_name = "Handbook"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.models import ReferenceIndex
        from wagtail.signals import workflow_cancelled, workflow_rejected

        from handbook import cards, following, links, mail, personal, receivers, weekly
        from handbook.feeds import feeds_of_handbooks
        from handbook.models import EditionAsset
        from handbook.triggers import guard
        from portal.members.mail import register_samples
        from portal.members.personal import register
        from portal.pages import feeds

        guard.connect(self)
        workflow_rejected.connect(receivers.reopen_edition, dispatch_uid="handbook.reopen")
        workflow_cancelled.connect(receivers.reopen_edition, dispatch_uid="handbook.reopen")
        # So that the admin says where a picture is used, and refuses to delete it while an edition shows it.
        ReferenceIndex.register_model(EditionAsset)
        register_samples(mail.samples)
        cards.connect()
        feeds.register(feeds_of_handbooks)
        following.connect()
        weekly.connect()
        links.connect()
        register("handbook", personal.SUBJECT)
