"""One search over everything that a reader may see, on SQLite, PostgreSQL and Elasticsearch."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = "Search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from portal.members import weekly
        from portal.members.mail import register_samples
        from portal.members.personal import register
        from search import following, fulltext, mail, personal, receivers, watching
        from search.actions.telling import prepare

        following.connect()
        weekly.register(mail.HEADING, prepare, mail.weekly_sample)
        register("search", personal.SUBJECT)
        register_samples(mail.samples)
        fulltext.connect(self)
        watching.connect(self)
        receivers.connect()
