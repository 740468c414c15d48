"""Settings under test: nothing slow, nothing that leaves the process."""

from cpq.settings import *  # noqa: F403 - the same settings, changed below
from cpq.settings import DATABASES
from cpq.settings.data import PLANNING, PREPARING

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_BROKER_URL = "memory://localhost"
CELERY_BROKER_TRANSPORT = "memory"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Every test client would list what was collected there.
STATIC_ROOT = None  # type: ignore[assignment]
# Planned as on the web. No commit waits for the disk: after a power cut nobody misses what a test wrote.
DATABASES["default"]["OPTIONS"] = PREPARING | {"options": f"{PLANNING} -c synchronous_commit=off"}
AXES_ENABLED = False
API_REQUESTS_A_MINUTE = 0
LIMITS = {}

# Documents are sealed only where a test brings the certificate.
DEMO_CERTIFICATE = DOCUMENT_CERTIFICATE = ""
