"""Up to whom the weekly mails have been written."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0017_mail_attachments"),
    ]

    operations = [
        migrations.CreateModel(
            name="WeeklyMailing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.CharField(max_length=8, unique=True)),
                ("reached", models.BigIntegerField(default=0)),
                ("written_at", models.DateTimeField(blank=True, null=True, verbose_name="written")),
            ],
            options={
                "ordering": ["week"],
            },
        ),
    ]
