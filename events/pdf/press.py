"""WeasyPrint with our fonts, cut off from everything else."""

import warnings
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from PIL import ImageFile

# "font:<file>" in the style sheet names a file of this package.
FONT_PACKAGE = "font_source_sans_pro"
FONT_FILES = frozenset(f"SourceSansPro-{face}.ttf" for face in ("Regular", "Semibold"))
OPTIONS = {"pdf_variant": "pdf/ua-1"}


class PdfUnavailable(Exception):
    """The machine lacks what PDFs are made with. The message tells an administrator what to install."""


def printed(template: str, style: str, context: dict[str, Any], *, identifier: str) -> bytes:
    """What a template makes with its style sheet, which is a template too, as a PDF; the same bytes for the same words.

    Raises PdfUnavailable.
    """
    try:
        # Loaded here: it needs libraries of the system that the rest of the portal does without.
        with warnings.catch_warnings():
            # It warns where the system has no fonts: ours come with the portal.
            warnings.filterwarnings("ignore", message=".*Expect ugly output")
            from weasyprint import CSS, HTML
            from weasyprint.text.fonts import FontConfiguration
            from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:
        raise PdfUnavailable(
            "This machine cannot make PDFs, because the library Pango is missing. On Debian or Ubuntu, install it "
            "with “apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0”, then start the portal again."
        ) from error

    # WeasyPrint has the whole process accept pictures that end too early.
    ImageFile.LOAD_TRUNCATED_IMAGES = False

    class OurFontsOnly(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            scheme, _, name = url.partition(":")
            if scheme == "font" and name in FONT_FILES:
                return URLFetcherResponse(url, (files(FONT_PACKAGE) / "files" / name).read_bytes())
            raise ValueError("Nothing is fetched from elsewhere.")

    fetcher, fonts = OurFontsOnly(), FontConfiguration()
    sheet = CSS(string=render_to_string(style, context), url_fetcher=fetcher, font_config=fonts)
    html = HTML(string=render_to_string(template, context), base_url=settings.BASE_URL, url_fetcher=fetcher)
    document = html.render(font_config=fonts, stylesheets=[sheet], **OPTIONS)
    return document.write_pdf(pdf_identifier=identifier.encode(), **OPTIONS)
