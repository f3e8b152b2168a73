"""The web server's way in. A server that is not `manage.py` serves the public: settings are production's unless told otherwise."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("PORTAL_ENV", "production")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
