"""The portal's settings for tests: faster passwords, mail kept in memory, work done at once, files in a folder of the run's own."""

import atexit
import shutil
import tempfile
from pathlib import Path

from portal.settings import *  # noqa: F403  settings are a flat list of names, and every one is wanted

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STAFF_SECOND_FACTOR = True
INVOICES_TO = "invoices@association.example"
STRIPE_SECRET_KEY = STRIPE_WEBHOOK_SECRET = ""
ELASTICSEARCH_URL = ELASTICSEARCH_API_KEY = ""
PAGE_CACHE_SECONDS = 0
Q_CLUSTER = {**Q_CLUSTER, "sync": True}  # noqa: F405  from portal.settings
_FILES = Path(tempfile.mkdtemp(prefix="portal-tests-"))
atexit.register(shutil.rmtree, _FILES, ignore_errors=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405  from portal.settings
    # Nothing in it has to outlive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"  # noqa: F405
MEDIA_ROOT = _FILES / "media"
PRIVATE_ROOT = _FILES / "private"
STORAGES = {
    **STORAGES,  # noqa: F405  from portal.settings
    "private": {**STORAGES["private"], "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None}},  # noqa: F405
}
MAIL_DIR = _FILES / "mail"
STATIC_ROOT = _FILES / "static"
WHITENOISE_AUTOREFRESH = True
LOGGING = {"version": 1, "disable_existing_loggers": False}
