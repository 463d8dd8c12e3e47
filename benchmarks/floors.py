"""What a request costs at least, behind the shipped server.

Granian and the bridge of config/rsgi.py run with the settings of `manage.py serve`; on the same
database, views without middleware read one event with its RSVPs by two SELECTs, and store one RSVP
by the least that keeps seats right, a conditional UPDATE and an INSERT. Under /plain the same work
is done without Django in front, and bare bytes are sent.
"""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.rsgi import Bridge
from operations.management.commands.serve import _server

_BYTES = b"x" * 14_000
_EVENT = (
    *("id", "title", "description", "start_time", "end_time", "timezone", "format", "location"),
    *("online_url", "hide_location", "show_online_url", "show_guests", "show_counts"),
    *("comments_enabled", "is_private", "approval_required", "capacity", "max_guests_per_rsvp"),
    *("seats_taken", "waitlist", "rsvps_closed", "rsvp_close_at", "tags", "metadata"),
    *("host_name", "cohost_names", "created_at", "updated_at", "version"),
)
_RSVP = (
    *("id", "event_id", "name", "pronouns", "attendance", "approval", "guest_count"),
    *("guest_names", "is_private", "note", "tier_id", "checked_in_at", "created_at", "updated_at"),
)


class _Answer(list[bytes]):
    """A body that can be closed, as WSGI wants it."""

    def close(self) -> None:
        """Nothing is open."""


class Floors(Bridge):
    """The bridge, with these views in place of Convene."""

    def __init__(self) -> None:
        super().__init__()
        settings.MIDDLEWARE, settings.ROOT_URLCONF = [], __name__
        self._django = WSGIHandler()
        self._handler = self._answer

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., None]) -> Any:
        asked = environ["PATH_INFO"]
        if not asked.startswith("/plain/"):
            return self._django(environ, start_response)
        kind, *rest = asked.split("/")[2:]
        body = _PLAIN[kind](environ, *rest)
        told = [("content-type", "application/json"), ("content-length", str(len(body)))]
        start_response("200 OK", told)
        return _Answer([body])


def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the server answers."""
    return HttpResponse("ok")


def detail(request: HttpRequest, event: str) -> HttpResponse:
    """One event."""
    return HttpResponse(_detail(event), content_type="application/json")


def rsvp(request: HttpRequest, event: str) -> HttpResponse:
    """One answer."""
    return HttpResponse(_respond(event, request.body), content_type="application/json")


urlpatterns = [
    path("healthz", healthz),
    path("detail/<str:event>", detail),
    path("rsvps/<str:event>", rsvp),
]
_PLAIN: dict[str, Callable[..., bytes]] = {
    "bytes": lambda environ: _BYTES,
    "detail": lambda environ, event: _detail(event),
    "rsvps": lambda environ, event: _respond(event, environ["wsgi.input"].read()),
}


def _detail(event: str) -> bytes:
    key, asked = _key(event), _connection().execute
    row = asked(_sql(f"SELECT {', '.join(_EVENT)} FROM events_event WHERE id = ?"), [key])
    guests = asked(
        _sql(
            f"SELECT {', '.join(_RSVP)} FROM rsvps_rsvp WHERE event_id = ?"
            " AND approval = 'approved' AND NOT is_private ORDER BY created_at, id"
        ),
        [key],
    )
    told = dict(zip(_EVENT, row.fetchone(), strict=True))
    told["rsvps"] = [dict(zip(_RSVP, each, strict=True)) for each in guests.fetchall()]
    return orjson.dumps({"event": told})


def _respond(event: str, body: bytes) -> bytes:
    said = orjson.loads(body)
    columns, values = _new(_key(event), said["name"])
    party, run = 1, _connection().execute
    run("BEGIN IMMEDIATE" if settings.ON_SQLITE else "BEGIN")
    try:
        taken = run(
            _sql(
                "UPDATE events_event SET seats_taken = seats_taken + ?, version = version + 1,"
                " going_count = going_count + 1, party_size = party_size + ?"
                " WHERE id = ? AND (capacity IS NULL OR seats_taken + ? <= capacity)"
            ),
            [party, party, _key(event), party],
        )
        if taken.rowcount != 1:
            raise RuntimeError("No seat is left.")
        places = ", ".join("?" * len(values))
        run(_sql(f"INSERT INTO rsvps_rsvp ({columns}) VALUES ({places})"), values)
    except BaseException:
        run("ROLLBACK")
        raise
    run("COMMIT")
    return orjson.dumps({"id": values[0], "name": said["name"]})


def _new(event: str, name: str) -> tuple[str, list[Any]]:
    """The columns of an RSVP, the id first, and a row of them as the driver takes it."""
    now = datetime.now(UTC)
    moment = str(now.replace(tzinfo=None)) if settings.ON_SQLITE else str(now)
    row = {
        "id": _key(str(uuid.uuid4())),
        "event_id": event,
        "name": name,
        "email": "",
        "pronouns": "",
        "attendance": "going",
        "approval": "approved",
        "guest_count": 0,
        "guest_names": "[]",
        "note": "",
        "is_private": False,
        "reminders_off": False,
        "email_confirmed": False,
        "answers": "{}",
        "token_version": 1,
        "language": "en",
        "edit_version": 1,
        "responded_at": moment,
        "created_at": moment,
        "updated_at": moment,
    }
    return ", ".join(row), list(row.values())


def _connection() -> Any:
    """The driver's own connection of this thread, opened as Django opens it."""
    connection.ensure_connection()
    return connection.connection


def _key(text: str) -> str:
    return text.replace("-", "") if settings.ON_SQLITE else text


def _sql(text: str) -> str:
    return text if settings.ON_SQLITE else text.replace("?", "%s")


def main() -> None:
    """Serves the floors as `manage.py serve` serves Convene."""
    server = _server(1)
    server.target = "floors:application"
    server.serve()


application = Floors()

if __name__ == "__main__":
    main()
