"""The background worker beside the web server, for instances that run as one command."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

_COMMAND = [sys.executable, "manage.py", "worker"]
_RESTART_SECONDS = 10


@contextmanager
def background_worker() -> Iterator[None]:
    """Runs `manage.py worker` until the block ends, starting it anew should it end before."""
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep, args=[stopping], name="worker-keeper")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()


def _keep(stopping: threading.Event) -> None:
    while not stopping.is_set():
        # In a session of its own: Ctrl-C reaches the server alone, which then asks the worker once.
        # Asked twice, it would break its task off.
        worker = subprocess.Popen(  # noqa: S603 - our own command
            _COMMAND, cwd=settings.BASE_DIR, start_new_session=True
        )
        while worker.poll() is None:
            if stopping.wait(0.2):
                worker.terminate()
                worker.wait()
                return
        stopping.wait(_RESTART_SECONDS)
