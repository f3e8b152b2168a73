"""Who may see what people search for, and who says what means the same and what comes first."""

from typing import Any

from django.db import migrations

from portal.members.groups import ADMINISTRATOR, EDITOR, PUBLISHER, grant, revoke

SEE = ["search.see_searches"]
CHANGE = [
    *(f"search.{verb}_synonym" for verb in ("view", "add", "change", "delete")),
    *(f"wagtailsearchpromotions.{verb}_searchpromotion" for verb in ("add", "change", "delete")),
]


def give(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER, ADMINISTRATOR):
        grant(apps, group, SEE, model="searchcount")
    for group in (EDITOR, PUBLISHER):
        grant(apps, group, CHANGE)


def take(apps: Any, schema_editor: Any) -> None:
    for group in (EDITOR, PUBLISHER, ADMINISTRATOR):
        revoke(apps, group, SEE)
    for group in (EDITOR, PUBLISHER):
        revoke(apps, group, CHANGE)


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0004_synonyms_of_the_field"),
        ("members", "0002_groups"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailsearchpromotions", "0008_query_verbose_name"),
    ]

    operations = [migrations.RunPython(give, take, elidable=False)]
