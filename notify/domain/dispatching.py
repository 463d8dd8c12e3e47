"""The part of the worker that calls webhooks: one thread that reads and writes the database, and a
few that wait for receivers."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from notify.domain.delivering import Call, next_call, settle
from notify.domain.sending import Answer, send

_log = logging.getLogger("convene.webhooks")
# Seconds between two looks for what is due.
_PAUSE = 1.0
_PAUSE_AFTER_FAULT = 5.0


class Dispatcher:
    """Calls webhooks until it is stopped. An endpoint is called by one thread at a time, so one
    that is slow or away holds up itself alone, while there are more threads than such endpoints."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._calls: dict[Future[Answer], Call] = {}
        self._pool = ThreadPoolExecutor(settings.WEBHOOK_THREADS, "webhook")
        self._thread = threading.Thread(target=self._run, name="webhooks")

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Waits for calls that were begun, and writes down how they went."""
        self._stopping.set()
        self._thread.join()
        self._pool.shutdown()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                close_old_connections()
                began = self._begin()
                self._settle(0 if began else _PAUSE)
            except Exception:  # the database may be away: nothing is lost, leases run out
                _log.exception("Webhooks pause")
                self._stopping.wait(_PAUSE_AFTER_FAULT)
        try:
            while self._calls:
                self._settle(None)
        finally:
            connection.close()

    def _begin(self) -> bool:
        """Begins a call, if one is due and a thread is free."""
        if len(self._calls) >= settings.WEBHOOK_THREADS:
            return False
        busy: set[UUID] = {call.endpoint_id for call in self._calls.values()}
        call = next_call(timezone.now(), busy)
        if call is None:
            return False
        self._calls[self._pool.submit(send, call.url, call.body, call.headers)] = call
        return True

    def _settle(self, pause: float | None) -> None:
        """Writes down the calls that came to an end, waiting for so many seconds for one to."""
        if not self._calls:
            self._stopping.wait(pause)
            return
        done, _ = wait(self._calls, pause, FIRST_COMPLETED)
        for call in done:
            settle(self._calls.pop(call), call.result(), timezone.now())
