"""What an editor should look at again in a page as it was saved last. It warns, and never keeps anybody from publishing."""

from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from portal.pages.models import Term
from portal.pages.wording import advice_on, passages_of


def advice_for(page: Page) -> list[str]:
    """Long sentences and abbreviations that are not explained, in what readers would see of the page. One query."""
    return advice_on(passages_in(page), terms_to_explain())


def terms_to_explain() -> dict[str, str]:
    """Abbreviations with their plain words. One query."""
    return dict(Term.objects.values_list("short", "words"))


def passages_in(page: Page) -> list[str]:
    """What readers would see of the words of a page, a string for each paragraph, item of a list and the like."""
    passages = [summary] if (summary := getattr(page, "summary", "")) else []
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            passages += passages_of(str(getattr(page, field.attname)))
        elif isinstance(field, RichTextField):
            passages += passages_of(expand_db_html(getattr(page, field.attname)))
    return passages
