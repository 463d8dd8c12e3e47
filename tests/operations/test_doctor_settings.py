"""doctor: what an operator may have set wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from comments.domain.reports import report_event, settle_report
from comments.domain.takedown import bring_back, take_down
from tests.makers import make_event
from tests.operations.doctor import examined, only, well

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures(well.__name__), pytest.mark.once]


@pytest.mark.parametrize("key", ["short", "x" * 60, "django-insecure-" + "abcdefgh" * 8])
def test_keys_that_are_easy_to_guess(settings: Any, key: str) -> None:
    """Too short, too even, or one that Django's template made."""
    settings.SECRET_KEY = key
    wanted = "A key needs at least 50 characters, 5 of them different."
    assert only("keys") == ("error", f"Too easy to guess: SECRET_KEY. {wanted}")
    settings.SECRET_KEY = settings.CAPABILITY_KEYS[0]
    settings.CAPABILITY_KEYS = [key]
    assert only("keys") == ("error", f"Too easy to guess: CAPABILITY_KEY. {wanted}")


def test_a_key_that_others_can_read(tmp_path: Path) -> None:
    """Its file is for its owner alone."""
    (tmp_path / "secret_key").chmod(0o640)
    said = f"Others can read {tmp_path / 'secret_key'}: chmod 600 it."
    assert only("keys") == ("error", said)


def test_debugging_left_on(settings: Any) -> None:
    """An error, as pages of errors would show the insides."""
    settings.DEBUG = True
    assert only("debug")[0] == "error"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"ALLOWED_HOSTS": ["*"]}, "error", "ALLOWED_HOSTS allows any name"),
        (
            {"ALLOWED_HOSTS": ["localhost"]},
            "error",
            "ALLOWED_HOSTS does not contain events.example.org",
        ),
        ({"SITE_URL": "http://events.example.org"}, "error", "SITE_URL is not https"),
        ({"SITE_URL": ""}, "warning", "SITE_URL is not set: links only work on this machine"),
        ({"SESSION_COOKIE_SECURE": False}, "error", "SITE_URL is https, but SESSION_COOKIE_S"),
        ({"CSRF_COOKIE_SECURE": False}, "error", "SITE_URL is https, but CSRF_COOKIE_SECURE"),
        ({"SECURE_HSTS_SECONDS": 0}, "error", "SITE_URL is https, but SECURE_HSTS_SECONDS is off."),
    ],
)
def test_https_that_is_none(settings: Any, changes: dict[str, Any], status: str, said: str) -> None:
    """Each setting that would let keys travel in the open, or be made for another's host."""
    for name, value in changes.items():
        setattr(settings, name, value)
    found = only("https")
    assert (found[0], found[1][: len(said)]) == (status, said)


def test_strangers_whose_events_nobody_hears_of(settings: Any) -> None:
    """With mail, somebody is to be told of reports."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ADMIN_EMAIL = ""
    assert only("strangers")[0] == "warning"
    for name, said in (("ADMIN_EMAIL", "admin@example.org"), ("OPEN_EVENTS", "off")):
        before = getattr(settings, name)
        setattr(settings, name, said)
        assert {status for status, _ in examined()[0].values()} == {"ok"}
        setattr(settings, name, before)


def test_a_report_that_nobody_looked_at() -> None:
    """Until it is settled, or its event is taken down."""
    event = make_event()
    report_id = report_event(event_id=event.id, reason="spam")
    said = "1 report of events not settled: see the admin."
    assert only("reports") == ("warning", said)
    take_down(event_id=event.id)
    assert {status for status, _ in examined()[0].values()} == {"ok"}
    bring_back(event_id=event.id)
    settle_report(report_id=report_id)
    assert {status for status, _ in examined()[0].values()} == {"ok"}
