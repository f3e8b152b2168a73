"""What every page is made of."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "portal.pages"
    label = "pages"
    verbose_name = "Pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only once all apps are there.
        from portal import page_cache
        from portal.members.mail import register_samples
        from portal.members.personal import register
        from portal.pages import banners, cards, feeds, following, news, notices, personal, receivers
        from portal.pages.listing import feeds_of_pages

        receivers.connect()
        page_cache.turns.register(banners.turns)
        notices.connect()
        register_samples(notices.samples)
        cards.register(cards.page_card)
        feeds.register(feeds_of_pages)
        following.connect()
        register_samples(news.samples)
        register("pages", personal.SUBJECT)
