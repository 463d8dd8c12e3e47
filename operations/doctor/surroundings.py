"""Checks of what the instance stands on: database, clock, disk, mail, backups."""

from __future__ import annotations

import shlex
import socket
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from notify.domain.mail.delivery import Outcome
from notify.domain.mail.trial import send_trial
from notify.enums import MailState
from notify.models import Mail
from operations.backups import last_backup
from operations.commands import several
from operations.doctor.findings import Found, error, ok, warning
from operations.folders import data_folders, short_of_space
from operations.pending import pending_migrations
from outbox.models import Change

_APART = timedelta(seconds=10)
_FIRST_YEAR, _LAST_YEAR = 2025, 2200
_MAIL_SECONDS = 3
_EVERYBODY = 0o007
_WEEK = timedelta(days=7)
# A worker looks every two seconds; if a task has waited this long, no worker is running.
_WAITED = timedelta(minutes=10)
# A backup a day, and one may fail.
_BACKUP_AGE = timedelta(hours=48)


def check_migrations() -> Found:
    """The database has the shape the code expects."""
    if pending := pending_migrations():
        names = ", ".join(f"{each.app_label}.{each.name}" for each in pending[:3])
        return error(
            f"{several(len(pending), 'migration')} pending ({names}). Run manage.py migrate."
        )
    return ok("Every migration is applied.")


def check_clock() -> Found:
    """This process and the database agree on the time, and it is a plausible one."""
    here, there = timezone.now(), _database_time()
    if not _FIRST_YEAR <= here.year <= _LAST_YEAR:
        return error(f"The clock says {here:%Y-%m-%d %H:%M} UTC.")
    if abs(here - there) > _APART:
        apart = several(round(abs(here - there).total_seconds()), "second")
        return error(f"The clocks of this machine and the database are {apart} apart.")
    return ok(f"It is {here:%Y-%m-%d %H:%M:%S} UTC.")


def check_writable() -> Found:
    """The data folders are writable."""
    for folder, present in data_folders().items():
        try:
            with tempfile.TemporaryFile(dir=present):
                pass
        except OSError as problem:
            return error(f"{folder} cannot be written to: {problem.strerror}.")
    return ok("The data and media folders are writable.")


def check_space() -> Found:
    """The disks of the data folders have room."""
    if folder := short_of_space():
        return error(f"Less than {settings.MIN_FREE_MB} MB are free for {folder}.")
    return ok(f"More than {settings.MIN_FREE_MB} MB are free.")


def check_privacy() -> Found:
    """No other user of the machine can read the database or what lies in the data folder."""
    data = Path(settings.DATA_DIR)
    if _open_to_all(data):
        kept = [path for path in data.glob("*") if path != Path(settings.STATIC_ROOT)]
        if any(_open_to_all(path) for path in kept):
            return _others_can_read(data, "-R ")
    if connection.vendor == "sqlite":
        database = Path(str(connection.settings_dict["NAME"]))
        files = [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]
        for file in files if database.parent != data and _open_to_all(database.parent) else ():
            if file.exists() and _open_to_all(file):
                return _others_can_read(file)
    return ok("Database and data folder are private.")


def _open_to_all(path: Path) -> bool:
    return bool(path.stat().st_mode & _EVERYBODY) if path.exists() else False


def _others_can_read(path: Path, how: str = "") -> Found:
    command = f"chmod {how}go= {shlex.quote(str(path))}"
    return error(f"Other users of this machine can read {path}. Run {command}.")


def check_mail() -> Found:
    """The mail server accepts connections. Nothing is sent."""
    if not settings.MAIL_ENABLED:
        return ok("Mail is off: EMAIL_URL is not set. Guests and hosts are told nothing.")
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        return ok("Mail is not sent to a server.")
    # What smtplib takes where EMAIL_URL names no port.
    port = settings.EMAIL_PORT or (465 if settings.EMAIL_USE_SSL else 25)
    address = (settings.EMAIL_HOST, port)
    try:
        socket.create_connection(address, timeout=_MAIL_SECONDS).close()
    except OSError as problem:
        return error(f"{address[0]}:{address[1]} cannot be reached: {problem}.")
    if not settings.SITE_URL:
        return warning("SITE_URL is not set: links in mails only work on this machine.")
    return ok(f"{address[0]}:{address[1]} answers.")


def try_mail(address: str) -> Found:
    """A real mail to this address is accepted by the mail server. Raises Invalid, NotAllowed."""
    result = send_trial(address)
    if result.outcome == Outcome.SENT:
        return ok(f"A mail to {address} was accepted.")
    return error(f"A mail to {address} was not accepted: {result.detail}.")


def check_undelivered() -> Found:
    """No mail was given up within a week."""
    since = timezone.now() - _WEEK
    failed = Mail.objects.filter(state=MailState.FAILED, created_at__gte=since).count()
    if failed:
        return warning(f"{several(failed, 'mail')} could not be sent within a week: see the admin.")
    return ok("No mail was given up.")


def check_worker() -> Found:
    """A worker picks up the tasks that are ready and the changes that have yet to be told."""
    tasks = DBTaskResult.objects.ready().aggregate(oldest=models.Min("enqueued_at"))
    changes = Change.objects.filter(taken_at=None).aggregate(oldest=models.Min("created_at"))
    waiting = [each["oldest"] for each in (tasks, changes) if each["oldest"] is not None]
    if not waiting:
        return ok("No task is waiting.")
    if timezone.now() - min(waiting) > _WAITED:
        since = f"{min(waiting):%Y-%m-%d %H:%M} UTC"
        return error(f"A task has waited since {since}: is a worker running?")
    return ok("No task has been waiting for long.")


def check_failed_tasks() -> Found:
    """No task has failed for good."""
    failed = DBTaskResult.objects.failed().count()
    if failed:
        return warning(f"{several(failed, 'task')} failed. See Task Results in the admin.")
    return ok("No task failed.")


def check_backup() -> Found:
    """There is a backup, and it is no older than two days."""
    if connection.vendor != "sqlite":
        return ok("On PostgreSQL, pg_dump makes the backups.")
    backup = last_backup(settings.DATA_DIR)
    if backup is None:
        return warning("No backup has been made yet. Run manage.py backup FILE.")
    made = f"The last backup was made {backup.at:%Y-%m-%d %H:%M} UTC"
    if timezone.now() - backup.at > _BACKUP_AGE:
        return error(f"{made}, more than two days ago.")
    if not Path(backup.file).exists():
        return warning(f"{made}; {backup.file} no longer exists.")
    return ok(f"{made}.")


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        sql = "SELECT CURRENT_TIMESTAMP" if connection.vendor == "sqlite" else "SELECT now()"
        cursor.execute(sql)
        (said,) = cursor.fetchone()
    moment = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
