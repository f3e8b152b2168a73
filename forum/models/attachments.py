"""Files that belong to posts. They lie in private storage and are given out through the question of access alone."""

import uuid

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from forum.forum_conversation.models import Post
from forum.models.lists import MailingList
from portal.members.models import User

FOLDER = "attachments"


def private_storage() -> Storage:
    return storages["private"]


def place_of_file(attachment: "Attachment", filename: str) -> str:
    return f"{FOLDER}/{attachment.key.hex[:2]}/{attachment.key.hex}"


class Attachment(models.Model):
    """A file that somebody added to a post, or is about to: without a post it is nobody's but the person's who sent it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    list = models.ForeignKey(MailingList, on_delete=models.CASCADE, related_name="attachments")
    post = models.ForeignKey(
        Post, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    uploader = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="attachments")
    file = models.FileField(storage=private_storage, upload_to=place_of_file, max_length=120)
    name = models.CharField(
        max_length=150, help_text="As readers see it. It says nothing of where the file is."
    )
    type = models.CharField(max_length=100, help_text="The media type, found out from the content.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField("sent")

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(width__isnull=True, height__isnull=True)
                | Q(width__isnull=False, height__isnull=False),
                name="attachment_is_a_picture_or_not",
            ),
        ]
        indexes = [models.Index(fields=["uploader", "created_at"], name="attachment_of_person")]

    def __str__(self) -> str:
        return self.name

    @property
    def present_list(self) -> MailingList:
        """The list in which the file is now: a topic can be moved, and its files go with it."""
        return self.list if self.post is None else self.post.topic.forum.mailing_list
