"""What advisers and editors find in the admin: questions, their figures, and the topics of advice."""

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from portal.enquiries.admin import enquiry, figures, lists
from portal.enquiries.models import AdviceTopic
from portal.enquiries.people import may_enter


class AdviceTopicViewSet(SnippetViewSet):
    """The topics of advice, in their order."""

    model = AdviceTopic
    icon = "help"
    menu_label = "Topics of advice"
    menu_order = 322
    add_to_admin_menu = True
    list_display = ["name", "group", "answer_days", "is_offered"]
    search_fields = ["name", "hint"]


register_snippet(AdviceTopicViewSet)


@hooks.register("register_admin_urls")
def enquiry_urls() -> list[URLPattern | URLResolver]:
    parts = (lists, enquiry, figures)
    return [path("enquiries/", include(([url for part in parts for url in part.urls()], "enquiries")))]


class ForAdvisersMenuItem(MenuItem):
    """Shown to those who answer questions."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_enter(request.user)


@hooks.register("register_admin_menu_item")
def enquiries_menu_item() -> MenuItem:
    return ForAdvisersMenuItem(
        "Advice", reverse("enquiries:index"), name="advice", icon_name="mail", order=321
    )


@hooks.register("register_reports_menu_item")
def figures_menu_item() -> MenuItem:
    return ForAdvisersMenuItem(
        "Questions to advisers", reverse("enquiries:figures"), icon_name="help", order=950
    )
