"""A mark is the moment up to which something was read, not the one at which it was saved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forum_tracking", "0002_auto_20160607_0502"),
    ]

    operations = [
        migrations.AlterField(
            model_name="forumreadtrack",
            name="mark_time",
            field=models.DateTimeField(db_index=True),
        ),
        migrations.AlterField(
            model_name="topicreadtrack",
            name="mark_time",
            field=models.DateTimeField(db_index=True),
        ),
    ]
