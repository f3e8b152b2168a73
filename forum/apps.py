"""The listserver-style forum: who may be there, until when, and why."""

from importlib import import_module

from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "forum"
    label = "listserver"  # machina has taken the label "forum"
    verbose_name = "Forum"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from forum.audit import ACTIONS
        from portal.members import audit

        import_module("forum.triggers").guard.connect(self)
        audit.register(ACTIONS)
