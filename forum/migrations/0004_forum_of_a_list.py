"""Each list gets a forum of machina's, in which its topics are; for now a list can be without one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum", "0011_auto_20190627_2132"),
        ("listserver", "0003_permissions"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailinglist",
            name="forum",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mailing_list",
                to="forum.forum",
            ),
        ),
    ]
