"""What lists of dated pages have in common: an address for each way to read them."""

from typing import ClassVar

from django.db.models import QuerySet
from django.urls import URLPattern
from django.utils.module_loading import import_string
from wagtail.contrib.routable_page.models import RoutablePageMixin
from wagtail.models import Page

from portal.pages.models.base import BasePage


class IndexPage(RoutablePageMixin, BasePage):
    """A list of pages of one type, directly below the home page.

    `addresses` names what is served below it: functions in `portal.pages.views`, which this module must not import.
    """

    addresses: ClassVar[str]
    has_feed = True

    class Meta:
        abstract = True

    @classmethod
    def get_subpage_urls(cls) -> tuple[URLPattern, ...]:
        return import_string(cls.addresses)

    def below(self) -> QuerySet[Page]:
        """The pages of this list, published or not."""
        raise NotImplementedError


class Indexed(BasePage):
    """A page of such a list."""

    class Meta:
        abstract = True
