"""The portal's settings for the server that the browser tests talk to: addresses that fail on request, and faster passwords."""

from portal.settings import *  # noqa: F403  settings are a flat list of names, and every one is wanted

ROOT_URLCONF = "tests.browser.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The style sheets come straight from their sources, with DEBUG off too.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# Wagtail saves drafts by itself while one types. Where a test presses Publish in that very moment, its request is answered with
# 400, which the editor does not notice and the tests would.
WAGTAIL_AUTOSAVE_INTERVAL = 0
