"""The groups of the staff and what each may do; Wagtail's own two groups go."""

from typing import Any

from django.db import migrations

from portal.members import groups

PEOPLE = ["network", "appointment", "invitation"]
ADMINISTRATOR = [
    *[f"members.{verb}_{model}" for model in PEOPLE for verb in ("add", "change", "delete", "view")],
    *[f"members.{verb}_user" for verb in ("change", "delete", "view")],  # not add: people are invited
    "members.view_mail",
    *[f"auth.{verb}_group" for verb in ("add", "change", "delete", "view")],
    *[f"wagtailcore.{verb}_site" for verb in ("add", "change", "delete", "view")],
    *[f"wagtailredirects.{verb}_redirect" for verb in ("add", "change", "delete", "view")],
]
PUBLISHER = [
    *[f"wagtailredirects.{verb}_redirect" for verb in ("add", "change", "delete", "view")],
]
EDITING_PAGES = ["wagtailcore.add_page", "wagtailcore.change_page", "wagtailcore.publish_page"]
PAGES = {
    groups.EDITOR: EDITING_PAGES,
    groups.CLINICAL_REVIEWER: ["wagtailcore.change_page"],
    groups.PUBLISHER: [
        *EDITING_PAGES,
        "wagtailcore.lock_page",
        "wagtailcore.unlock_page",
        "wagtailcore.bulk_delete_page",
    ],
}
FILES = [
    f"{app}.{verb}_{model}"
    for app, model in (("wagtailimages", "image"), ("wagtaildocs", "document"))
    for verb in ("add", "change", "choose")
]
COLLECTIONS = [f"wagtailcore.{verb}_collection" for verb in ("add", "change")]
ROOT_COLLECTION = {
    groups.EDITOR: [*FILES, *COLLECTIONS],
    groups.PUBLISHER: [*FILES, *COLLECTIONS],
    groups.ADMINISTRATOR: [*COLLECTIONS, "wagtailcore.delete_collection"],
}


def make_groups(apps: Any, schema_editor: Any) -> None:
    group_model = apps.get_model("auth", "Group")
    group_model.objects.filter(name__in=["Editors", "Moderators"]).delete()
    for name in groups.ALL:
        group_model.objects.get_or_create(name=name)
        groups.grant(apps, name, ["wagtailadmin.access_admin"], model="admin")
    groups.grant(apps, groups.PUBLISHER, PUBLISHER)
    groups.grant(apps, groups.ADMINISTRATOR, ADMINISTRATOR)
    root_page = apps.get_model("wagtailcore", "Page").objects.get(depth=1)
    for name, labels in PAGES.items():
        for label in labels:
            apps.get_model("wagtailcore", "GroupPagePermission").objects.get_or_create(
                group=group_model.objects.get(name=name),
                page=root_page,
                permission=groups.permission(apps, label, model="page"),
            )
    root_collection = apps.get_model("wagtailcore", "Collection").objects.get(depth=1)
    for name, labels in ROOT_COLLECTION.items():
        for label in labels:
            apps.get_model("wagtailcore", "GroupCollectionPermission").objects.get_or_create(
                group=group_model.objects.get(name=name),
                collection=root_collection,
                permission=groups.permission(apps, label),
            )
    have_publishers_approve(apps)


def have_publishers_approve(apps: Any) -> None:
    """Wagtail's own workflow asked its moderators, who are no more."""
    apps.get_model("wagtailcore", "Workflow").objects.filter(name="Moderators approval").update(
        name="Approval by a publisher"
    )
    for task in apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(name="Moderators approval"):
        task.name = "Approval by a publisher"
        task.save()
        task.groups.set(apps.get_model("auth", "Group").objects.filter(name=groups.PUBLISHER))


def remove_groups(apps: Any, schema_editor: Any) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=groups.ALL).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0003_admin_managed"),
        ("wagtailcore", "0096_referenceindex_referenceindex_source_object_and_more"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
