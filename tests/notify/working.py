"""What the worker does, step by step, in the test's own process."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from notify.domain.delivering import next_call, settle
from notify.domain.sending import send
from outbox.domain.taking import fan_out


def deliver(now: datetime | None = None) -> int:
    """Takes what happened and delivers what is due; how many calls were made."""
    fan_out.call()
    calls = 0
    while call := next_call(now or timezone.now(), ()):
        settle(call, send(call.url, call.body, call.headers), now or timezone.now())
        calls += 1
    return calls
