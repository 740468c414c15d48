import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
# Web requests get short patience with locks and slow statements (see cpq.settings).
os.environ.setdefault("QUANTILE_WEB", "1")
application = get_wsgi_application()
# All code is loaded here, once for all processes when the server preloads, and not by somebody's first request.
assert get_resolver().url_patterns
