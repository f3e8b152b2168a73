"""From now on there is no list without a forum."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listserver", "0005_make_forums")]
    operations = [
        migrations.AlterField(
            model_name="mailinglist",
            name="forum",
            field=models.OneToOneField(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mailing_list",
                to="forum.forum",
            ),
        ),
    ]
