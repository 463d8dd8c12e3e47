"""Whether this process lives, and whether it can work: for load balancers and containers."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.json import to_json

_NO_STORE = {"Cache-Control": "no-store"}
# While a process runs, pending migrations only become fewer: once none is left, nobody looks again.
_migrated: set[str] = set()


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 ``ok``: the process answers. Asks nothing else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8", headers=_NO_STORE)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 ``{"status": "ready"}``, or 503 with ``reason``: requests should go elsewhere."""
    reason = unready()
    body = {"status": "ready"} if reason is None else {"status": "unavailable", "reason": reason}
    return HttpResponse(
        to_json(body),
        content_type="application/json",
        status=200 if reason is None else 503,
        headers=_NO_STORE,
    )


def unready() -> str | None:
    """Why this process cannot work, as a sentence that gives nothing away; None when it can."""
    if not database_answers():
        return "The database does not answer."
    if not _is_migrated():
        return "Migrations are pending."
    return None


def database_answers() -> bool:
    """Whether the smallest query comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _is_migrated() -> bool:
    if connection.alias not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(connection.alias)
    return True
