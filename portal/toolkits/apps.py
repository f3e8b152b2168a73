"""Toolkits that work: checklists that networks tick, documents filled from forms, and a calculator of funding."""

from django.apps import AppConfig


class ToolkitsConfig(AppConfig):
    name = "portal.toolkits"
    label = "toolkits"
    verbose_name = "Toolkits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.members import audit
        from portal.members.mail import register_samples
        from portal.members.personal import register
        from portal.toolkits import mail, personal, receivers
        from portal.toolkits.audit import ACTIONS
        from portal.toolkits.triggers import guard

        audit.register(ACTIONS)
        register_samples(mail.samples)
        receivers.connect()
        guard.connect(self)
        register("toolkits", personal.SUBJECT)
