"""Words that mean the same, listed and edited."""

from typing import Any

from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from search.forms.editors import SynonymForm
from search.models import Synonym

HELP = (
    "<p>Whoever searches for one of these finds all of them, in both directions. A word can be in one group only. "
    "Add abbreviations with what they stand for; do not add words that only often stand together.</p>"
)


class Titled:
    """Gives the page the heading that Wagtail's templates for snippets leave out."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "title": context["header_title"]}


class AddView(Titled, CreateView):
    """The form to add a group; a link from the report of searches fills the first word in."""

    def get_initial_form_instance(self) -> Synonym | None:
        words = " ".join(self.request.GET.get("words", "").replace(",", " ").split())[:200]
        return Synonym(words=f"{words}, ") if words else None


class ChangeView(Titled, EditView):
    """The form to change a group."""


class SynonymViewSet(SnippetViewSet):
    """All groups, by their first word."""

    model = Synonym
    icon = "resubmit"
    menu_label = "Search synonyms"
    menu_name = "search-synonyms"
    menu_order = 901
    add_to_settings_menu = True
    list_display = ["words"]
    search_fields = ["words"]
    list_per_page = 50
    copy_view_enabled = False
    add_view_class = AddView
    edit_view_class = ChangeView
    edit_handler = ObjectList([HelpPanel(HELP), FieldPanel("words")], base_form_class=SynonymForm)
