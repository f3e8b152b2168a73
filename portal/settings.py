"""Settings of the portal. Everything that differs between machines comes from the environment; development needs nothing set.

`PORTAL_ENV` is `development` (the default of `manage.py`) or `production` (the default of `portal.wsgi`).
`docs/operations.md` lists every variable.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

PORTAL_ENV = env.str("PORTAL_ENV", default="development")
if PORTAL_ENV not in {"development", "production"}:
    raise ImproperlyConfigured(f"PORTAL_ENV is “{PORTAL_ENV}”. Set it to “development” or “production”.")
PRODUCTION = PORTAL_ENV == "production"

DEBUG = env.bool("DEBUG", default=not PRODUCTION)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG is on in production. Unset DEBUG, or set PORTAL_ENV=development if this machine is not public."
    )
SECRET_KEY = env.str("SECRET_KEY", default="" if PRODUCTION else "development-only-key-that-protects-nothing")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to 50 or more random characters, for example from "
        "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`, and keep it secret."
    )

HERE = "https://localhost" if PRODUCTION else "http://localhost:8000"
BASE_URL = env.str("BASE_URL", default=HERE).rstrip("/")
HOST = BASE_URL.split("//")[-1].split(":")[0]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[HOST] if PRODUCTION else ["*"])
CSRF_FAILURE_VIEW = "portal.views.form_refused"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

# --- What the portal is made of -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "portal.members",
    "portal.links",
    "portal.pages",
    "portal.enquiries",
    # Who comes later is asked earlier about links (`portal.pages.cards`): those to the handbook are the most.
    "events",
    "handbook",
    "forum",
    "portal.toolkits",
    "search",
    "portal.desk",
    # machina's apps: its own, or ours that extend them. Polls have no pages; its permissions cannot be loaded without them.
    "machina.apps.forum",
    "machina.apps.forum_conversation.forum_polls",
    "forum.forum_conversation",
    "forum.forum_permission",
    "forum.forum_tracking",
    "mptt",
    "wagtailnhsukfrontend",
    "wagtail_modeladmin",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.table_block",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_q",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portal.middleware.RefuseOddInput",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.page_cache.PageCacheMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.pages.middleware.SiteMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.members.middleware.SessionSeenMiddleware",
    "portal.members.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.pages.context_processors.site",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    # Deferred transactions lose writers under load; IMMEDIATE with WAL and a wait does not.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
# Whoever closes the last connection to a file of SQLite tidies up behind all the others, which takes longer than most requests.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# AutoField here and BigAutoField in our own AppConfigs: the packages keep the migrations that they ship.
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
    ),
    # Wagtail's rows of the sizes of pictures. A row of a transaction that was taken back must not be found here.
    "renditions": (
        {"BACKEND": "portal.caches.CommittedRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "portal.caches.CommittedLocMemCache", "LOCATION": "renditions"}
    ),
}
PAGE_CACHE_SECONDS = env.int("PAGE_CACHE_SECONDS", default=0 if DEBUG else 300)

Q_CLUSTER = {
    "name": "portal",
    "orm": "default",
    "workers": env.int("WORKERS", default=2),
    "timeout": 300,
    "retry": 360,  # longer than the timeout, so that a piece of work still running is never started twice
    "max_attempts": 5,
    "ack_failures": True,
    "catch_up": False,  # a schedule that was missed runs once: every scheduled function catches up by itself
    "poll": 0.5,
    "label": "Background work",
    **({"redis": REDIS_URL, "orm": None} if REDIS_URL else {}),
}

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=VAR_DIR / "static")
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
# Files that are given out only after somebody's right to them was asked. Never below MEDIA_ROOT or anything else that is served.
PRIVATE_ROOT = Path(env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": (
            "portal.staticfiles.ManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail's page editor sends thousands
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Accounts -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_portal"
LOGOUT_REDIRECT_URL = "/"
# Staff need a second factor for the admin. Off only where nothing is at stake: the demo, which says so on screen.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", default=PRODUCTION)

ACCOUNT_ADAPTER = "portal.members.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "signup": "portal.members.forms.SignupForm",
    "add_email": "portal.members.forms.AddAddressForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # people are told when their password or second factor changes
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Network directors portal"
USERSESSIONS_TRACK_ACTIVITY = True
# How many proxies stand in front: limits count readers by the address that these add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
SOCIALACCOUNT_ONLY = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# Providers of OpenID Connect, by their provider_id, whose claim `membership_number` is believed.
MEMBERSHIP_PROVIDERS = env.list("MEMBERSHIP_PROVIDERS", default=[])

# --- Wagtail --------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Network directors portal"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = WAGTAIL_I18N_ENABLED = False
WAGTAILIMAGES_MAX_UPLOAD_SIZE, WAGTAILIMAGES_MAX_IMAGE_PIXELS = 10 * 1024 * 1024, 40_000_000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "mp4", "ods", "odt", "pdf", "pptx", "txt", "vtt", "webm", "xlsx", "zip"]  # fmt: skip
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.pages.forms.DocumentForm"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []  # a document is a download, never a page of this site
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict] = []  # nothing is fetched from other sites

# --- Mail -----------------------------------------------------------------------------------------------------------

MAIL_DIR = Path(env.str("MAIL_DIR", default=str(VAR_DIR / "mail")))
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25" if PRODUCTION else "dummymail://")
vars().update(EMAIL_CONFIG)
if not PRODUCTION and "EMAIL_URL" not in env.ENVIRON:
    EMAIL_BACKEND = "portal.mailbox.FileBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Network directors portal <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# The domain of the addresses of lists; whatever is sent there has to reach `manage.py mailserver`.
LIST_DOMAIN = env.str("LIST_DOMAIN", default=HOST)
# Whose Authentication-Results are believed: the names (authserv-id) of the mail servers in front of `manage.py mailserver`.
TRUSTED_MAIL_SERVERS = env.list("TRUSTED_MAIL_SERVERS", default=[])

# Who looks after the money: orders by invoice are sent there too, and what has to be looked at.
INVOICES_TO = env.str("INVOICES_TO", default="portal@localhost" if DEBUG else "")

# Payment by card, on pages of Stripe's: both keys, or neither.
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com")
# Where those pages are: browsers may be led there by a form, and to no other site.
STRIPE_CHECKOUT_ORIGIN = env.str("STRIPE_CHECKOUT_ORIGIN", default="https://checkout.stripe.com")

# So many days after a question to advisers is closed its words go, and whose they were.
ENQUIRIES_KEPT_DAYS = env.int("ENQUIRIES_KEPT_DAYS", default=365)

# --- Links ---------------------------------------------------------------------------------------------------------------

# Whether the schedule looks at links to other sites: the demonstration and tests leave them alone.
LINK_CHECK = env.bool("LINK_CHECK", default=PRODUCTION)
# So many seconds lie between two requests to one site when links to it are looked at.
LINK_CHECK_PAUSE = env.float("LINK_CHECK_PAUSE", default=5)
# Servers of this machine and its network are never asked, but for a stand-in in tests.
LINK_CHECK_LOCAL = not PRODUCTION and env.bool("LINK_CHECK_LOCAL", default=False)

# --- Search ---------------------------------------------------------------------------------------------------------

# Where Elasticsearch is. Without it the database finds.
ELASTICSEARCH_URL = env.str("ELASTICSEARCH_URL", default="")
ELASTICSEARCH_API_KEY = env.str("ELASTICSEARCH_API_KEY", default="")
# Names there begin so. Two portals on one server need two.
ELASTICSEARCH_INDEX = env.str("ELASTICSEARCH_INDEX", default="portal-search")

# --- Forum ----------------------------------------------------------------------------------------------------------

MIGRATION_MODULES = {"forum_permission": "machina.apps.forum_permission.migrations"}
MACHINA_MARKUP_LANGUAGE = ("forum.markup.to_html", {})
MACHINA_MARKUP_WIDGET = None
MACHINA_USER_DISPLAY_NAME_METHOD = "__str__"
# The dotted name of a function that is given the content of a file and says what is wrong with it, or None.
ATTACHMENT_SCANNER = env.str("ATTACHMENT_SCANNER", default="")
# Where ClamAV's daemon is: HOST:PORT, or the path of its socket.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="/var/run/clamav/clamd.ctl")

# --- Security -------------------------------------------------------------------------------------------------------

SESSION_COOKIE_HTTPONLY = SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # it asks for DENY, but Wagtail shows its previews in a frame
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True

OURS_ALONE = ("default", "script", "style", "font", "connect", "frame")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **{f"{kind}-src": [SELF] for kind in OURS_ALONE},
        **{name: [SELF] for name in ("frame-ancestors", "form-action", "base-uri")},
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
    }
}
# Wagtail's admin has inline scripts and styles; only its own addresses get this policy (portal.middleware.admin_policy).
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["console"],
        "level": env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING"),
    },
}
