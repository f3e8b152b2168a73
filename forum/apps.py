"""The listserver-style forum: who may be there, until when, and why."""

from dataclasses import replace
from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class ForumConfig(AppConfig):
    name = "forum"
    label = "listserver"  # machina has taken the label "forum"
    verbose_name = "Forum"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from forum import explaining, letters, mail, personal
        from forum.actions.forgetting import forget_in_lists
        from forum.audit import ACTIONS
        from forum.models import Attachment
        from forum.receivers import carry_over_who_accepted, delete_file_of
        from portal.members import audit
        from portal.members.mail import register_samples
        from portal.members.models import Acceptance
        from portal.members.personal import register
        from portal.pages.navigation import register_entry

        import_module("forum.cards").connect()
        import_module("forum.following").connect()
        import_module("forum.weekly").connect()
        import_module("forum.triggers").guard.connect(self)
        audit.register(ACTIONS)
        register("forum", replace(personal.SUBJECT, forget=forget_in_lists))
        register_entry("Forum", "forum")
        post_delete.connect(delete_file_of, sender=Attachment, dispatch_uid="forum.delete_file_of")
        register_samples(mail.samples)
        register_samples(explaining.samples)
        register_samples(letters.samples)
        post_save.connect(carry_over_who_accepted, sender=Acceptance, dispatch_uid="forum.carry_over")
