"""Kills the worker in the middle of an announcement, and looks at what arrived."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from tests.server.prepared import ROOT, database_file
from tests.server.smtp import SmtpJournal, smtp_journal

_PATIENCE = 90.0
_DATABASE = "fire.sqlite3"
# What a worker does between two kills, in letters.
_MOST_LETTERS = 24
_PREPARE = """
import django; django.setup()
from comments.domain.messages import announce
from rsvps.models import Rsvp
from tests.makers import make_event, make_tenant
from tests.tenant_cast import make_member
event = make_event(actor=make_member(make_tenant()).actor)
Rsvp.objects.bulk_create(
    Rsvp(event_id=event.id, name=f"G{n}", email=f"guest{n}@example.org", attendance="going")
    for n in range({mails})
)
announce(event_id=event.id, content="Hello", notify="all")
"""
_LEFT = """
SELECT (SELECT COUNT(*) FROM notify_mail WHERE state <> 'sent')
    + (SELECT COUNT(*) FROM outbox_change WHERE taken_at IS NULL)
"""
_KNOWN = "SELECT id FROM notify_mail WHERE kind = 'announcement'"


@dataclass
class Arrived:
    """What came of an announcement: mails written, letters that arrived, mails that did not, mails
    that arrived more than once, and letters beyond the first of each."""

    mails: int
    letters: int
    lost: int
    repeated: int
    repeats: int
    kills: int


def mail_fire(folder: Path, mails: int, kills: int, seed: int) -> Arrived:
    """Announces to so many guests, kills the worker so many times, and lets the last one finish."""
    random = Random(seed)
    with smtp_journal(folder, "--seconds", "0.005") as smtp:
        environment = _environment(folder, smtp)
        shutil.copy2(database_file(), folder / _DATABASE)
        _run(_PREPARE.replace("{mails}", str(mails)), environment)
        done = 0
        while done < kills:
            with _worker(environment) as worker:
                _until(smtp, _letters(smtp) + random.randint(1, _MOST_LETTERS), worker)
                time.sleep(random.random() * 0.02)
            done += 1
        with _worker(environment) as worker:
            _until(smtp, mails, worker, lambda: _rows(folder, _LEFT) == [(0,)])
        known = {str(UUID(mail_id)) for (mail_id,) in _rows(folder, _KNOWN)}
        came = Counter(
            str(letter["Message-ID"]).strip("<> ").partition("@")[0]
            for letter in smtp.letters
            if letter["Subject"].startswith("News")
        )
    return Arrived(
        mails=len(known),
        letters=came.total(),
        lost=len(known - came.keys()),
        repeated=sum(count > 1 for count in came.values()),
        repeats=came.total() - len(came),
        kills=kills,
    )


@contextmanager
def _worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, killed without a word at the block's end."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield worker
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=30)


def _until(smtp: SmtpJournal, letters: int, worker: object, done: object = None) -> None:
    """Waits for so many letters in all, or for what ``done`` asks."""
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        if _letters(smtp) >= letters and (done is None or done()):  # type: ignore[operator]
            return
        time.sleep(0.002 if done is None else 0.5)


def _letters(smtp: SmtpJournal) -> int:
    return smtp.file.read_bytes().count(b"\n") if smtp.file.exists() else 0


def _environment(folder: Path, smtp: SmtpJournal) -> dict[str, str]:
    leases = {"MAIL_LEASE": "2", "OUTBOX_LEASE": "1", "WORKER_SWEEP": "1", "TASK_LEASE": "1"}
    return {
        **os.environ,
        **leases,
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": f"sqlite:///{folder / _DATABASE}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}",
        "SECRET_KEY": "a key for the fire alone",
        "SITE_URL": "https://events.example.org",
    }


def _run(program: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)


def _rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the fire's database answers, behind the worker's back."""
    with contextlib.closing(sqlite3.connect(folder / _DATABASE, timeout=30)) as database:
        return database.execute(sql).fetchall()
