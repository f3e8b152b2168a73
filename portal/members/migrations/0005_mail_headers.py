from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0004_follow"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_sent_is_dated_and_empty",
        ),
        migrations.AddField(
            model_name="mail",
            name="headers",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("headers", {}),
                        ("html", ""),
                        ("sent_at__isnull", False),
                        ("state", "sent"),
                        ("text", ""),
                    ),
                    models.Q(
                        models.Q(("state", "sent"), _negated=True),
                        ("sent_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="mail_sent_is_dated_and_empty",
            ),
        ),
    ]
