"""The quick checks, side by side: `python -m tests.check`. Prints what each found and ends with 1 if any found something."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str]] = {
    "djlint": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "manage.py check": [sys.executable, "manage.py", "check", "--fail-level", "ERROR"],
    "makemigrations --check": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "access-and-expiry.md": [sys.executable, "manage.py", "describe_access", "--check"],
    "import-linter": [str(BIN / "lint-imports"), "--no-cache"],
    "ruff check": [str(BIN / "ruff"), "check", "--quiet", "."],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
}


def run(name: str) -> tuple[str, int, float, str]:
    """Runs one check: its name, exit code, seconds and output."""
    begun = time.monotonic()
    done = subprocess.run(
        CHECKS[name], capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"}
    )
    return name, done.returncode, time.monotonic() - begun, done.stdout + done.stderr


def main() -> int:
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for name, code, seconds, output in pool.map(run, CHECKS):
            print(f"{'ok    ' if code == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
            if code:
                failed.append(name)
                print(output, flush=True)
    print(
        f"Failed: {', '.join(failed)}. `make fix` mends what a machine can mend."
        if failed
        else "All checks passed."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
