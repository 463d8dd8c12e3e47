"""Mails are counted once, however many workers send them."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from rsvps.domain import mail_limits
from rsvps.domain.mail_limits import MailLimitReached, book
from rsvps.models import SentMail
from tests.concurrency.conftest import Race
from tests.makers import make_event, make_rsvp

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 12


def book_at_once(race: Race, settings: Any) -> list[Any]:
    """Mails of one event to as many recipients, where three are allowed."""
    settings.MAIL_LIMIT_EVENT = 3
    event = make_event()
    guests = [make_rsvp(event, email=f"guest{number}@example.org") for number in range(WORKERS)]
    rows = [guest.row for guest in guests]
    about = event.row
    return race(lambda number: book(rows[number], about, timezone.now()), WORKERS)


def test_a_limit_holds_for_all_workers_together(race: Race, settings: Any) -> None:
    """Three get through, whoever comes first."""
    outcome = book_at_once(race, settings)
    assert sum(isinstance(each, MailLimitReached) for each in outcome) == WORKERS - 3
    assert SentMail.objects.count() == 3


def test_without_the_lock_it_would_not(
    race: Race, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: nobody writes before everybody has counted."""
    everybody_counted = threading.Barrier(WORKERS)
    count = mail_limits._ensure_within_limits

    def count_and_wait(*about: Any) -> None:
        count(*about)
        everybody_counted.wait()

    monkeypatch.setattr(mail_limits, "transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(mail_limits, "_one_at_a_time", lambda: None)
    monkeypatch.setattr(mail_limits, "_ensure_within_limits", count_and_wait)
    book_at_once(race, settings)
    assert SentMail.objects.count() == WORKERS
