"""The way of machina to the marks of what a person has read, on ours: its own looks at every topic of a forum."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from machina.apps.forum_tracking.handler import TrackingHandler as MachinaHandler

from forum.actions.reading import mark_list_read, mark_topic_read


class TrackingHandler(MachinaHandler):
    """What machina asks to mark topics and forums as read."""

    def mark_topic_read(self, topic: Any, user: Any) -> None:
        """Marks a topic as read up to its last post."""
        if user.is_authenticated and topic.last_post_on:
            mark_topic_read(topic=topic, user=user, up_to=topic.last_post_on)

    def mark_forums_read(self, forums: Iterable[Any], user: Any) -> None:
        """Marks everything in the forums as read."""
        if user.is_authenticated:
            for one in forums:
                mark_list_read(mailing_list=one.mailing_list, user=user, now=timezone.now())
