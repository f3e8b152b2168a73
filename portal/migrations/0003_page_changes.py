"""The generation of pages is a sum of rows that transactions append, in place of one row that they would wait for.

The numbers begin again at 0: pages are kept in the memory of processes, and these begin again with this code.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0002_generation_moment"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("changes", models.PositiveBigIntegerField(default=1)),
                ("counted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.DeleteModel(name="PageGeneration"),
    ]
