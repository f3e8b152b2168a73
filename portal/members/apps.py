"""Who is who, and until when."""

from dataclasses import replace
from importlib import import_module

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "portal.members"
    label = "members"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Checks and receivers register themselves when they are imported, which has to wait for the models.
        import_module("portal.members.checks")
        import_module("portal.members.receivers")
        import_module("portal.members.triggers").guard.connect(self)
        from portal.members import mail, weekly
        from portal.members.actions.forgetting import forget_account
        from portal.members.personal import account, register

        mail.register_samples(weekly.samples)
        register("members", replace(account.SUBJECT, forget=forget_account))
