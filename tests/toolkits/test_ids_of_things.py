"""The migration that names things to do: what was stored without ids gets the same ones in a page and in its versions."""

import json
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from wagtail.models import Revision

from portal.pages.models import ToolkitPage
from portal.pages.models.toolkit import id_of_words
from portal.toolkits.reading import todos_of
from tests.toolkits.factories import checklist, make_kit

migration = import_module("portal.pages.migrations.0014_ids_of_things_to_do")
NAMED = {"type": "item", "value": {"text": "Pay", "help": ""}, "id": "0f9a5b5c-32fd-4a73-8a9c-6f8a52bb7d11"}


def test_ids_are_kept_made_of_the_words_and_never_shared() -> None:
    groups = [
        {
            "type": "group",
            "value": {"heading": "Money", "items": [{"text": "Pay"}, {"text": "Pay"}, NAMED, NAMED]},
        }
    ]

    (group,) = migration.named(groups)

    items = group["value"]["items"]
    assert [item["id"] for item in items] == [
        id_of_words("Money", "Pay", 1),
        id_of_words("Money", "Pay", 2),
        NAMED["id"],
        id_of_words("Money", "Pay", 3),
    ]
    assert {item["type"] for item in items} == {"item"}
    assert migration.named([group]) == [group]


@pytest.mark.django_db
def test_page_and_versions_stored_without_ids_agree_afterwards() -> None:
    kit = make_kit()
    revision = kit.save_revision()
    plain = json.dumps(checklist({"Money": ["Pay"], "People": ["Choose"]}))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pages_toolkitpage SET checklist = %s", [plain])
    Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "checklist": plain})

    for _ in range(2):
        migration.name_all(apps, SimpleNamespace(connection=connection))

    kept = [todo.key for todo in todos_of(ToolkitPage.objects.get(pk=kit.pk))]
    version = Revision.objects.get(pk=revision.pk).as_object()
    stored = ToolkitPage.objects.get(pk=kit.pk).checklist.raw_data[0]["value"]["items"][0]["id"]
    assert [todo.key for todo in todos_of(version)] == kept
    assert (str(kept[0]), stored) == (id_of_words("Money", "Pay", 1), id_of_words("Money", "Pay", 1))
