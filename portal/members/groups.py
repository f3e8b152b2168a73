"""Gives groups their permissions from data migrations, which run before Django has made the permissions themselves."""

from collections.abc import Iterable
from typing import Any

EDITOR = "Editor"
CLINICAL_REVIEWER = "Clinical reviewer"
PUBLISHER = "Publisher"
FORUM_MANAGER = "Forum manager"
EVENT_ORGANISER = "Event organiser"
EVENT_HELPER = "Event helper"
ADVISER = "Adviser"
ADMINISTRATOR = "Administrator"

# Those that the first migration makes; helpers came with the rights at single events, advisers with questions to them.
ALL = [EDITOR, CLINICAL_REVIEWER, PUBLISHER, FORUM_MANAGER, EVENT_ORGANISER, ADMINISTRATOR]


def permission(apps: Any, label: str, model: str | None = None) -> Any:
    """The permission `app.codename`, made if `post_migrate` has not made it yet.

    `model` (lower case) is needed only where the codename is not a verb and the model's name, as in `prepare_edition`.
    Raises `KeyError` if the model declares no such permission: a slip of the pen must not grant something new.
    """
    app_label, codename = label.split(".")
    model_name = model or codename.partition("_")[2]
    meta = apps.get_model(app_label, model_name)._meta
    names = {
        f"{verb}_{model_name}": f"Can {verb} {meta.verbose_name_raw}" for verb in meta.default_permissions
    }
    names.update(meta.permissions)
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model_name
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": names[codename]}
    )
    return found


def grant(apps: Any, group: str, labels: Iterable[str], *, model: str | None = None) -> None:
    """Adds the permissions `labels` (`app.codename`) to the group of that name. Running it again changes nothing."""
    found = apps.get_model("auth", "Group").objects.get(name=group)
    found.permissions.add(*(permission(apps, label, model) for label in labels))


def revoke(apps: Any, group: str, labels: Iterable[str]) -> None:
    """Takes the permissions `labels` from the group of that name: the reverse of `grant`."""
    found = apps.get_model("auth", "Group").objects.filter(name=group).first()
    if found is None:
        return
    for label in labels:
        app_label, codename = label.split(".")
        found.permissions.remove(
            *found.permissions.filter(content_type__app_label=app_label, codename=codename)
        )
