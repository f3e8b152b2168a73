"""What editors find in the admin about the search: a report, words that mean the same, what comes first, and trouble."""

from django.http import HttpRequest
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet

from search.admin import promotions, searches, server
from search.admin.synonyms import SynonymViewSet

register_snippet(SynonymViewSet)

# Wagtail's own report counts what nothing here tells it.
EMPTY_REPORT = "search-terms"


# Before those of Wagtail: two of its addresses are answered by us.
@hooks.register("register_admin_urls", order=-1)
def search_admin_urls() -> list[URLPattern]:
    return [*promotions.urls(), *searches.urls()]


class SearchesMenuItem(MenuItem):
    """Shown to those who may see what people search for."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(searches.SEE)


@hooks.register("register_reports_menu_item")
def searches_menu_item() -> MenuItem:
    return SearchesMenuItem("Searches", reverse("searches"), name="searches", icon_name="search", order=700)


@hooks.register("construct_reports_menu")
def leave_the_empty_report_out(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name != EMPTY_REPORT]


hooks.register("construct_homepage_panels", server.tell_of_the_server)
