"""`manage.py serve`: brings the instance up to date and serves it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from contextlib import nullcontext
from copy import deepcopy
from ipaddress import ip_address
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from django.template import engines
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from accounts.domain.organizers import keep_group
from config.links import site_url
from operations.assets import collect_changed
from operations.pending import pending_migrations
from operations.worker import background_worker

# Connections that wait to be accepted, and those open at a time in each worker: an idle one costs
# a few kilobytes, so that one client's thousand sockets shut nobody out.
_BACKLOG = 4096
_CONNECTIONS = 16384
# A connection on which no request begins is closed after this long.
_HEADER_MILLISECONDS = 10_000
_APPLICATION = "config.rsgi"


class Command(BaseCommand):
    """Migrates, collects static files when they changed, then serves until stopped."""

    help = "Migrate, collect static files, and serve on HOST:PORT with a production-grade server."

    def add_arguments(self, parser: CommandParser) -> None:
        """Deployments that migrate in a separate step can skip the preparation."""
        parser.add_argument(
            "--no-prepare",
            action="store_true",
            help="Do not migrate and do not collect static files.",
        )
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help="Do not send mail and call webhooks from here: run `manage.py worker` for that.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Blocks until SIGINT or SIGTERM, then lets running requests finish."""
        _ensure_free(settings.HOST, settings.PORT)
        # Until the server handles it itself: a stop during the start is a clean stop too.
        signal.signal(signal.SIGTERM, _end)
        if not options["no_prepare"]:
            _prepare_apart()
        _forget_metrics()
        connections.close_all()
        _load_for_all_workers()
        os.register_at_fork(after_in_child=_leave_signals_to_the_server)
        address = site_url()
        workers = settings.WEB_WORKERS or os.cpu_count() or 1
        self.stdout.write(
            f"{settings.SITE_NAME} is at {address}\n"
            f"  data       {settings.DATA_DIR}\n"
            f"  database   {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}, "
            f"{workers} worker{'s' if workers > 1 else ''}\n"
            f"  admin      {address}/admin/   (create an account: manage.py createsuperuser)\n"
            f"  API        {address}/api/docs/\n"
            f"  root token manage.py root_token\n"
            "Stop with Ctrl-C."
        )
        self.stdout.flush()
        with nullcontext() if options["no_worker"] else background_worker():
            _server(workers).serve()


def _ensure_free(host: str, port: int) -> None:
    """Raises CommandError where nobody can listen, or somebody does: a second server would share
    the port, and the two would answer in turn."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        ip_address(host)
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError, ValueError) as problem:
        code = problem.errno if isinstance(problem, OSError) else None
        reason = os.strerror(code) if code else str(problem).rstrip(".")
        raise CommandError(f"Cannot listen on HOST {host}, PORT {port}: {reason}.") from None


def _end(*_: Any) -> None:
    sys.exit(0)


def _prepare_apart() -> None:
    """Migrates and collects in a process of its own. Migrating takes some fifty megabytes, even
    where nothing is to be done, and whatever this process takes stays with it and its workers.
    Exits where that process does."""
    connections.close_all()
    child = get_context("fork").Process(target=_prepare, daemon=True)
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(1)


def _prepare() -> None:
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_DFL)
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    if pending_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    else:  # every migration ends with this; `migrate` takes a fifth of a second to get there
        keep_group(using=DEFAULT_DB_ALIAS)
    collect_changed()


def _leave_signals_to_the_server() -> None:
    """In a worker that was just forked: only the server's SIGTERM stops it.

    Ctrl-C would reach it as well, and a worker that gets two signals hangs. Until it handles
    SIGTERM itself it has the server's handler, which would ignore it; no request has begun by then.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _load_for_all_workers() -> None:
    """Imports the application, compiles its templates and fills the tables of addresses, one for
    each language, before workers are forked: they share the memory, and nobody's first page waits
    for that. The garbage collector would write to every object as it looks at it, and each worker
    then have its own."""
    import_string(f"{_APPLICATION}.application")
    for folder in map(Path, engines["django"].dirs):
        for template in folder.rglob("*.html"):
            get_template(str(template.relative_to(folder)))
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            reverse("home")
    gc.collect()
    gc.freeze()


def _forget_metrics() -> None:
    """Removes the counts of processes that no longer run."""
    for counts in settings.METRICS_DIR.glob("*_[0-9]*.db") if settings.METRICS else ():
        counts.unlink()


def _server(workers: int) -> Any:
    return Granian(
        f"{_APPLICATION}:application",
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        workers=workers,
        backlog=_BACKLOG,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        websockets=False,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=deepcopy(settings.LOGGING),
        workers_kill_timeout=30,
    )
