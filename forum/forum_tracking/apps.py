"""Marks of what a person has read."""

from machina.apps.forum_tracking.apps import ForumTrackingAppConfig as MachinaConfig


class ForumTrackingConfig(MachinaConfig):
    name = "forum.forum_tracking"
    default = True
