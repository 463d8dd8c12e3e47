"""Mails are counted once, however many workers claim them."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from notify import limits
from notify.domain.mail import sending
from notify.domain.mail.limiting import Budget
from notify.models import Mail
from outbox.domain.taking import fan_out
from tests.concurrency.conftest import Race
from tests.makers import make_event, make_rsvp

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 12


def claim_at_once(race: Race, settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """As many workers as mails of one event, where three are allowed; each claims one mail."""
    settings.MAIL_ENABLED = True
    settings.MAIL_LIMIT_EVENT = 3
    event = make_event()
    for number in range(WORKERS):
        make_rsvp(event, email=f"guest{number}@example.org")
    fan_out.func()
    monkeypatch.setattr(limits, "BATCH", 1)
    return race(lambda number: sending.claim(), WORKERS)


def test_a_limit_holds_for_all_workers_together(
    race: Race, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three get through, whoever comes first, and nobody has a mail that another has."""
    outcome = claim_at_once(race, settings, monkeypatch)
    taken = [mail.id for claimed in outcome if claimed for mail in claimed.mails]
    assert len(taken) == len(set(taken)) == 3
    assert Mail.objects.filter(state="failed", reason="over_limit").count() == WORKERS - 3


def test_without_the_lock_it_would_not(
    race: Race, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: nobody writes before everybody has counted."""
    everybody_counted = threading.Barrier(WORKERS)

    class Waiting(Budget):
        def __init__(self, *about: Any) -> None:
            super().__init__(*about)
            everybody_counted.wait()

    monkeypatch.setattr(sending, "transaction", SimpleNamespace(atomic=nullcontext))
    monkeypatch.setattr(sending, "one_at_a_time", lambda: None)
    monkeypatch.setattr(sending, "Budget", Waiting)
    outcome = claim_at_once(race, settings, monkeypatch)
    assert sum(len(claimed.mails) for claimed in outcome if claimed) == WORKERS
