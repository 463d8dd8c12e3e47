"""Collecting static files only when one of them changed: a restart should take seconds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

# Unlike all else that is written (manage.py): a proxy may serve these files itself.
_READABLE = 0o022


def collect_changed() -> bool:
    """Runs collectstatic when the source files differ from those collected last; tells if it did.

    Files count as the same by name, size and modification time.
    """
    mark = Path(settings.STATIC_ROOT) / ".collected"
    current = _fingerprint()
    if mark.exists() and mark.read_text() == current:
        return False
    before = os.umask(_READABLE)
    try:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    finally:
        os.umask(before)
    mark.write_text(current)
    return True


def _fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
