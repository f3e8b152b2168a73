"""Where a basket was begun, so that nobody can empty a pool from one network address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0008_limits_of_tickets"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="origin",
            field=models.CharField(
                blank=True,
                db_index=True,
                editable=False,
                max_length=16,
                verbose_name="where the basket was begun",
            ),
        ),
    ]
