"""Questions to the advisory service, from the form until they are deleted."""

from dataclasses import replace

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "portal.enquiries"
    label = "enquiries"
    verbose_name = "Questions to advisers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only once all apps are there.
        from portal.enquiries import mail, personal
        from portal.enquiries.actions.forgetting import forget
        from portal.enquiries.audit import ACTIONS
        from portal.members import audit
        from portal.members.mail import register_samples
        from portal.members.personal import register

        audit.register(ACTIONS)
        register_samples(mail.samples)
        register("enquiries", replace(personal.SUBJECT, forget=forget))
