"""What an editor should look at again in a page as it was saved last. It warns, and never keeps anybody from publishing."""

from collections.abc import Iterator

from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from portal.pages.models import Term
from portal.pages.wording import advice_on, passages_of, vague_links


def advice_for(page: Page) -> list[str]:
    """Long sentences, vague links and abbreviations that are not explained, in what readers would see of the page. One query."""
    return advice_on(passages_in(page), terms_to_explain(), vague_links_in(page))


def terms_to_explain() -> dict[str, str]:
    """Abbreviations with their plain words. One query."""
    return dict(Term.objects.values_list("short", "words"))


def passages_in(page: Page) -> list[str]:
    """What readers would see of the words of a page, a string for each paragraph, item of a list and the like."""
    passages = [summary] if (summary := getattr(page, "summary", "")) else []
    return passages + [passage for html in _texts_of(page) for passage in passages_of(html)]


def vague_links_in(page: Page) -> list[str]:
    """The words of the links of a page that do not say where they lead."""
    return [said for html in _texts_of(page) for said in vague_links(html)]


def _texts_of(page: Page) -> Iterator[str]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield str(getattr(page, field.attname))
        elif isinstance(field, RichTextField):
            yield expand_db_html(getattr(page, field.attname))
