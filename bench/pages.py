"""How fast public pages are, against the bare limit: whitenoise serving a file of the same size from the same server.

Makes a database of its own with the demo content, starts gunicorn with one worker and the settings of production, and asks
for each type of page in turn with the file of the same size, round after round, over one kept-open connection. Prints for each
page type the ratio of cached page to file (goal: 0.8 or more), and for the page made anew its queries and its time on the
processor (goals for a section of the handbook: 8 queries, 10 ms).
"""

import argparse
import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "portal.example.org"
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https"}
GOALS = {"cached_to_static": 0.8, "uncached_queries": 8, "uncached_cpu_ms": 10}
HANDBOOK_SECTION = "handbook section"


@dataclass
class Result:
    """What was measured of one type of page."""

    page_type: str
    path: str
    bytes: int
    cached_per_second: float
    static_per_second: float
    cached_to_static: float
    queries: int
    cpu_ms: float


def main() -> int:
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        environment = production(Path(folder))
        say("Making a database with the demo content …")
        manage(environment, "migrate", "--verbosity", "0")
        manage({**environment, "PORTAL_ENV": "development"}, "load_demo")
        say("Collecting static files …")
        manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        say("Measuring pages made anew …")
        uncached = inside(environment, options.uncached)
        say(f"Measuring {len(uncached)} types of page against files of the same size …")
        results = measure(environment, uncached, options.rounds, options.seconds)
    report(results, as_json=options.json)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--rounds", type=int, default=5, help="rounds for each type of page (5)")
    parser.add_argument(
        "--seconds", type=float, default=0.5, help="seconds for each measurement in a round (0.5)"
    )
    parser.add_argument("--uncached", type=int, default=20, help="how often each page is made anew (20)")
    return parser.parse_args()


def say(text: str) -> None:
    """Progress, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def production(folder: Path) -> dict[str, str]:
    """The environment of a public server whose every file is in `folder`."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "PORTAL_ENV": "production",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "BASE_URL": f"https://{HOST}",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "PAGE_CACHE_SECONDS": "3600",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def manage(environment: dict[str, str], *command: str) -> None:
    """Runs a command of `manage.py`; what it prints goes with the progress. Raises CalledProcessError if it fails."""
    subprocess.run(
        [sys.executable, "manage.py", *command], env=environment, cwd=ROOT, check=True, stdout=sys.stderr
    )


def inside(environment: dict[str, str], times: int) -> list[dict[str, object]]:
    """What `bench/uncached.py` finds, which runs inside the portal: the types of page, their queries and processor time."""
    command = [sys.executable, str(ROOT / "bench" / "uncached.py"), "--json", "--times", str(times)]
    done = subprocess.run(
        command,
        env={**environment, "PAGE_CACHE_SECONDS": "0", "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])["pages"]


def measure(
    environment: dict[str, str], uncached: list[dict[str, object]], rounds: int, seconds: float
) -> list[Result]:
    """Asks for each page and its file in turn, so that whatever else the machine does falls on both alike."""
    static = Path(environment["STATIC_ROOT"]) / "bench"
    static.mkdir(parents=True)
    with server({**environment, "PAGE_CACHE_SECONDS": "0"}) as port:
        sizes = [len(fetch(port, str(page["path"]))) for page in uncached]
    for number, size in enumerate(sizes):
        # Letters, not blanks: the file is as hard to send as the page. No compressed twin is there for either.
        (static / f"{number}.html").write_bytes(b"a" * size)
    results = []
    with server(environment) as port:
        for number, page in enumerate(uncached):
            path, file = str(page["path"]), f"/static/bench/{number}.html"
            if fetch(port, path) != fetch(port, path) or len(fetch(port, file)) != sizes[number]:
                raise SystemExit(f"{path} is not answered alike twice, or its file is of another size.")
            pairs = [(rate(port, path, seconds), rate(port, file, seconds)) for _ in range(rounds)]
            cached, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(one / other for one, other in pairs)
            results.append(
                Result(
                    page_type=str(page["page_type"]),
                    path=path,
                    bytes=sizes[number],
                    cached_per_second=round(cached),
                    static_per_second=round(bare),
                    cached_to_static=round(ratio, 3),
                    queries=int(str(page["queries"])),
                    cpu_ms=float(str(page["cpu_ms"])),
                )
            )
            say(f"  {number + 1}/{len(uncached)} {page['page_type']}: {ratio:.2f}")
    return results


@contextmanager
def server(environment: dict[str, str]) -> Iterator[int]:
    """gunicorn with one worker that keeps connections open; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "portal.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
    ]
    command += ["--threads", "2", "--keep-alive", "60", "--log-level", "error"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(port: int) -> None:
    """Waits until the server answers. Raises SystemExit if it does not within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            fetch(port, "/healthz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("gunicorn did not answer within a minute.")


def fetch(port: int, path: str) -> bytes:
    """The body of one answer. Raises SystemExit if it is not 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers=HEADERS)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} is answered with {answer.status}.")
    return body


def rate(port: int, path: str, seconds: float) -> float:
    """Answers per second, asked for one after the other by a process of its own over one kept-open connection."""
    command = [
        sys.executable,
        str(ROOT / "bench" / "load.py"),
        str(port),
        path,
        str(seconds),
        json.dumps(HEADERS),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout)


def report(results: list[Result], *, as_json: bool) -> None:
    """A table for people, and as the last line one object for programs."""
    section = next(result for result in results if result.page_type == HANDBOOK_SECTION)
    print(
        f"{'page type':<28}{'bytes':>8}{'cached/s':>10}{'file/s':>8}{'ratio':>7}{'queries':>9}{'cpu ms':>8}"
    )
    for one in results:
        print(
            f"{one.page_type:<28}{one.bytes:>8}{one.cached_per_second:>10.0f}{one.static_per_second:>8.0f}"
            f"{one.cached_to_static:>7.2f}{one.queries:>9}{one.cpu_ms:>8.1f}"
        )
    summary = {
        "cached_to_static": round(statistics.median(one.cached_to_static for one in results), 3),
        "worst_cached_to_static": min(one.cached_to_static for one in results),
        "uncached_queries": section.queries,
        "uncached_cpu_ms": section.cpu_ms,
        "page_types": len(results),
        "worst_uncached_queries": max(one.queries for one in results),
    }
    print(f"\nGoals: {GOALS}. Found: {summary}")
    if as_json:
        print(json.dumps({**summary, "goals": GOALS, "pages": [asdict(one) for one in results]}))


if __name__ == "__main__":
    sys.exit(main())
