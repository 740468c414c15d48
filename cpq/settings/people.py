"""Who comes in: sessions, passwords, the second factor, single sign-on and how often one may try."""

import os

AUTH_USER_MODEL = "core.User"
LOGIN_URL = "core:login"
LOGIN_REDIRECT_URL = "/"
# A person signs in again after half an hour of doing nothing, and after twelve hours whatever they do.
SESSION_ENGINE = "core.sessions"
SESSION_IDLE_AGE = int(os.environ.get("SESSION_IDLE_SECONDS") or 30 * 60)
SESSION_COOKIE_AGE = int(os.environ.get("SESSION_SECONDS") or 12 * 3600)

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
