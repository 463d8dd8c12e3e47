"""`manage.py worker`: does what is not done while a request waits."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from config.outages import outage_of
from notify.domain.dispatching import Dispatcher
from operations.sweeping import sweep, tidy
from outbox.domain.taking import fan_out, number_anew

# Seconds between two looks for tasks.
_PAUSE = 1.0
_TIDY_EVERY = timedelta(minutes=10)


class Command(BaseCommand):
    """Sends mail, calls webhooks and takes up what another worker left, until it is stopped."""

    help = "Send mail, call webhooks, and take up again what a killed worker left undone."

    def handle(self, *args: Any, **options: Any) -> None:
        """Blocks until SIGINT or SIGTERM; a task and calls that were begun are finished first."""
        logging.getLogger("django_tasks").setLevel(logging.INFO)
        worker = _Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        worker.configure_signals()
        dispatcher = Dispatcher()
        dispatcher.start()
        try:
            _work(worker)
        finally:
            dispatcher.stop()


class _Worker(Worker):
    """Takes changes between two tasks, too: sending much mail does not hold up webhooks."""

    def run_task(self, db_task_result: DBTaskResult[..., Any]) -> None:
        """Runs the task."""
        super().run_task(db_task_result)
        _take_changes()


def _take_changes() -> None:
    """Takes the changes that wait. While the storage is locked, they go on waiting."""
    try:
        fan_out.call()
    except OperationalError as problem:
        if outage_of(problem) is None:
            raise


def _work(worker: _Worker) -> None:
    number_anew()
    swept = tidied = timezone.now() - timedelta(days=1)
    while worker.running:
        close_old_connections()
        now = timezone.now()
        if now - swept >= timedelta(seconds=settings.WORKER_SWEEP):
            swept = now
            sweep(now)
        if now - tidied >= _TIDY_EVERY:
            tidied = now
            tidy(now)
        _take_changes()
        # Claiming takes SQLite's write lock, so it is not tried for nothing.
        if DBTaskResult.objects.ready().exists():
            worker.run()
        if worker.running:
            time.sleep(_PAUSE)
