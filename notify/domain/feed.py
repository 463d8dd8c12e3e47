"""Everything that happened in a tenant, in an order that a reader can follow without a gap.

Changes are read by (transaction, id). A transaction that is still open may yet commit changes with
older ids than some that are visible already; so on PostgreSQL a reader sees those of transactions
alone that are older than every open one (the horizon of its snapshot). On SQLite writers come one
after the other, and the id alone is such an order.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.core import signing
from django.db import connection, models
from django.db.models import Q, QuerySet

from accounts.domain.actors import Actor
from config.errors import Gone, Invalid
from notify.domain.telling import Told, tell_outside
from outbox.domain.taking import KEPT
from outbox.enums import FED, Kind
from outbox.models import Change

_SALT = "convene.changes"


class ChangePage(NamedTuple):
    """A part of the feed, and the cursor of what follows it, now or later."""

    data: list[Told]
    next_cursor: str
    has_more: bool


class _Position(NamedTuple):
    """Behind which change a reader stands, when that was made, and when everything before it had
    been read."""

    xid: int
    id: int
    made: datetime
    at: datetime


_START = _Position(0, 0, datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC))


class _Horizon(models.Func):
    """The oldest transaction that is still open, on PostgreSQL."""

    template = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
    output_field = models.BigIntegerField()


def read_changes(*, actor: Actor, cursor: str | None, limit: int, now: datetime) -> ChangePage:
    """What follows a cursor in the caller's tenant, or in the one channel a caller is closed into;
    without a cursor, from the oldest that is kept. Five queries at most. Raises Invalid for a
    cursor of somebody else's feed, Gone for one that was not moved on for 30 days, or that was made
    before the database was restored from a backup."""
    position = _read(cursor, actor, now) if cursor else _START._replace(at=now)
    found = list(_after(_told_to(actor), position)[: limit + 1])
    more, changes = len(found) > limit, found[:limit]
    if changes:
        last = changes[-1]
        made = last.created_at
        position = _Position(last.xid, last.pk, made, made if more else now)
    elif not more:
        position = position._replace(at=now)
    return ChangePage(tell_outside(changes), _written(position, actor), more)


def _told_to(actor: Actor) -> QuerySet[Change]:
    changes = Change.objects.filter(tenant_id=actor.tenant_id)
    if actor.channel_id is None:
        return changes.filter(kind__in=FED)
    told = [*FED, Kind.EVENT_LEFT_CHANNEL]
    return changes.filter(kind__in=told, channel_id=actor.channel_id)


def _after(changes: QuerySet[Change], position: _Position) -> QuerySet[Change]:
    behind = Q(xid=position.xid, id__gt=position.id) | Q(xid__gt=position.xid)
    changes = changes.filter(behind, xid__gte=position.xid).order_by("xid", "id")
    return changes.filter(settled()) if connection.vendor == "postgresql" else changes


def settled() -> Q:
    """Changes that nothing can be inserted before any more."""
    return Q(xid__lt=_Horizon())


def _of(actor: Actor) -> str:
    return f"{actor.tenant_id} {actor.channel_id}"


def _written(position: _Position, actor: Actor) -> str:
    xid, id, made, at = position
    told = [_of(actor), xid, id, made.isoformat(), at.isoformat()]
    return signing.dumps(told, salt=_SALT)


def _read(cursor: str, actor: Actor, now: datetime) -> _Position:
    try:
        of, xid, id, *moments = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError):
        of = None
    if of != _of(actor):
        raise Invalid({"cursor": "bad_cursor"})
    position = _Position(xid, id, *map(datetime.fromisoformat, moments))
    if position.at < now - KEPT or not _is_ours(position, now):
        raise Gone("cursor_expired", days=KEPT // timedelta(days=1))
    return position


def _is_ours(position: _Position, now: datetime) -> bool:
    """Whether the change it stands behind is the one it was made from. In a database that was
    restored it may be gone, and its id another's."""
    if position.made < now - KEPT:  # it may have been removed since
        return True
    stood = Change.objects.filter(pk=position.id, xid=position.xid, created_at=position.made)
    return stood.exists()
