"""Our own style sheets beside Wagtail's, without a portal."""

from pathlib import Path

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser

SHEETS = ("wagtailadmin/css/core.css", "portal/handbook-admin.css", "portal/redline.css")


def test_lists_in_a_redline_have_bullets_and_numbers_inside_a_form_too(browser: Browser) -> None:
    lists = "<ul><li>a<ol><li>b</li></ol></li></ul><ol><li><del class='gone'>c</del></li></ol>"
    page = browser.new_page()
    page.set_content(
        f"<form class='handbook-admin'><fieldset class='handbook-amendment'><div class='redline'>{lists}</div>"
        "<ul><li>a choice of the form</li></ul></fieldset></form>"
    )
    for sheet in SHEETS:
        page.add_style_tag(content=Path(finders.find(sheet)).read_text(encoding="utf-8"))

    kinds = page.eval_on_selector_all("li", "found => found.map(li => getComputedStyle(li).listStyleType)")

    page.close()
    assert kinds == ["disc", "decimal", "decimal", "none"]
