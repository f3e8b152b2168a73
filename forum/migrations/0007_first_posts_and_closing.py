"""How many of a newcomer's posts are held, and since when a list is being closed."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listserver", "0006_every_list_has_a_forum"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailinglist",
            name="hold_first_posts",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="So many of a newcomer's first posts are held until a manager has looked at them. 0: none.",
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="first posts to look at",
            ),
        ),
        migrations.AddField(
            model_name="mailinglist",
            name="moving_since",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="closing began"),
        ),
    ]
