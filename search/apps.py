"""One search over everything that a reader may see, on SQLite, PostgreSQL and Elasticsearch."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = "Search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from search import fulltext, receivers, watching

        fulltext.connect(self)
        watching.connect(self)
        receivers.connect()
