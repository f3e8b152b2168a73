"""What is asked of every page that a test opens: it is silent, it calls nobody else, it fits, and axe finds nothing."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, WebError

AXE = Axe()
# Wagtail's checks of a page in its editor write here what the panel tells the editor.
CHECKS_FIND = "axe.run results"
WHAT_STICKS_OUT = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const sticksOut = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right > root.clientWidth + 1);
  return [`${root.scrollWidth} of ${root.clientWidth} px`,
    ...sticksOut.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}"""


class Watch:
    """Collects whatever goes wrong unseen in the pages of one browser context."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.expected: dict[str, int] = {}
        self.problems: list[str] = []
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def expect(self, path: str, status: int) -> None:
        """Says that this path will be answered with an error, so that it is no problem."""
        self.expected[path] = status

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.host:
            self.problems.append(f"calls another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and self.expected.get(urlsplit(response.url).path) != response.status:
            self.problems.append(f"{response.status} for {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        """Errors and the reports of the content security policy, which Chromium writes here too."""
        if message.type != "error" or urlsplit(message.location["url"]).path in self.expected:
            return
        if message.text.startswith(CHECKS_FIND):
            return
        self.problems.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe finds wrong in the page, or in what `within` selects: a line for each element."""
    page.wait_for_load_state("networkidle")  # a page that a click has asked for may still be on its way
    return violations_now(page, within)


def violations_now(page: Page, within: str | None = None) -> list[str]:
    """The same, of a page that is known to be there."""
    found = AXE.run(page, context=within).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def what_sticks_out(page: Page) -> list[str]:
    """What makes the page scroll sideways; empty if it does not."""
    return page.evaluate(WHAT_STICKS_OUT)


def problems_at(width: int, page: Page, path: str) -> list[str]:
    """Opens a page at a width: what makes it scroll sideways and, except at the width between, what axe finds."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    return what_sticks_out(page) + (violations_now(page) if width != 768 else [])
