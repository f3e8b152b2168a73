"""A site on this machine whose links are looked at: it answers as its test says, and writes down what it was asked."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Site:
    """`pages`: path → status, headers, content; what is not there is 404. `asked`: method, path and User-Agent of each request."""

    address: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    no_head: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def answers(self, path: str, status: int = 200, content: bytes = b"", **headers: str) -> str:
        """Has the site answer at a path from now on; returns its address."""
        self.pages[path] = status, headers, content
        return self.address + path

    @property
    def requests(self) -> list[tuple[str, str]]:
        """What was asked beside robots.txt."""
        return [(method, path) for method, path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def running() -> Iterator[Site]:
    """The site, while it runs."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            site.asked.append((self.command, self.path, self.headers.get("User-Agent", "")))
            site.times.append(time.monotonic())
            status, headers, content = site.pages.get(self.path, (404, {}, b""))
            if self.command == "HEAD" and self.path in site.no_head:
                status = 405
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_HEAD = do_GET = answer  # noqa: N815  the names are the library's

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
