"""The WSGI application that a server runs."""

import os

from django.core.wsgi import get_wsgi_application
from django.db.backends.signals import connection_created

from config.outages import limit_waiting
from config.release import release

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

connection_created.connect(limit_waiting)
application = get_wsgi_application()
# What this process runs is what it read: an upgrade on the disk beneath it changes nothing.
release()
