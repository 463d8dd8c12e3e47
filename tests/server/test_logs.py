"""What the shipped server writes to its log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.server.process import Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.once]
START = "2100-01-01T20:00:00Z"


def test_json_lines_from_every_process(tmp_path: Path) -> None:
    """One object a line; the lines of a request share its id; nothing holds a key."""
    with running_server(tmp_path, LOG_FORMAT="json", WEB_WORKERS="2") as server:
        made = server.ask("POST", "/api/v1/events", {"title": "A", "start_time": START}).json()
        token = made["admin_token"]
        path = f"/e/{made['event']['id']}/admin/{token}"
        server.ask("GET", f"{path}/too-far", **{"X-Request-ID": "trace-1"})
        server.ask("GET", f"/nowhere?next=%2Fe%2F1%2Fadmin%2F{token}", **{"X-Request-ID": "two"})
    text = server.log.read_text()
    lines = _lines(server)
    traced = {line["logger"]: line for line in lines if line.get("request_id") == "trace-1"}
    assert set(traced) == {"convene.access", "django.request"}
    access = traced["convene.access"]
    assert set(access) == {
        *("time", "level", "logger", "message", "request_id"),
        *("method", "path", "status", "duration_ms"),
    }
    assert (access["method"], access["status"]) == ("GET", 404)
    assert access["path"] == f"{path}/too-far".replace(token, "cvo_[redacted]")
    assert token[4:] not in text


def test_text_for_people(tmp_path: Path) -> None:
    """Plain lines with the id of the request, and no line for each request unless asked for."""
    with running_server(tmp_path, alone=True) as server:
        server.ask("GET", "/api/v1/nowhere", **{"X-Request-ID": "trace-1"})
    text = server.log.read_text()
    assert "WARNING django.request [trace-1] Not Found: /api/v1/nowhere\n" in text
    assert "convene.access" not in text
    with running_server(tmp_path, alone=True, ACCESS_LOG="on") as server:
        server.ask("GET", "/healthz", **{"X-Request-ID": "trace-2"})
    assert "INFO convene.access [trace-2] GET /healthz 200 " in server.log.read_text()


def _lines(server: Server) -> list[dict[str, Any]]:
    """The log, without what the start says to a person on standard output."""
    found = server.log.read_text().splitlines()
    return [json.loads(line) for line in found if line.startswith("{")]
