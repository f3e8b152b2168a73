import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_address_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("at-once", "As soon as it happens"),
                            ("weekly", "Once a week, in one mail"),
                        ],
                        max_length=10,
                        verbose_name="how often",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="since")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["key"], name="follow_key")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="follow_once_per_person"),
                    models.CheckConstraint(
                        condition=models.Q(("cadence__in", ["at-once", "weekly"])),
                        name="follow_cadence_is_known",
                    ),
                ],
            },
        ),
    ]
