"""The design system's style sheet as we serve it: the package's own, less the typeface that it would fetch from another host.

Our copy stands before the package's in the order of `INSTALLED_APPS`. After an upgrade of the package, write it anew:
`python -m tests.pages.test_style_sheet`.
"""

import re
from pathlib import Path

import wagtailnhsukfrontend
from django.contrib.staticfiles import finders

NAME = "wagtailnhsukfrontend/css/nhsuk-frontend-10.4.2.min.css"
PACKAGED = Path(wagtailnhsukfrontend.__file__).parent / "static" / NAME
OURS = Path(__file__).parents[2] / "portal" / "static" / NAME


def without_fetched_typeface(css: str) -> str:
    """The style sheet without its font faces, set in the next typeface of its list, and without its source map."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("font-family:Frutiger W01,arial,sans-serif", "font-family:arial,sans-serif")
    return re.sub(r"/\*# sourceMappingURL=\S+ \*/\s*", "", css).rstrip() + "\n"


def test_style_sheet_is_the_packages_less_what_it_would_fetch() -> None:
    assert OURS.read_text(encoding="utf-8") == without_fetched_typeface(PACKAGED.read_text(encoding="utf-8"))


def test_style_sheet_served_is_ours() -> None:
    assert Path(finders.find(NAME)) == OURS


def test_style_sheet_names_no_other_host() -> None:
    addresses = re.findall(r"url\(([^)]*)\)|@import", OURS.read_text(encoding="utf-8"))

    assert [address for address in addresses if not address.startswith(("data:", '"data:'))] == []


if __name__ == "__main__":
    OURS.write_text(without_fetched_typeface(PACKAGED.read_text(encoding="utf-8")), encoding="utf-8")
