"""Topics and posts: machina's, with what this forum adds to them. machina finds them here in place of its own."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from machina.apps.forum_conversation.abstract_models import AbstractPost, AbstractTopic


class Topic(AbstractTopic):
    """A subject and the posts about it. Its counters are kept by `forum.counting` alone."""

    # machina's would take the topics of a person who goes, and everybody's answers with them.
    poster = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(default=timezone.now, db_index=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged"
    )

    class Meta(AbstractTopic.Meta):
        abstract = False
        indexes = [
            *AbstractTopic.Meta.indexes,
            models.Index(fields=["forum", "-type", "-last_post_on"], name="topic_of_list_newest"),
            models.Index(fields=["forum", "-last_post_on"], name="topic_of_list_active"),
        ]

    def __str__(self) -> str:
        # machina's asks for the first post.
        return self.subject

    def update_trackers(self) -> None:
        """machina counts every topic of the forum again, without a lock. Here `forum.counting.settle` counts."""


class Post(AbstractPost):
    """What somebody wrote. `approved` is whether readers see it; a post that is not is held or was refused (`forum.models.Hold`)."""

    poster = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="posts"
    )
    created = models.DateTimeField(default=timezone.now, db_index=True)
    edited_at = models.DateTimeField("edited", null=True, blank=True)
    answers = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="answered_by"
    )
    # Of an archive of mails: it is nobody's news, whatever its date.
    brought_in_at = models.DateTimeField("brought in", null=True, blank=True, editable=False)
    # The form that it was sent from: pressing twice, or going back and pressing again, posts once.
    submission = models.UUIDField(null=True, blank=True, editable=False)

    class Meta(AbstractPost.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["poster", "submission"], name="post_once_for_a_form"),
        ]
        indexes = [
            models.Index(fields=["topic", "created", "id"], name="post_of_topic"),
            models.Index(fields=["poster", "created"], name="post_of_person"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves this row alone. machina's would count the whole forum again."""
        super(AbstractPost, self).save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Deletes this row alone. machina's would count the whole forum again."""
        return super(AbstractPost, self).delete(*args, **kwargs)
