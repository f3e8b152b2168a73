"""A mail that waits keeps what goes with it, such as an entry for a calendar."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0016_one_draft_of_terms"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_sent_is_dated_and_empty",
        ),
        migrations.AddField(
            model_name="mail",
            name="attachments",
            field=models.JSONField(
                blank=True, default=list, help_text="As `portal.members.mail` packs them."
            ),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("attachments", []),
                        ("headers", {}),
                        ("html", ""),
                        ("sent_at__isnull", False),
                        ("state", "sent"),
                        ("text", ""),
                    ),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="mail_sent_is_dated_and_empty",
            ),
        ),
    ]
