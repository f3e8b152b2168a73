"""The portal's settings for the server that the browser tests talk to: addresses that fail on request, faster passwords, and a
clock that a test can set.
"""

import os
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from portal.settings import *  # noqa: F403  settings are a flat list of names, and every one is wanted

CLOCK_FILE = Path(os.environ["CLOCK_FILE"])
running = timezone.now


def now() -> datetime:
    """The real moment, unless a test has set the clock: then it goes on from the moment in the file, a thousand times more slowly.

    So a test can do what it likes in the last second, and yet what was queued before is not queued in the same moment.
    """
    try:
        set_to, set_at = CLOCK_FILE.read_text(encoding="ascii").split()
    except FileNotFoundError:
        return running()
    return datetime.fromisoformat(set_to) + (running() - datetime.fromisoformat(set_at)) / 1000


# Settings come before all apps, so whoever imports the function by its name gets this one, in the worker too.
timezone.now = now

ROOT_URLCONF = "tests.browser.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The style sheets come straight from their sources, with DEBUG off too.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# Wagtail saves drafts by itself while one types. Where a test presses Publish in that very moment, its request is answered with
# 400, which the editor does not notice and the tests would.
WAGTAIL_AUTOSAVE_INTERVAL = 0
