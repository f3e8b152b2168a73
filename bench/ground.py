"""What every bench of the portal's code stands on: a database of its own in a folder that goes, settings of its own, figures printed."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # a bench is started as a file, and Python looks beside it alone


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options that every bench has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--postgres", help="address of an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    return parser


def run(options: argparse.Namespace, measure: Callable[[str], dict[str, Any]], **environment: str) -> int:
    """Calls `measure` with a folder that goes afterwards, and prints its figures by their names."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        os.environ |= {
            "DATABASE_URL": options.postgres or f"sqlite:///{folder}/bench.sqlite3",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DEBUG": "0",
            "LOG_LEVEL": "ERROR",
            "MAIL_DIR": folder,
            "MEDIA_ROOT": f"{folder}/media",
            "PRIVATE_ROOT": f"{folder}/private",
            **environment,
        }
        results = measure(folder)
    for name, value in results.items():
        print(f"{name:<24}{value:>12,}" if not isinstance(value, dict) else f"{name:<24}{value}")
    if options.json:
        print(json.dumps(results))
    return 0
