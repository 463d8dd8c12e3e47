"""Metrics of the shipped server with several processes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.server.process import Server, own_database, running_server, serving

pytestmark = pytest.mark.server
START = "2100-01-01T20:00:00Z"
WORKERS = {"METRICS": "on", "WEB_WORKERS": "3"}


@pytest.mark.once
def test_counts_of_all_processes_are_added_up(tmp_path: Path) -> None:
    """Whoever is asked knows what every process answered, by method, pattern and status; no path
    and no key is a label, and the counts of an earlier start are gone."""
    with own_database() as database:
        with serving(tmp_path, alone=True, **database, **WORKERS) as server:
            made = server.ask("POST", "/api/v1/events", {"title": "A", "start_time": START}).json()
            event, token = made["event"]["id"], made["admin_token"]
            for _ in range(30):
                assert server.ask("GET", f"/api/v1/events/{event}").status == 200
            for path in (f"/e/{event}/admin/{token}", f"/nowhere/{token}", "/static/none.css"):
                server.ask("GET", path)
            server.ask("BREW", f"/api/v1/events/{event}")
            text = _metrics(server)
            counted = _counts(text)
            patterns = {route for _, route, _ in counted}
            detail = "api/v1/events/<uuid:event_id>"
            assert counted["GET", detail, "200"] == 30
            assert counted["GET", "e/<uuid:event_id>/admin/<str:token>", "303"] == 1
            assert counted["GET", "unmatched", "404"] == 1
            assert counted["GET", "static", "404"] == 1
            assert counted["other", detail, "405"] == 1
            assert {"api/v1/events", detail} <= patterns
            assert event not in text
            assert token[4:] not in text
            assert f'convene_http_request_seconds_count{{method="GET",route="{detail}"}} 30' in text
            files = list((server.data / "metrics").glob("counter_*.db"))
            assert len(files) > 1  # several processes counted
        with serving(tmp_path, alone=True, **database, **WORKERS) as server:
            assert ("GET", detail, "200") not in _counts(_metrics(server))


def test_gauges(tmp_path: Path) -> None:
    """Whether the database answers, and how many tasks wait or have failed."""
    with running_server(tmp_path, METRICS="on") as server:
        text = _metrics(server)
        assert "convene_database_up 1.0\n" in text
        assert 'convene_tasks{status="ready"} 0.0\n' in text
        assert 'convene_tasks{status="failed"} 0.0\n' in text


@pytest.mark.once
def test_a_token_closes_them(tmp_path: Path) -> None:
    """With METRICS_TOKEN, whoever does not send it gets 401 and nothing else."""
    with running_server(tmp_path, alone=True, METRICS="on", METRICS_TOKEN="open sesame") as server:
        for token in (None, "", "open", "öpen sesame".encode().decode("latin-1")):
            refused = server.ask("GET", "/metrics", token=token)
            assert (refused.status, refused.body) == (401, b"")
            assert refused.headers["WWW-Authenticate"] == "Bearer"
        allowed = server.ask("GET", "/metrics", token="open sesame")
        assert allowed.status == 200
        assert allowed.headers["Cache-Control"] == "no-store"


def _metrics(server: Server) -> str:
    answer = server.ask("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return answer.body.decode()


def _counts(text: str) -> dict[tuple[str, str, str], int]:
    """Requests by method, route, status."""
    line = r'^convene_http_requests_total{method="(.*)",route="(.*)",status="(.*)"} (\d+)'
    return {
        (method, route, status): int(number)
        for method, route, status, number in re.findall(line, text, re.MULTILINE)
    }
