"""Handing on what happened to those who tell it: mail, webhooks.

A change is taken in one transaction with what its subscribers write, so each of them gets it
exactly once, whenever a worker is killed. Changes are taken in the order of their ids: those of one
event, whose writers held it, come in the order in which they happened.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from django_tasks import task

from outbox.models import Change


class _NextTransaction(models.Func):
    """The number no transaction has reached, on PostgreSQL."""

    template = "(pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
    output_field = models.BigIntegerField()


Subscriber = Callable[[Sequence[Change]], None]
_log = logging.getLogger("convene.outbox")
_subscribers: dict[str, Subscriber] = {}
_BATCH = 200
# How long consumers of the change feed may be away.
KEPT = timedelta(days=30)
# A change is removed later than that: a cursor that still counts never points into a gap.
_MARGIN = timedelta(days=1)


def subscribe(name: str, subscriber: Subscriber) -> None:
    """Has ``subscriber`` called with every change from now on, in order, in the transaction that
    takes them. It only writes rows (and enqueues tasks); it calls nobody over the network. Apps
    subscribe when they are ready; a name subscribes once."""
    _subscribers[name] = subscriber


@task()
def fan_out() -> None:
    """Takes every change that waits. The worker calls it again and again: nothing enqueues it but
    older releases, whose tasks may wait when an instance is upgraded."""
    while Change.objects.filter(taken_at=None).exists():
        _take()


def _take() -> None:
    """Takes some changes. Whoever comes second waits for the first, so that none is taken twice
    and no later one overtakes."""
    with transaction.atomic():
        waiting = Change.objects.select_for_update().filter(taken_at=None).order_by("id")
        changes = list(waiting[:_BATCH])
        if changes:
            for name, subscriber in _subscribers.items():
                _hand_on(changes, name, subscriber)
            taken = Change.objects.filter(pk__in=[change.pk for change in changes])
            taken.update(taken_at=timezone.now(), erased={})


def _hand_on(changes: Sequence[Change], name: str, subscriber: Subscriber) -> None:
    """A change that a subscriber cannot take (a fault of ours) is logged, and holds up no other."""
    try:
        with transaction.atomic():
            subscriber(changes)
    except DatabaseError:  # away, or locked: all of it is tried again
        raise
    except Exception:
        if len(changes) == 1:
            _log.exception("%s cannot take change %s", name, changes[0].pk)
            return
        for change in changes:
            _hand_on([change], name, subscriber)


def number_anew() -> None:
    """Makes changes that came with a backup of another PostgreSQL cluster the oldest: the numbers
    of its transactions may lie ahead of ours. Run when a worker starts."""
    if connection.vendor == "postgresql":
        Change.objects.filter(xid__gte=_NextTransaction()).update(xid=0)


def forget_changes(now: datetime, *, dry_run: bool = False) -> int:
    """Removes changes that nobody may ask for any more; how many."""
    old = Change.objects.filter(created_at__lt=now - KEPT - _MARGIN, taken_at__isnull=False)
    if dry_run:
        return old.count()
    _, removed = old.delete()  # with the deliveries of webhooks that tell them
    return removed.get("outbox.Change", 0)
