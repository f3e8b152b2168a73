"""Checks what editors say of words that mean the same, of what comes first, and of the weeks they want to see."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.contrib.search_promotions.forms import QueryForm, SearchPromotionForm, SearchPromotionsFormSet

from search.models import Synonym
from search.report import WEEKS, Period
from search.rules.counting import WEEK
from search.rules.synonyms import refusal_of_synonyms


class SynonymForm(WagtailAdminModelForm):
    """Words that mean the same. A word is in one group only."""

    def clean_words(self) -> str:
        return ", ".join(Synonym(words=self.cleaned_data["words"]).terms())

    def _post_clean(self) -> None:
        """Asks the model first, whether it is a group at all."""
        super()._post_clean()
        if "words" not in self.errors:
            others = Synonym.objects.exclude(pk=self.instance.pk)
            refusal = refusal_of_synonyms(self.instance.terms(), [one.terms() for one in others])
            if refusal:
                self.add_error("words", refusal)


class PromotedQueryForm(QueryForm):
    """What has to be searched for, so that something comes first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["query_string"]
        field.label, field.max_length = "What people search for", 255
        field.help_text = (
            "All of what they type, such as “PCN finance”. Capitals do not matter, and synonyms count as the same: "
            "what you promote for “PCN” also comes first for “primary care network”."
        )


class PromotionForm(SearchPromotionForm):
    """A page of the portal, or an address elsewhere that is safe to open."""

    def clean_external_link_url(self) -> str:
        url = self.cleaned_data["external_link_url"]
        if url and not url.lower().startswith("https://"):
            raise forms.ValidationError("Give an address that begins with https://.")
        return url


class PromotionsFormSet(SearchPromotionsFormSet):
    """All that comes first for one query."""

    form = PromotionForm


class PeriodForm(forms.Form):
    """Which weeks of searches to show."""

    default_renderer = DjangoTemplates
    period = forms.ChoiceField(label="Show", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.monday = today - timedelta(days=today.weekday())
        mondays = [self.monday - number * WEEK for number in range(WEEKS)]
        self.fields["period"].choices = [
            *((str(weeks), f"The last {weeks} weeks") for weeks in (WEEKS, 4, 52, 104)),
            *(
                (str(day), "This week, so far" if day == self.monday else f"Week of {day:%-d %B %Y}")
                for day in mondays
            ),
        ]

    def chosen(self) -> Period:
        """The weeks that were chosen; the last twelve if none, or none that there is."""
        value = self.cleaned_data["period"] if self.is_valid() else ""
        if "-" in value:
            first = date.fromisoformat(value)
            return Period(first, first)
        return Period(self.monday - (int(value or WEEKS) - 1) * WEEK, self.monday)
