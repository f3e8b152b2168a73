"""The audit log."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0009_terms"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_index=True)),
                ("action", models.CharField(db_index=True, max_length=60)),
                ("by", models.BigIntegerField(null=True, verbose_name="number of who did it")),
                ("by_name", models.CharField(blank=True, max_length=300, verbose_name="who did it")),
                (
                    "person",
                    models.BigIntegerField(
                        db_index=True, null=True, verbose_name="number of the person concerned"
                    ),
                ),
                (
                    "person_name",
                    models.CharField(blank=True, max_length=300, verbose_name="person concerned"),
                ),
                ("subject", models.CharField(blank=True, db_index=True, max_length=100)),
                (
                    "subject_name",
                    models.CharField(blank=True, max_length=300, verbose_name="what it concerns"),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("details", models.JSONField(default=dict)),
            ],
            options={
                "verbose_name": "entry of the audit log",
                "verbose_name_plural": "audit log",
                "ordering": ["-at", "-pk"],
                "permissions": [("export_auditentry", "Can export the audit log")],
                "default_permissions": ("view",),
            },
        ),
    ]
