import gc
import os

# Nothing of what is loaded here is ever thrown away: to look through it for what could be costs a fifth of the start.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from cpq.memory import keep_freed  # noqa: E402
from cpq.one_by_one import one_by_one  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
# Web requests get short patience with locks and slow statements (see cpq.settings).
os.environ.setdefault("QUANTILE_WEB", "1")
keep_freed()
application = one_by_one(get_wsgi_application())
# All code is loaded here, once for all processes when the server preloads, and not by somebody's first request.
assert get_resolver().url_patterns
# Requests do not look through it either, and the processes go on sharing its memory.
gc.freeze()
# What processes keep of large quotes (core.kept) is looked through once in a few million objects, not at every edit.
gc.set_threshold(50_000, 10, 20)
gc.enable()
