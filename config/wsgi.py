"""The WSGI application that a server runs."""

import gc
import os

from django.conf import settings
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.db.backends.signals import connection_created

from config.outages import limit_waiting, trust_silence
from config.release import release

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

connection_created.connect(limit_waiting)
# Django looks at connections when a request begins and when it ends; once is enough.
request_started.disconnect(close_old_connections)
if not settings.ON_SQLITE:
    request_started.connect(trust_silence)
application = get_wsgi_application()
# What this process runs is what it read: an upgrade on the disk beneath it changes nothing.
release()
# All of this stays for as long as the process: looking through it for garbage takes long, and
# everybody waits meanwhile.
gc.collect()
gc.freeze()
