"""Permissions of machina, which say what `forum.access` says."""

from machina.apps.forum_permission.apps import ForumPermissionAppConfig as MachinaConfig


class ForumPermissionConfig(MachinaConfig):
    name = "forum.forum_permission"
    default = True

    def ready(self) -> None:
        """machina's would write a row for each of its permissions after every `migrate`. Nobody is given one: access is asked."""
