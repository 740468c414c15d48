"""Settings of the whole application; every value that may differ between places comes from the environment.

docs/OPERATIONS.md lists the variables.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

from cpq.broker import pgmq_options

# Forecasts multiply small matrices: threads that wait for each other cost several times the work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR = BASE_DIR / "var"
VAR.mkdir(exist_ok=True)

PORT = os.environ.get("PORT", "8000")
SITE_URL = os.environ.get("SITE_URL", f"http://127.0.0.1:{PORT}")
SITE = urlsplit(SITE_URL)
# A site with a name of its own is meant for others than its developer.
PUBLIC = SITE.hostname not in ("127.0.0.1", "localhost")


def secret_key() -> str:
    """SECRET_KEY; else one of this checkout's own, made once and readable to its user alone."""
    if "SECRET_KEY" in os.environ:
        return os.environ["SECRET_KEY"]
    if PUBLIC:
        raise ImproperlyConfigured(f"{SITE_URL} needs a SECRET_KEY of its own: 50 random characters, kept secret.")
    path = VAR / "secret-key"
    if not path.exists():
        draft = VAR / f"secret-key.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        draft.replace(path)
    return path.read_text()


DEBUG = os.environ.get("DEBUG", "0") == "1" and not PUBLIC
SECRET_KEY = secret_key()
# Seal what is secret in the database; the first one seals, all of them open. A new SECRET_KEY loses nothing then.
ENCRYPTION_KEYS = tuple(os.environ.get("ENCRYPTION_KEYS", "").split()) or (SECRET_KEY,)

ALLOWED_HOSTS = [SITE.hostname or "", "127.0.0.1", "localhost", *os.environ.get("ALLOWED_HOSTS", "").split()]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SITE.scheme == "https"
SECURE_HSTS_SECONDS = 31_536_000 if SITE.scheme == "https" else 0
# How many proxies of our own stand before this server: so many entries of X-Forwarded-For are believed, from the right.
PROXY_HOPS = int(os.environ.get("PROXY_HOPS") or 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE.scheme == "https" else None
# A person signs in again after half an hour of doing nothing, and after twelve hours whatever they do.
SESSION_ENGINE = "core.sessions"
SESSION_IDLE_AGE = int(os.environ.get("SESSION_IDLE_SECONDS") or 30 * 60)
SESSION_COOKIE_AGE = int(os.environ.get("SESSION_SECONDS") or 12 * 3600)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "core",
    "customers",
    "catalog",
    "metering",
    "forecasting",
    "quotes",
    "billing",
    "crm",
    "cpq",
]

MIDDLEWARE = [
    "core.request_ids.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.languages.LanguageMiddleware",
    "core.data_words.DataWordsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.LimitMiddleware",
    "core.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cpq.urls"
WSGI_APPLICATION = "cpq.wsgi.application"
AUTH_USER_MODEL = "core.User"
LOGIN_URL = "core:login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "core.backends.CodeBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A link to set a password lives an hour.
PASSWORD_RESET_TIMEOUT = 3600
# Roles whose people need an authenticator app, separated by spaces; others may have one.
SECOND_FACTOR_ROLES = frozenset(os.environ.get("SECOND_FACTOR_ROLES", "").split())
OTP_TOTP_ISSUER = "Quantile"
# Sign-in through an OpenID Connect provider, for accounts that are here already; off without an issuer.
OIDC_ISSUER = os.environ.get("OIDC_ISSUER", "")
OIDC_CLIENT_ID = os.environ.get("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("OIDC_CLIENT_SECRET", "")
OIDC_NAME = os.environ.get("OIDC_NAME", "single sign-on")
# Ten wrong passwords or codes for one name from one address: wait a quarter of an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "core.views.problems.locked_out"
CSRF_FAILURE_VIEW = "core.views.problems.csrf_failed"

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
                "core.context.shell",
            ],
            "builtins": [
                "core.templatetags.quantile",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
            ],
        },
    },
]


# Nothing in a web request may hold a lock or a connection for long; commands and workers may.
PATIENCE = "-c statement_timeout=15s -c lock_timeout=2s -c idle_in_transaction_session_timeout=15s"
# Planning a row with all it points at (nine joins) takes ten times as long as reading it. Four relations are put in the
# best order; whatever joins them by a key follows in the order in which the query names it.
PLANNING = "-c join_collapse_limit=4"


def database(url: str) -> dict[str, object]:
    """Django's form of a ``postgresql://user:password@host:port/name?host=/socket`` address; embedded without one."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql" if url else "cpq.embedded",
        "NAME": parts.path.lstrip("/") or "quantile",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.get("host", ""),
        "PORT": parts.port or query.get("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": f"{PATIENCE} {PLANNING}"} if "QUANTILE_WEB" in os.environ else {},
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": database(DATABASE_URL)}

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or "pgmq://localhost"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
if CELERY_BROKER_URL.startswith("pgmq"):
    CELERY_BROKER_TRANSPORT_OPTIONS = pgmq_options(DATABASES["default"], time_limit=CELERY_TASK_TIME_LIMIT)
else:
    # Whoever decides does not wait for a broker that is away; a worker has its own way to wait for it.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat-schedule")
NIGHTLY = crontab(hour=2, minute=10)  # UTC
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "core.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "webhooks": {"task": "core.tasks.send_webhooks", "schedule": 5.0, "options": {"expires": 5}},
    "limits": {"task": "core.tasks.forget_spending", "schedule": 3600.0, "options": {"expires": 600}},
    "imports": {"task": "metering.tasks.work_on_imports", "schedule": 5.0, "options": {"expires": 5}},
    "sources": {"task": "metering.tasks.read_sources", "schedule": 60.0, "options": {"expires": 60}},
    "months": {"task": "metering.tasks.make_months", "schedule": 6 * 3600.0, "options": {"expires": 3600}},
    "reminders": {"task": "quotes.tasks.remind", "schedule": 60.0, "options": {"expires": 60}},
    "portfolio": {"task": "forecasting.tasks.forecast_all", "schedule": NIGHTLY, "options": {"expires": 3600}},
    "crm-messages": {"task": "crm.tasks.forget_received", "schedule": NIGHTLY},
    "api-answers": {"task": "core.tasks.forget_answers", "schedule": 3600.0, "options": {"expires": 3600}},
    "drift": {"task": "billing.tasks.look_for_drift", "schedule": NIGHTLY, "options": {"expires": 3600}},
    "deliveries": {"task": "billing.tasks.wake", "schedule": 3600.0, "options": {"expires": 3600}},
    "expiry": {"task": "quotes.tasks.expire", "schedule": 60.0, "options": {"expires": 60}},
}

# Any SMTP server, as smtp://user:password@host:port or smtps://; without one, mail ends in the mailbox page.
EMAIL_URL = urlsplit(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_URL.hostname else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = (
    EMAIL_URL.hostname or "localhost",
    EMAIL_URL.port or (465 if EMAIL_URL.scheme == "smtps" else 587),
)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
CHAT_WEBHOOK_URL = os.environ.get("CHAT_WEBHOOK_URL", "")
CHAT_WEBHOOK_SECRET = os.environ.get("CHAT_WEBHOOK_SECRET", "")
EMAIL_USE_TLS = bool(EMAIL_HOST_USER) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 20

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
# Compiled at start from the sources in locale/ (core/catalogs.py).
LOCALE_PATHS = [VAR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# Own files only: no inline script, no inline style, nobody frames us.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "media"
# Usage history: files on their way in, what was rejected of them, and bulk usage as Parquet. Web and workers share it.
HISTORY_DIR = Path(os.environ.get("HISTORY_DIR") or VAR / "history")
# A ClickHouse for usage events: https://user:key@host:8443/database.
CLICKHOUSE_URL = os.environ.get("CLICKHOUSE_URL", "")
CLICKHOUSE_TIMEOUT = 300
# Where usage is read from: a YAML file, see docs/HISTORY.md.
USAGE_SOURCES = os.environ.get("USAGE_SOURCES", "")
# What DuckDB may use of this machine while it adds bulk usage up; beyond that it works on disk, below HISTORY_DIR.
HISTORY_MEMORY = os.environ.get("HISTORY_MEMORY", "800MB")
HISTORY_THREADS = int(os.environ.get("HISTORY_THREADS") or os.cpu_count() or 2)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How often in a minute a person (signed out: an address) may ask for what is costly, sends mail, or can be guessed.
# The API has a limit of its own.
LIMITS = {
    "forecasting:start": 10,
    "metering:usage_file": 30,
    "quotes:document": 60,
    "quotes:lines_csv": 30,
    "quotes:links": 30,
    "quotes:list_file": 30,
    "quotes:room_document": 30,
    "quotes:room_enter": 30,
    "quotes:sending": 30,
}

# What other systems may be told of, and hosts inside the own network that messages may go to, separated by spaces.
WEBHOOK_EVENTS = "cpq.webhook_events.EVENTS"
DATA_WORDS = "catalog.queries.wordbooks.words_in"
# Who makes the messages of endpoints that want them in another shape.
WEBHOOK_SHAPES = {"crm": "crm.queries.telling.message"}
WEBHOOK_PRIVATE_HOSTS = frozenset(os.environ.get("WEBHOOK_PRIVATE_HOSTS", "").split())

OUTBOX_WIRING = "cpq.wiring.HANDLERS"
# Shortens every wait of the outbox and the hand-off, to prove in minutes what takes days (make chaos).
OUTBOX_PACE = float(os.environ.get("OUTBOX_PACE") or 1)
OUTBOX_LONGEST = float(os.environ.get("OUTBOX_LONGEST") or 2 * 86400)
# Seconds that a billing system has to answer; after that the outcome is unknown.
BILLING_TIMEOUT = float(os.environ.get("BILLING_TIMEOUT") or 20)
# What the billing system of a version cannot bill; asked by the quotes room, answered by the one that hands over.
BILLING_CHECK = "billing.queries.checking.unbillable"
# What mails carry that their rows only name: kind -> dotted path of what makes it from an id.
MAIL_PARTS = {
    "password": "core.passwords.link_to_send",
    "quote-pdf": "quotes.actions.letters.pdf",
    "room-link": "quotes.actions.sending.address",
    "signing-code": "quotes.actions.signing.digits",
}

REST_FRAMEWORK = {
    # A key opens only what core.api.endpoint.Endpoint asks a scope for.
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.authentication.PersonAuthentication"],
    # core.access.person decides who may do what, for pages and the API alike.
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["core.api.limits.MinuteLimit"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.JSONAnswer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.JSONBody"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Description",
    "NON_FIELD_ERRORS_KEY": "body",
    "EXCEPTION_HANDLER": "core.api.problems.problem_handler",
}
# What a key, or a person without one, may ask for in a minute; 0 for no limit.
API_REQUESTS_A_MINUTE = int(os.environ.get("API_REQUESTS_A_MINUTE") or 1200)
SPECTACULAR_SETTINGS = {
    "TITLE": "Quantile",
    "VERSION": "1.0.0",
    "DESCRIPTION": "Configure, price and quote what AI companies sell. docs/API.md is the guide.",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["core.api.schema.closed"],
}

# The environment whose published price books quotes are made from.
PRICE_ENVIRONMENT = os.environ.get("PRICE_ENVIRONMENT", "production")

SELLER = {
    "name": os.environ.get("SELLER_NAME", "Northlight AI, Inc."),
    "address": os.environ.get("SELLER_ADDRESS", "548 Market Street\nSan Francisco, CA 94104\nUnited States"),
    "email": os.environ.get("SELLER_EMAIL", "deals@northlight.example"),
    "zone": os.environ.get("SELLER_ZONE", "America/Los_Angeles"),
}
# What making one PDF may take; beyond that it is ended, tried once more, and said to have failed.
DOCUMENT_SECONDS = int(os.environ.get("DOCUMENT_SECONDS", "60"))
DOCUMENT_MEMORY = int(os.environ.get("DOCUMENT_MEMORY", str(1500 * 2**20)))
# The certificate that seals documents (PAdES): a PKCS #12 file and its pass phrase; see docs/DOCUMENTS.md.
# The demo makes one of its own, which is used where no other is named.
DEMO_CERTIFICATE = str(VAR / "seal.p12")
DOCUMENT_CERTIFICATE = os.environ.get("DOCUMENT_CERTIFICATE", DEMO_CERTIFICATE if (VAR / "seal.p12").exists() else "")
DOCUMENT_PASSPHRASE = os.environ.get("DOCUMENT_PASSPHRASE", "")
DEFAULT_FROM_EMAIL = f"{SELLER['name']} <{SELLER['email']}>".replace(",", "")

LOG_LEVEL = os.environ.get("LOG_LEVEL", "WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "core.request_ids.RequestIdFilter"}},
    "formatters": {
        "line": {
            "()": "core.logs.LineFormatter",
            "fmt": "%(asctime)s %(levelname)s %(request_id)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"django": {"level": LOG_LEVEL}},
}
