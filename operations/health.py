"""Whether this process lives, and whether it can work: for load balancers and containers."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.json import to_json
from config.outages import outage_word
from config.reading import has_standby
from config.standby import WATCH
from operations.folders import short_of_space
from operations.pending import pending_migrations

_LOCK_MS = 1000
_NO_STORE = {"Cache-Control": "no-store"}
# While a process runs, pending migrations only become fewer: once none is left, nobody looks again.
_migrated: set[str] = set()


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 ``ok``: the process answers. Asks nothing else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8", headers=_NO_STORE)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 ``{"status": "ready"}``, or 503 with what unready() says as ``reason``: requests should
    go elsewhere. With a standby, its state and lag in seconds (config/standby.py) as well."""
    reason = unready()
    body: dict[str, Any] = {"status": "unavailable", "reason": reason}
    if not reason:
        body = {"status": "ready"}
    if has_standby():
        state, lag = WATCH.state()
        body["standby"] = {"state": state, "lag_seconds": lag and round(lag, 3)}
    return HttpResponse(
        to_json(body),
        content_type="application/json",
        status=503 if reason else 200,
        headers=_NO_STORE,
    )


def unready() -> dict[str, str]:
    """The checks that say this process cannot work, each with its reason in one word: ``database``
    (away, locked, full, readonly), ``migrations`` (pending), ``space`` (low). Empty when it can."""
    reasons = {}
    try:
        if not _writable():
            reasons["database"] = "readonly"
        elif not _is_migrated():
            reasons["migrations"] = "pending"
    except DatabaseError as problem:
        reasons["database"] = outage_word(problem) or "away"
    if short_of_space():
        reasons["space"] = "low"
    return reasons


def database_answers() -> bool:
    """Whether the smallest query comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _writable() -> bool:
    """Whether the database takes writes at the moment; raises DatabaseError when another process
    keeps its lock, or it cannot be reached. A probe waits for the lock less long than a request."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW transaction_read_only")
            return bool(cursor.fetchone() == ("off",))
        (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_LOCK_MS}")
        try:
            with transaction.atomic():  # BEGIN IMMEDIATE takes the lock; nothing is written
                return True
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def _is_migrated() -> bool:
    if connection.alias not in _migrated:
        if pending_migrations():
            return False
        _migrated.add(connection.alias)
    return True
