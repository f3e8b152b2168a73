"""Marks of what a person has read. They are set by what was read, not by when they are saved."""

from django.db import models
from machina.apps.forum_tracking.abstract_models import AbstractForumReadTrack, AbstractTopicReadTrack


class ForumReadTrack(AbstractForumReadTrack):
    """Everything in a list up to a moment has been read."""

    mark_time = models.DateTimeField(db_index=True)

    class Meta(AbstractForumReadTrack.Meta):
        abstract = False


class TopicReadTrack(AbstractTopicReadTrack):
    """A topic has been read up to a moment, later than that of its list."""

    mark_time = models.DateTimeField(db_index=True)

    class Meta(AbstractTopicReadTrack.Meta):
        abstract = False
