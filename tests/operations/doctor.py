"""An instance without a fault, and what the doctor finds wrong with it."""

from __future__ import annotations

import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone


@pytest.fixture
def well(settings: Any, tmp_path: Path) -> None:
    """An instance without a fault, as an operator would set it up."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_URL = "https://events.example.org"
    settings.ALLOWED_HOSTS = ["events.example.org"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECRET_KEY = "".join(map(chr, range(40, 100)))
    settings.CAPABILITY_KEYS = [settings.SECRET_KEY]
    settings.MAIL_ENABLED = False
    settings.ADMIN_EMAIL = "admin@example.org"
    (tmp_path / "secret_key").touch(mode=0o600)
    note_backup(tmp_path, timezone.now())


def note_backup(data: Path, at: datetime) -> None:
    """As a backup leaves it."""
    (data / "backup.zip").touch()
    note = {"at": at.isoformat(), "file": str(data / "backup.zip")}
    (data / "last_backup.json").write_text(json.dumps(note))


def examined() -> tuple[dict[str, tuple[str, str]], str | None]:
    """(every check's status and words, the complaint the command ends with)"""
    out, complaint = io.StringIO(), None
    try:
        call_command("doctor", "--json", stdout=out)
    except CommandError as problem:
        complaint = str(problem)
    found = {each["check"]: (each["status"], each["said"]) for each in json.loads(out.getvalue())}
    return found, complaint


def only(check: str) -> tuple[str, str]:
    """What this check found; every other found nothing."""
    found, complaint = examined()
    assert {name for name, (status, _) in found.items() if status != "ok"} == {check}
    assert complaint == (f"Checks that failed: {check}." if found[check][0] == "error" else None)
    return found[check]
