"""A StreamField whose blocks stay out of migrations: changing a block is no change of the schema. Whether blocks lack something."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from wagtail import fields


class StreamField(fields.StreamField):
    """Wagtail's StreamField; migrations record only that there is one."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs


def is_fit_for_readers(page: Model) -> bool:
    """Whether its blocks have all that readers need, such as descriptions of pictures. Wagtail itself asks in the editor alone."""
    for field in page._meta.get_fields():
        if isinstance(field, fields.StreamField):
            try:
                field.stream_block.clean(getattr(page, field.attname))
            except ValidationError:
                return False
    return True
