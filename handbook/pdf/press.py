"""WeasyPrint with our fonts and style sheet, cut off from everything but one edition's pictures."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from PIL import ImageFile

from handbook.models import Asset

if TYPE_CHECKING:
    from weasyprint import CSS, Document
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

# "font:<file>" in the style sheet names a file of this package.
FONT_PACKAGE = "font_source_sans_pro"
FONT_FILES = frozenset(f"SourceSansPro-{face}.ttf" for face in ("Regular", "It", "Semibold", "SemiboldIt"))
OPTIONS = {"pdf_variant": "pdf/ua-1", "dpi": 300}


class PdfUnavailable(Exception):
    """The machine lacks what PDFs are made with. The message tells an administrator what to install."""


@dataclass(frozen=True)
class Press:
    """Sets templates as pages, and prints pages as a file."""

    fetcher: "URLFetcher"
    fonts: "FontConfiguration"
    style: "CSS"

    @classmethod
    def open(cls, assets: Mapping[str, Asset]) -> "Press":
        """A press that can reach these assets, by their hash. Raises PdfUnavailable."""
        try:
            # Loaded here: it needs libraries of the system that the rest of the portal does without.
            with warnings.catch_warnings():
                # It warns where the system has no fonts: ours come with the portal.
                warnings.filterwarnings("ignore", message=".*Expect ugly output")
                from weasyprint import CSS
                from weasyprint.text.fonts import FontConfiguration
        except OSError as error:
            raise PdfUnavailable(
                "This machine cannot make PDFs, because the library Pango is missing. On Debian or Ubuntu, install it "
                "with “apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0”, then start the portal again."
            ) from error
        # WeasyPrint has the whole process accept pictures that end too early. Ours are looked at before they get here.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        fetcher, fonts = _fetcher(assets), FontConfiguration()
        style = render_to_string("handbook/pdf/edition.css")
        return cls(fetcher, fonts, CSS(string=style, url_fetcher=fetcher, font_config=fonts))

    def set(self, template: str, context: dict[str, Any]) -> "Document":
        """The pages of what a template makes."""
        from weasyprint import HTML

        html = render_to_string(template, context)
        document = HTML(string=html, base_url=settings.BASE_URL, url_fetcher=self.fetcher)
        return document.render(font_config=self.fonts, stylesheets=[self.style], **OPTIONS)

    def printed(self, book: "Document", identifier: str, sheet: "Document | None" = None) -> bytes:
        """The file of a book, with a sheet in front of it if there is one, whose pages are then named E1, E2 and so on."""
        labels = "0 << /S /D >>"
        if sheet is not None:
            book, labels = (
                book.copy([*sheet.pages, *book.pages]),
                f"0 << /S /D /P (E) >> {len(sheet.pages)} {labels[2:]}",
            )
            book.metadata = sheet.metadata

        def name_pages(_: "Document", pdf: Any) -> None:
            pdf.catalog["PageLabels"] = f"<< /Nums [{labels}] >>"

        return book.write_pdf(finisher=name_pages, pdf_identifier=identifier, **OPTIONS)


def _fetcher(assets: Mapping[str, Asset]) -> "URLFetcher":
    """Hands out our fonts and these assets, and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            scheme, _, name = url.partition(":")
            if scheme == "font" and name in FONT_FILES:
                return URLFetcherResponse(url, (files(FONT_PACKAGE) / "files" / name).read_bytes())
            if scheme == "asset" and (asset := assets.get(name.partition("/")[0])):
                with asset.file.open("rb") as file:
                    return URLFetcherResponse(url, file.read())
            raise ValueError("Nothing is fetched from elsewhere.")

    return Fetcher()
