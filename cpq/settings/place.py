"""Where this runs: its folders, its address, its secrets and what it logs."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

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
