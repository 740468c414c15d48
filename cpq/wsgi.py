import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
# Web requests get short patience with locks and slow statements (see cpq.settings).
os.environ.setdefault("QUANTILE_WEB", "1")
application = get_wsgi_application()
