"""The WSGI application that a server runs."""

import os

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from config.outages import limit_waiting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

connection_created.connect(limit_waiting)
application = get_wsgi_application()
