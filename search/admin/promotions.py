"""Wagtail's pages on promoted results, with our words, safe addresses only, and a query that a link can fill in."""

from django.urls import URLPattern, path
from django.utils.functional import cached_property
from wagtail.contrib.search_promotions.views import CreateView, EditView

from search.forms.editors import PromotedQueryForm, PromotionsFormSet


class PromotionsMixin:
    """What both forms have."""

    form_class = PromotedQueryForm

    @cached_property
    def searchpicks_formset(self) -> PromotionsFormSet:
        return PromotionsFormSet(self.request.POST or None, instance=self.object)


class AddView(PromotionsMixin, CreateView):
    """What comes first for a query that has no picks yet."""

    template_name = "search/admin/promote.html"

    def get_initial(self) -> dict[str, str]:
        return {"query_string": " ".join(self.request.GET.get("query", "").split())[:255]}


class ChangeView(PromotionsMixin, EditView):
    """What comes first for a query."""

    template_name = "search/admin/promoted.html"


def urls() -> list[URLPattern]:
    """Stands before Wagtail's own, at the same addresses."""
    return [
        path("searchpicks/add/", AddView.as_view()),
        path("searchpicks/<int:query_id>/", ChangeView.as_view()),
    ]
