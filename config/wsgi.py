"""The WSGI application that a server runs."""

import gc
import os

from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.db.backends.signals import connection_created

from config.outages import limit_waiting
from config.release import release

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

connection_created.connect(limit_waiting)
# Connections are looked at when a request ends: nothing happens to them until the next one begins.
request_started.disconnect(close_old_connections)
application = get_wsgi_application()
# What this process runs is what it read: an upgrade on the disk beneath it changes nothing.
release()
# All of this stays for as long as the process: looking through it for garbage takes long, and
# everybody waits meanwhile.
gc.collect()
gc.freeze()
