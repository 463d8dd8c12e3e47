"""Kills the worker in the middle of an announcement, and looks at what arrived."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.server.process import ROOT
from tests.server.smtp import SmtpJournal, smtp_journal

_PATIENCE = 90.0
# What a worker does between two kills, in letters.
_MOST_LETTERS = 24
_PREPARE = """
import django; django.setup()
from comments.domain.messages import announce
from django.core.management import call_command
from events.domain.notices import Notice
from rsvps.models import Rsvp
call_command("migrate", verbosity=0)
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
import django; django.setup()
from notify.models import Mail
from outbox.models import Change
print(Mail.objects.exclude(state="sent").count() + Change.objects.filter(taken_at=None).count())
"""
_KNOWN = """
import django; django.setup()
from notify.models import Mail
for mail_id in Mail.objects.filter(kind="announcement").values_list("id", flat=True):
    print(mail_id)
"""


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
        _run(_PREPARE.replace("{mails}", str(mails)), environment)
        done = 0
        while done < kills:
            with _worker(environment) as worker:
                _until(smtp, _letters(smtp) + random.randint(1, _MOST_LETTERS), worker)
                time.sleep(random.random() * 0.02)
            done += 1
        with _worker(environment) as worker:
            _until(smtp, mails, worker, lambda: _run(_LEFT, environment).strip() == "0")
        known = set(_run(_KNOWN, environment).split())
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
        "DATABASE_URL": f"sqlite:///{folder / 'fire.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}",
        "SECRET_KEY": "a key for the fire alone",
        "SITE_URL": "https://events.example.org",
    }


def _run(program: str, environment: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
