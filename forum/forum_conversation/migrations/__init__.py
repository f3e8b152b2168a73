"""The migrations of machina, which it keeps, and after them the ones of this forum."""

from machina.apps.forum_conversation import migrations

__path__ = [*__path__, *migrations.__path__]
