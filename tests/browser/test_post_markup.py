"""A browser that is shown every hostile post at once runs nothing and asks nobody for anything."""

from playwright.sync_api import Browser, Route

from forum.markup import to_html
from tests.forum.payloads import HOSTILE, PAYLOADS

ADDRESS = "http://posts.example/"
PAGE = "<!DOCTYPE html><html lang=en><title>Posts</title><main>{}</main>"

# Everything that could act in the page: what runs, what loads, what takes over the page.
WHAT_COULD_ACT = """() => [...document.querySelectorAll("main *")].flatMap((element) => [
  ...(element.matches("a,blockquote,br,code,div,em,h3,h4,h5,h6,hr,img,li,ol,p,pre,s,section,strong,table,tbody,td,th,thead,tr,ul")
    ? [] : [element.outerHTML]),
  ...[...element.attributes].filter(({name}) => name.startsWith("on") || name === "style" || name === "srcdoc").map(({name}) => name),
  ...(element.href && !["http:", "https:", "mailto:", "tel:"].includes(element.protocol) ? [element.href] : []),
])"""
# What readers do to a page, and reading the HTML a second time, which is what scripts that copy it do.
EVERYTHING_A_READER_DOES = """() => {
  for (const element of document.querySelectorAll("main *")) {
    for (const name of ["mouseover", "mouseenter", "focus", "pointerdown", "toggle", "animationstart"])
      element.dispatchEvent(new Event(name));
    element.focus?.();
  }
  const main = document.querySelector("main");
  main.innerHTML = main.innerHTML;
}"""
CLICK_EVERY_LINK = """() => {
  document.addEventListener("click", (event) => { if (/^https?:|^mailto:|^tel:/.test(event.target.closest("a").href)) event.preventDefault(); });
  const links = [...document.querySelectorAll("main a")];
  for (const link of links) link.click();
  return links.length;
}"""


def test_every_payload_on_one_plain_page_does_nothing(browser: Browser) -> None:
    sections = "".join(
        f"<section>{to_html(text)}</section>\n"
        for text in [*PAYLOADS.values(), *(text[:2_000] for text in HOSTILE.values())]
    )
    asked: list[str] = []
    events: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url == ADDRESS:
            route.fulfill(body=PAGE.format(sections), content_type="text/html; charset=utf-8")
        else:
            route.abort()

    # No policy helps here, as it does in the portal.
    with browser.new_context() as context:
        context.route("**/*", answer)
        context.on("dialog", lambda dialog: events.append(f"dialog: {dialog.message}"))
        context.on("weberror", lambda error: events.append(f"error: {error.error}"))
        context.on("page", lambda page: events.append(f"page: {page.url}"))
        page = context.new_page()
        events.clear()
        page.goto(ADDRESS)
        assert page.evaluate(WHAT_COULD_ACT) == []
        page.evaluate(EVERYTHING_A_READER_DOES)
        assert page.evaluate(WHAT_COULD_ACT) == []
        links = page.evaluate(CLICK_EVERY_LINK)
        page.wait_for_timeout(300)

        assert links > 20
        assert page.locator("section").count() == len(PAYLOADS) + len(HOSTILE)
        assert page.evaluate("window.ran") is None
        assert page.url == ADDRESS

    assert [url for url in asked if url not in {ADDRESS, ADDRESS + "favicon.ico"}] == []
    assert events == []


def test_the_page_would_show_what_runs_and_what_is_asked_for(browser: Browser) -> None:
    """The watch above sees what it looks for, if there is something to see."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url == ADDRESS:
            route.fulfill(body=PAGE.format(PAYLOADS["a picture that fails"]), content_type="text/html")
        else:
            route.abort()

    with browser.new_context() as context:
        context.route("**/*", answer)
        page = context.new_page()
        page.goto(ADDRESS)

        assert page.evaluate(WHAT_COULD_ACT) == ["onerror"]
        assert page.evaluate("window.ran") == 1
        assert ADDRESS + "x" in asked
