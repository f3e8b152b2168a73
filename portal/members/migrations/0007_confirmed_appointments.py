"""Appointments are confirmed by a manager, and listed in the directory if the person agrees."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0006_networks_and_practices"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="appointment",
            options={
                "ordering": ["-starts_on"],
                "permissions": [("confirm_appointment", "Can confirm that a person has a role")],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="confirmed"),
        ),
        migrations.AddField(
            model_name="appointment",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="listed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the person agreed that the public directory names them.",
                null=True,
                verbose_name="in the directory since",
            ),
        ),
    ]
