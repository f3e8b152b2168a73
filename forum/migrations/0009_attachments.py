"""Files that belong to posts."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import forum.models.attachments


class Migration(migrations.Migration):
    dependencies = [
        ("listserver", "0008_holds_reports_versions_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "file",
                    models.FileField(
                        max_length=120,
                        storage=forum.models.attachments.private_storage,
                        upload_to=forum.models.attachments.place_of_file,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="As readers see it. It says nothing of where the file is.", max_length=150
                    ),
                ),
                (
                    "type",
                    models.CharField(help_text="The media type, found out from the content.", max_length=100),
                ),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField(blank=True, null=True)),
                ("height", models.PositiveIntegerField(blank=True, null=True)),
                ("created_at", models.DateTimeField(verbose_name="sent")),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="listserver.mailinglist",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="forum_conversation.post",
                    ),
                ),
                (
                    "uploader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="attachments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["created_at", "pk"],
                "indexes": [models.Index(fields=["uploader", "created_at"], name="attachment_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("height__isnull", True), ("width__isnull", True)),
                            models.Q(("height__isnull", False), ("width__isnull", False)),
                            _connector="OR",
                        ),
                        name="attachment_is_a_picture_or_not",
                    )
                ],
            },
        ),
    ]
