"""A StreamField whose blocks stay out of migrations: changing a block is no change of the schema."""

from typing import Any

from wagtail import fields


class StreamField(fields.StreamField):
    """Wagtail's StreamField; migrations record only that there is one."""

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
