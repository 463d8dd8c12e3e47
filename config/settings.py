"""Every setting of Convene, read from the environment. Defaults are safe and need no file.

See docs/operations.md for what each variable does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from api import other_sites
from api.openapi import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from config.database import POOLED_BY_TRANSACTION as POOLED_BY_TRANSACTION
from config.database import REQUEST_SETTINGS as REQUEST_SETTINGS
from config.database import is_sqlite, read_databases
from config.instance import ADMIN_EMAIL as ADMIN_EMAIL
from config.instance import IMPRINT_URL as IMPRINT_URL
from config.instance import OPEN_EVENTS as OPEN_EVENTS
from config.instance import PRIVACY_URL as PRIVACY_URL
from config.instance import env, read_site
from config.languages import LANGUAGE_CODE as LANGUAGE_CODE
from config.languages import LANGUAGE_COOKIE_AGE as LANGUAGE_COOKIE_AGE
from config.languages import LANGUAGE_COOKIE_NAME as LANGUAGE_COOKIE_NAME
from config.languages import LANGUAGES as LANGUAGES
from config.logs import logging_to_console
from config.rates import ensure_rates
from config.secrets import instance_secret

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()

DEBUG = env.bool("DEBUG", default=False)

# --- Keys ---------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY", default="") or instance_secret(DATA_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Capability links are derived from the first key; the older ones still open links made with them.
CAPABILITY_KEYS: list[str] = [
    env.str("CAPABILITY_KEY", default="") or SECRET_KEY,
    *env.list("CAPABILITY_KEY_FALLBACKS", default=[]),
]

# --- Where this instance lives ------------------------------------------------------------------
HOST = env.str("HOST", default="127.0.0.1")
PORT = env.int("PORT", default=8000)
SITE_URL = read_site(env.str("SITE_URL", default=""))
SITE_NAME = env.str("SITE_NAME", default="Convene")
_site = urlsplit(SITE_URL)
_over_https = _site.scheme == "https"

_own_hosts = {"localhost", "127.0.0.1", "[::1]", _site.hostname, HOST} - {None, "", "0.0.0.0", "::"}  # noqa: S104 - names to strip, nothing is bound here
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=sorted(host for host in _own_hosts if host))
CSRF_TRUSTED_ORIGINS = env.list(
    "CSRF_TRUSTED_ORIGINS", default=[SITE_URL] if _site.hostname else []
)

# How many reverse proxies stand in front: their X-Forwarded-* headers are believed, others are not.
NUM_PROXIES = env.int("NUM_PROXIES", default=0)
if NUM_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "pages.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "outbox",
    "accounts",
    "channels",
    "events",
    "rsvps",
    "comments",
    "access",
    "notify",
    "operations",
]

# --- Watching it --------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in ("text", "json"):
    raise ImproperlyConfigured("LOG_FORMAT is text or json.")
ACCESS_LOG = env.bool("ACCESS_LOG", default=LOG_FORMAT == "json")
LOG_CLIENTS = env.bool("LOG_CLIENTS", default=False)
METRICS = env.bool("METRICS", default=False)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_DIR = Path(env.str("METRICS_DIR", default=str(DATA_DIR / "metrics"))).resolve()
if METRICS:
    # prometheus_client reads it when it is imported, and counts for this process alone without it.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)
# What machines ask: by any host name, over plain HTTP behind the proxy, without a session.
PROBES = ("healthz", "readyz", "metrics")
SECURE_REDIRECT_EXEMPT = [f"^{name}$" for name in PROBES]

# --- Middleware ---------------------------------------------------------------------------------
# Sessions, CSRF, sign-in and messages serve the pages and the admin; the JSON APIs do not pay
# for them (config/middleware.py).
MIDDLEWARE = [
    "config.request_log.request_ids",
    *(["config.request_log.access_log"] if ACCESS_LOG else []),
    *(["operations.metrics.count_requests"] if METRICS else []),
    # Behind those that watch each request, before all that an answer that is kept went through.
    "config.kept.kept_answers",
    # Before all that may answer by itself: a script is to read refusals, too.
    "api.cors.Cors",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressedPages",
    "config.localising.speak",
    "config.middleware.ContentSecurityPolicy",
    "config.middleware.Sessions",
    "config.middleware.Common",
    "config.middleware.Csrf",
    "config.middleware.Authentication",
    "config.middleware.Messages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
API_PREFIXES = ("/api/v1/", "/social/", *(f"/{name}" for name in PROBES))
# What other sites show reads no cookie either; images, probes and OpenAPI are in no language but
# English (config/localising.py).
COOKIELESS_PREFIXES = (*API_PREFIXES, "/embed/", "/oembed")
WORDLESS_PREFIXES = ("/covers/", "/media/", "/api/schema/", *(f"/{name}" for name in PROBES))

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pages.context.site",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "pages.template_tags",
                "pages.part_tags",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------
DATABASES = read_databases(DATA_DIR)
ON_SQLITE = is_sqlite(DATABASES["default"])
if ON_SQLITE:
    # The REST framework would load psycopg, nine megabytes, merely because it is installed.
    sys.modules["django.contrib.postgres.fields"] = None  # type: ignore[assignment]
# A standby that answers public reads (config/standby.py), not more seconds behind than this.
REPLICA_MAX_LAG = env.int("REPLICA_MAX_LAG", default=10)
if "standby" in DATABASES:
    if ON_SQLITE or "CACHE_URL" not in env:
        raise ImproperlyConfigured("DATABASE_REPLICA_URL needs PostgreSQL and CACHE_URL.")
    DATABASE_ROUTERS = ["config.reading.Router"]
    MIDDLEWARE.insert(MIDDLEWARE.index("config.kept.kept_answers"), "config.standby.shared_reads")
# Addresses whose answers strangers share, and keys that may be read by a standby.
SHARED_READS = (
    r"/(?:(?:channels|oembed|sitemap\.xml|[es]/[0-9a-f-]{36}(?:\.ics)?"
    r"|e/[0-9a-f-]{36}/(?:event\.ics|attendees|comments))?\Z"
    r"|(?:api/v1|social|c|embed|share|sitemap)/)"
)
SHARED_CREDENTIALS = ("pk_live_", "sk_live_")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Server -------------------------------------------------------------------------------------
# SQLite has one writer, so one worker; PostgreSQL serves as many as there are cores (0 = cores).
WEB_WORKERS = env.int("WEB_WORKERS", default=1 if ON_SQLITE else 0)

# How long a body may pause and take in all, and an answer wait to be taken, in seconds. Only the
# client waits: requests are answered one after the other when they are whole (config/rsgi.py).
BODY_PAUSE_SECONDS = env.int("BODY_PAUSE_SECONDS", default=10)
BODY_SECONDS = env.int("BODY_SECONDS", default=120)
SEND_SECONDS = env.int("SEND_SECONDS", default=30)
# Where passwords are hashed: requests that are answered beside the others (config/lanes.py).
SLOW_READS = ("/share/", "/sitemap")  # where images are drawn, and long lists written
SLOW_PATHS = ("/admin/login/", "/admin/password_change/", "/admin/accounts/user/")

# --- Accounts -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Time, language -----------------------------------------------------------------------------
USE_I18N = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
FORMAT_MODULE_PATH = "pages.formats"
TIME_ZONE = "UTC"

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Django makes uploads readable to everybody, whatever the umask says.
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "config.staticfiles.HashedStaticFiles"},
}
# With a bucket, several hosts share the images; /media/ hands them out all the same. Keys come from
# AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which boto3 reads itself.
if S3_BUCKET := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "config.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "file_overwrite": False,
        },
    }
# With less space than this on its disks an instance is not ready: writes are about to fail.
MIN_FREE_MB = env.int("MIN_FREE_MB", default=100)
# Hashed names never change their content: browsers keep them for a year.
WHITENOISE_MAX_AGE = 3600

# Larger forms are not even read (config/uploads.py): 413.
FILE_UPLOAD_HANDLERS = [
    "config.uploads.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Bytes that each process may take for answers to the public (config/kept.py). 0 keeps none.
KEPT_BYTES = env.int("KEPT_MB", default=8) * 1024 * 1024

# --- Limits -------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# The largest body that is kept: an image (config/images.py) with its form around it.
MOST_BODY_BYTES = 6 * 1024 * 1024
# An event with fifty ticket types is one form in the admin.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
# Who is counted by which: access/throttling.py. Generous: a full hall may sit behind one address.
THROTTLE = env.bool("THROTTLE", default=True)
THROTTLE_EVENTS = env.str("THROTTLE_EVENTS", default="120/hour")
THROTTLE_WRITES = env.str("THROTTLE_WRITES", default="1200/hour")
THROTTLE_TENANT_EVENTS = env.str("THROTTLE_TENANT_EVENTS", default="6000/hour")
THROTTLE_COMMENTS = env.str("THROTTLE_COMMENTS", default="300/hour")
THROTTLE_CONTACT = env.str("THROTTLE_CONTACT", default="30/hour")
THROTTLE_CONTACT_EVENT = env.str("THROTTLE_CONTACT_EVENT", default="200/day")
THROTTLE_REPORTS = env.str("THROTTLE_REPORTS", default="20/hour")
THROTTLE_LOST_LINKS = env.str("THROTTLE_LOST_LINKS", default="120/hour")
THROTTLE_LOST_LINKS_ADDRESS = env.str("THROTTLE_LOST_LINKS_ADDRESS", default="5/hour")
# Wrong passwords: for an account from one address, from one address, for an account from anywhere.
THROTTLE_LOGIN = env.str("THROTTLE_LOGIN", default="10/15minutes")
THROTTLE_LOGIN_ADDRESS = env.str("THROTTLE_LOGIN_ADDRESS", default="50/15minutes")
THROTTLE_LOGIN_ACCOUNT = env.str("THROTTLE_LOGIN_ACCOUNT", default="100/hour")
ensure_rates(vars())
CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://")}
_cache = CACHES["default"]
if _cache["BACKEND"].endswith("LocMemCache"):
    _cache["OPTIONS"] = {"MAX_ENTRIES": 20_000}
elif _cache["BACKEND"].endswith("RedisCache"):
    _cache["BACKEND"] = "config.shared_cache.SharedCache"
    _cache["OPTIONS"] = {
        "socket_connect_timeout": 0.5,
        "socket_timeout": 0.5,
        **_cache.get("OPTIONS", {}),
    }
# Pieces of pages, by Django's tag of the name: making one anew takes less than asking another host.
CACHES["template_fragments"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "fragments",
    "OPTIONS": {"MAX_ENTRIES": 2_000},
}

# --- Retention ----------------------------------------------------------------------------------
# Days after an event's end until `manage.py purge` removes who came, and the event. None: never.
RETAIN_RSVP_DAYS = env.int("RETAIN_RSVP_DAYS", default=None)
RETAIN_EVENT_DAYS = env.int("RETAIN_EVENT_DAYS", default=None)

# --- Comments on events of nobody's: what passes (comments/domain/moderation.py) ---
COMMENT_BLOCKED_TERMS = env.list("COMMENT_BLOCKED_TERMS", default=[])
COMMENT_MAX_LINKS = env.int("COMMENT_MAX_LINKS", default=None)
COMMENT_MODERATOR = env.str("COMMENT_MODERATOR", default="")

# --- Mail and background work -------------------------------------------------------------------
# Without EMAIL_URL nothing is mailed and nothing enqueued.
EMAIL_URL = env.str("EMAIL_URL", default="")
MAIL_ENABLED = bool(EMAIL_URL)
if MAIL_ENABLED:
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str(
    "MAIL_FROM", default=f"{SITE_NAME} <noreply@{_site.hostname or 'localhost'}>"
)
# Mails to one address in a day, recipients of one event of nobody's in a day, and all mails in an
# hour: nobody is to mail strangers from here (notify/domain/mail/limiting.py).
MAIL_LIMIT_RECIPIENT = env.int("MAIL_LIMIT_RECIPIENT", default=10)
MAIL_LIMIT_EVENT = env.int("MAIL_LIMIT_EVENT", default=50)
MAIL_LIMIT_HOUR = env.int("MAIL_LIMIT_HOUR", default=5000)
# Seconds until what a killed worker had in hand is taken up again (mails, changes and deliveries,
# tasks), and between two looks for such work.
MAIL_LEASE = env.int("MAIL_LEASE", default=300)
OUTBOX_LEASE = env.int("OUTBOX_LEASE", default=30)
TASK_LEASE = env.int("TASK_LEASE", default=600)
WORKER_SWEEP = env.int("WORKER_SWEEP", default=10)
# Seconds that calling a webhook may take, and how many are called at a time; how often webhooks of
# single events may call one host in an hour; whether addresses of private networks may be called.
WEBHOOK_SECONDS = env.float("WEBHOOK_SECONDS", default=15.0)
WEBHOOK_THREADS = env.int("WEBHOOK_THREADS", default=8)
WEBHOOK_LIMIT_HOST = env.int("WEBHOOK_LIMIT_HOST", default=600)
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
# A task is a row written in the transaction that enqueues it; `manage.py worker` runs it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- Security headers ---------------------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=False)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000 if _over_https else 0)
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _over_https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pages.errors.csrf_failure"
# Which addresses: api/cors.py. Any site may ask, as no answer depends on what a browser adds by
# itself, such as cookies (docs/security.md).
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = other_sites.ALLOWED_HEADERS
CORS_EXPOSE_HEADERS = other_sites.EXPOSED_HEADERS
CORS_PREFLIGHT_MAX_AGE = 24 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- APIs ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["api.json.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.json.OrjsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.WhateverIsAccepted",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "api.schema.ConveneSchema",
    "EXCEPTION_HANDLER": "api.refusals.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    "NUM_PROXIES": NUM_PROXIES,
    "URL_FORMAT_OVERRIDE": None,
}

# --- Logs ---------------------------------------------------------------------------------------
# A private channel's slug is its key: no line shows it (config/logs.py).
SECRET_PATHS = ("c", "channels", "communities")
LOGGING = logging_to_console(LOG_FORMAT, env.str("LOG_LEVEL", default="INFO").upper())
