"""Addresses of a handbook: below its page for readers, and of the files that its editions show."""

from django.urls import path, register_converter

from handbook.views import readers


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
    path("amendments/", readers.amendments, name="amendments"),
    path("editions/", readers.editions, name="editions"),
    path("<edition:number>/", readers.contents, name="contents"),
    path("<edition:number>/whole/", readers.whole, name="whole"),
    path("<edition:number>/<slug:anchor>/", readers.section, name="section"),
    path("<slug:anchor>/", readers.section, name="section"),
)

urlpatterns = [
    path("handbook-assets/<sha256:sha256>/<str:name>", readers.asset, name="handbook_asset"),
]
