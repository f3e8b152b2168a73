"""Articles, posts and pages of information have something to read when they are published; drafts need not."""

from django.db import migrations

import portal.pages.fields


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0021_permissions_of_banners"),
    ]

    operations = [
        migrations.AlterField(
            model_name="articlepage",
            name="body",
            field=portal.pages.fields.StreamField([]),
        ),
        migrations.AlterField(
            model_name="blogpostpage",
            name="body",
            field=portal.pages.fields.StreamField([]),
        ),
        migrations.AlterField(
            model_name="informationpage",
            name="body",
            field=portal.pages.fields.StreamField([]),
        ),
    ]
