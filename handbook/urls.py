"""Addresses of a handbook: below its page for readers, and of the files that its editions show."""

from django.urls import path, re_path, register_converter
from wagtail.views import serve

from handbook.views import amending, api, as_at, compare, feedback, personal, readers, searching


class EditionNumber:
    """“2.1” in an address."""

    regex = r"\d{1,4}\.\d{1,4}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Sha256:
    """A hash in an address."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(EditionNumber, "edition")
register_converter(Sha256, "sha256")

# Resolved below the address of each handbook's page.
reader_urls = (
    path("", readers.contents, name="contents"),
    path("whole/", readers.whole, name="whole"),
    path("amendments/", amending.amendments, name="amendments"),
    path("amendments/feed/", amending.feed, name="amendments_feed"),
    path("editions/", amending.editions, name="editions"),
    path("compare/", compare.choose, name="compare"),
    path("compare/<edition:old>/<edition:new>/", compare.whole, name="compare"),
    path("compare/<edition:old>/<edition:new>/<slug:anchor>/", compare.section, name="compare"),
    path("as-at/", as_at.choose, name="as_at"),
    path("as-at/<str:day>/", as_at.contents, name="as_at"),
    path("as-at/<str:day>/whole/", as_at.whole, name="as_at_whole"),
    path("as-at/<str:day>/<slug:anchor>/", as_at.section, name="as_at"),
    path("search/", searching.search, name="search"),
    path("api/", api.about, name="api"),
    path("api/editions/", api.editions, name="api"),
    path("api/editions/<edition:number>/", api.edition, name="api"),
    path("api/editions/<edition:number>/sections/<slug:anchor>/", api.section, name="api"),
    path("api/amendments/", api.amendments, name="api"),
    path("api/<path:rest>", api.nothing, name="api"),
    path("<edition:number>/", readers.contents, name="contents"),
    path("<edition:number>/whole/", readers.whole, name="whole"),
    path("<edition:number>/pdf/", readers.pdf, name="pdf"),
    path("<edition:number>/pdf/<int:errata>/", readers.pdf, name="pdf"),
    path("<edition:number>/page/<int:page>/", readers.pdf_page, name="pdf_page"),
    path("<edition:number>/<slug:anchor>/", readers.section, name="section"),
    path("<slug:anchor>/", readers.section, name="section"),
)

urlpatterns = [
    # Wagtail's own pattern takes no full stop, which the numbers of editions have.
    re_path(
        r"^((?:[\w-]+/)+compare/\d{1,4}\.\d{1,4}/\d{1,4}\.\d{1,4}/(?:[\w-]+/)*)$",
        serve,
        name="wagtail_serve_comparison",
    ),
    path("handbook-read/<int:edition_id>/", personal.mark_all_read, name="handbook_mark_all_read"),
    path("handbook-read/<int:edition_id>/<uuid:key>/", personal.mark_read, name="handbook_mark_read"),
    path("handbook-feedback/<int:edition_id>/<uuid:key>/", feedback.answer, name="handbook_feedback"),
    path(
        "handbook-feedback/<int:edition_id>/<uuid:key>/thanks/",
        feedback.thanks,
        name="handbook_feedback_thanks",
    ),
    path("handbook-assets/<sha256:sha256>/<str:name>", readers.asset, name="handbook_asset"),
]
