"""What people are told when an event is called off."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="eventpage",
            name="cancelled_why",
            field=models.CharField(
                blank=True, editable=False, max_length=250, verbose_name="what people are told"
            ),
        ),
    ]
