"""Words that mean the same, listed and edited."""

from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from search.forms import SynonymForm
from search.models import Synonym

HELP = (
    "<p>Whoever searches for one of these finds all of them, in both directions. A word can be in one group only. "
    "Add abbreviations with what they stand for; do not add words that only often stand together.</p>"
)


class AddView(CreateView):
    """The form to add a group; a link from the report of searches fills the first word in."""

    def get_initial_form_instance(self) -> Synonym | None:
        words = " ".join(self.request.GET.get("words", "").replace(",", " ").split())[:200]
        return Synonym(words=f"{words}, ") if words else None


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
    edit_handler = ObjectList([HelpPanel(HELP), FieldPanel("words")], base_form_class=SynonymForm)
