"""Prometheus metrics, where settings.METRICS asks for them; nothing imports this otherwise.

Every worker process counts in files of its own beneath settings.METRICS_DIR, and whichever is asked
adds them up. A label is a route's pattern, never a path: paths hold keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hmac import compare_digest
from time import perf_counter

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from config.reading import has_standby
from config.standby import WATCH
from operations.health import database_answers

Handler = Callable[[HttpRequest], HttpResponseBase]

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_TASKS = {"READY": "ready", "FAILED": "failed"}

_requests = Counter(
    "convene_http_requests", "Requests answered.", ["method", "route", "status"], registry=None
)
_seconds = Histogram(
    "convene_http_request_seconds",
    "Time until the answer began.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=None,
)


def count_requests(get_response: Handler) -> Handler:
    """Middleware: counts each request and times it, by method, route and status."""
    settings.METRICS_DIR.mkdir(parents=True, exist_ok=True)

    def count(request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = get_response(request)
        method = request.method if request.method in _METHODS else "other"
        route = _route(request)
        _seconds.labels(method, route).observe(perf_counter() - began)
        _requests.labels(method, route, response.status_code).inc()
        return response

    return count


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything in Prometheus' text format. With METRICS_TOKEN set, 401 without it as bearer."""
    if settings.METRICS_TOKEN and not _may_read(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(settings.METRICS_DIR))  # type: ignore[no-untyped-call]
    registry.register(_Surroundings())
    return HttpResponse(
        generate_latest(registry),
        content_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


class _Surroundings(Collector):
    """What is asked at the moment of reading: the database, and the tasks in it."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """``convene_database_up``; ``convene_tasks`` by status while the database answers; with a
        standby ``convene_standby_used``, and its lag when that is known."""
        waiting = _tasks() if database_answers() else None
        yield GaugeMetricFamily(
            "convene_database_up", "Whether the database answers.", value=waiting is not None
        )
        if waiting is not None:
            tasks = GaugeMetricFamily(
                "convene_tasks", "Background tasks that wait or failed for good.", labels=["status"]
            )
            for status, number in waiting.items():
                tasks.add_metric([status], number)
            yield tasks
        if has_standby():
            state, lag = WATCH.state()
            yield GaugeMetricFamily(
                "convene_standby_used", "Whether the standby may be read.", value=state == "used"
            )
            if lag is not None:
                yield GaugeMetricFamily(
                    "convene_standby_lag_seconds", "How old what it shows is at most.", value=lag
                )


def _tasks() -> dict[str, int] | None:
    rows = DBTaskResult.objects.filter(status__in=_TASKS).order_by()
    try:
        found = dict(rows.values_list("status").annotate(Count("pk")))
    except DatabaseError:
        return None
    return {name: found.get(status, 0) for status, name in _TASKS.items()}


def _route(request: HttpRequest) -> str:
    """The pattern that matched, ``static`` for files, ``unmatched`` for what is nowhere."""
    if request.resolver_match:
        return request.resolver_match.route
    return "static" if request.path_info.startswith(settings.STATIC_URL) else "unmatched"


def _may_read(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(
        token.encode(), settings.METRICS_TOKEN.encode()
    )
