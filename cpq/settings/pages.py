"""What answers a request: apps, middleware, templates, languages, static files and what a browser may load."""

from cpq.settings.place import BASE_DIR, VAR

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
    "core.middleware.AddressMiddleware",
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
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
# Compiled at start from the sources in locale/ (core/catalogs.py).
LOCALE_PATHS = [VAR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# Who knows what is written in the data, such as names of prices, in other languages.
DATA_WORDS = "catalog.queries.wordbooks.words_in"

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
