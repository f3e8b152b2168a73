"""Everything with an address is found, or there is a reason why not."""

import pytest
from django.apps import apps
from django.db.models import Model
from wagtail.models import Page

from portal.pages.models import ResourceListPage
from search.sources import KINDS, SOURCES
from search.sources.pages import KINDS as PAGES
from search.sources.pages import NOT_FOUND, text_of_page
from tests.test_doors import ANSWERS

# Models of ours whose rows have an address, by what makes them found.
FOUND_AS = {
    "events.Product": "product",
    "handbook.EditionSection": "section",
    "listserver.Attachment": "attachment",
    "listserver.MailingList": "list",
    "forum_conversation.Topic": "topic",
    "forum_conversation.Post": "post",
    "members.Network": "network",
    "toolkits.FillableDocument": "fill-in",
    "members.TermsVersion": "terms",
    "members.Appointment": "person",
    "wagtaildocs.Document": "document",
}
REASONS = {
    "pages.Banner": "It stands on every page, for a time.",
    "handbook.Edition": "Its sections are found, by any edition.",
    "handbook.Erratum": "It stands in the section that it concerns.",
    "handbook.EditionPdf": "It has the words of the sections.",
    "handbook.Asset": "It is part of a section.",
    "members.User": "People are found by their appointments, if they have agreed to that.",
    "events.EventSession": "It stands in its event.",
    "events.EventSpeaker": "Stands in events.",
    "events.Certificate": "It belongs to one person.",
    "events.Order": "It belongs to one person.",
    "events.Place": "It belongs to one person.",
    "listserver.PrivateMessage": "It belongs to two people.",
}


def has_address(model: type[Model]) -> bool:
    return hasattr(model, "get_absolute_url") or issubclass(model, Page)


def test_every_type_of_page_is_found_or_there_is_a_reason() -> None:
    types = {model for model in apps.get_models() if issubclass(model, Page) and model is not Page}

    assert types == {*PAGES, *NOT_FOUND}


def test_every_model_with_an_address_is_found_or_there_is_a_reason() -> None:
    ours = {
        "events",
        "handbook",
        "listserver",
        "forum_conversation",
        "members",
        "pages",
        "toolkits",
        "enquiries",
    }
    models = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ours and has_address(model) and not issubclass(model, Page)
    }

    assert models - {*FOUND_AS, *REASONS} == set()
    assert set(FOUND_AS.values()) | {"page", "recording"} == set(SOURCES)
    for label in (*FOUND_AS, *REASONS):
        assert apps.get_model(label)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_each_source_says_what_its_entries_are_called(name: str) -> None:
    source = SOURCES[name]

    assert source.name == name
    assert source.watches
    assert set(source.kinds) <= set(KINDS)


def test_every_address_with_a_key_in_it_is_found_or_there_is_a_reason() -> None:
    outside = ("admin", "accounts", "dev", "_util")
    keyed = {
        pattern.split("<")[0] for pattern in ANSWERS if "<" in pattern and not pattern.startswith(outside)
    }

    assert keyed == set(SHOWN_BELOW)


ONE_PERSON = "What is there belongs to one person."
ONE_NETWORK = "What is there belongs to the people of one network."
# What a row is shown below, and by which sources it is found, or why it is not.
SHOWN_BELOW = {
    "forum/": "list, topic, post",
    "forum/attachments/": "attachment",
    "booking/products/": "product",
    "networks/": "network, person",
    "checklists/": ONE_NETWORK,
    "fill-in/": "fill-in",
    "booking/events/": "The tickets of an event, which is found.",
    "booking/recordings/": "document",
    "forum/people/": "Readers of a list know one another from there.",
    "handbook-assets/": "Pictures and files in a section, which is found.",
    "media/": "Pictures in what is found.",
    "sitemap-": "For search engines.",
    "terms/": "terms",
    **dict.fromkeys(
        (
            "advice/",
            "booking/asking/",
            "booking/calendars/",
            "booking/certificates/",
            "booking/closing-code/",
            "booking/feedback/",
            "booking/join/",
            "booking/offers/",
            "booking/orders/",
            "booking/tickets/",
            "booking/waiting/",
            "follow/stop/",
            "forum/invitation/",
            "forum/mail/confirm/",
            "forum/mail/stop/",
            "forum/messages/",
            "handbook-feedback/",
            "handbook-read/",
            "invitation/",
            "search/saved/",
        ),
        ONE_PERSON,
    ),
}


@pytest.mark.django_db
def test_addresses_in_a_page_are_no_words_of_it() -> None:
    links = [
        {
            "title": "Supervision",
            "address": "/handbook/supervision/",
            "source": "Handbook",
            "checked_on": "2026-03-01",
        }
    ]
    questions = [{"type": "question", "value": {"question": "Who supervises?", "answer": "", "links": links}}]
    page = ResourceListPage(questions=questions)

    assert " ".join(text_of_page(page).split()) == "Who supervises? Supervision Handbook"
