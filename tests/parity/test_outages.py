"""A database that cannot be used for the moment: 503 through every door, and all is well after."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client

from tests.accounts.api.test_social_files import upload
from tests.conftest import Api, Clock
from tests.four_doors import in_club
from tests.makers import make_tier, make_user
from tests.parity.test_one_rule import doors
from tests.social_cast import make_social

pytestmark = pytest.mark.django_db(transaction=True)
HELD = "events_event, rsvps_rsvp, django_session"


@contextlib.contextmanager
def kept_by_somebody() -> Iterator[None]:
    """Another connection writes and does not end; ours wait for a moment only."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")
        other: Any = sqlite3.connect(name, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        told = connection.get_connection_params()
        other = psycopg.connect(
            **{key: told[key] for key in ("dbname", "user", "host", "port") if told.get(key)}
        )
        other.execute(f"LOCK TABLE {HELD} IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.close()


@pytest.fixture
def client() -> Client:
    """A browser that sees what the server answers, whatever it is."""
    return Client(raise_request_exception=False)


def test_the_four_apis(api: Api, clock: Clock, everything_stored: Callable[[], Any]) -> None:
    """The same refusal in their one shape, when to come back, and nothing written; the next call
    after the return is carried out."""
    social = make_social(api)
    event = in_club(social, capacity=9)
    answers = doors(social, event, make_tier(event))
    stored = everything_stored()
    with kept_by_somebody():
        for answer in answers.values():
            response = answer()
            assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
            body = response.json()
            social = response.wsgi_request.path_info.startswith("/social/")
            more = {"status", "message"} if social else set()
            assert (body.keys(), body["code"]) == ({"detail", "code"} | more, "unavailable")
    assert everything_stored() == stored
    assert [answer().status_code for answer in answers.values()] == [201, 201, 200, 200]


def test_a_page_and_the_admin(client: Client) -> None:
    """A plain page that needs no database, for a form and for whoever signs in."""
    make_user(email="root@example.org", password="correct horse", is_staff=True, is_superuser=True)
    posts = {
        "/new": {"title": "Evening", "start_time": "2100-01-01T20:00", "timezone": "UTC"},
        "/admin/login/": {"username": "root@example.org", "password": "correct horse"},
    }
    with kept_by_somebody():
        for path, form in posts.items():
            response = client.post(path, form)
            assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
            assert response.headers["Content-Type"] == "text/html; charset=utf-8"
            assert response.headers["Content-Security-Policy"]
            assert not response.cookies
    assert [client.post(path, form).status_code for path, form in posts.items()] == [303, 302]


def test_an_image_that_finds_no_room(
    api: Api, monkeypatch: pytest.MonkeyPatch, everything_stored: Callable[[], Any]
) -> None:
    """A full disk under the images is told like one under the database; no row is left behind."""
    social = make_social(api)
    stored = everything_stored()

    def full(*args: Any, **more: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(InMemoryStorage, "_save", full)
    response = upload(social)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json()["code"] == "unavailable"
    assert everything_stored() == stored


def test_the_probes(client: Client) -> None:
    """Not ready, with the reason in a word on SQLite, whose one lock everybody needs; alive all the
    while, and ready after."""
    with kept_by_somebody():
        ready, alive = client.get("/readyz"), client.get("/healthz")
    if connection.vendor == "sqlite":
        assert ready.status_code == 503
        assert ready.json() == {"status": "unavailable", "reason": {"database": "locked"}}
    assert alive.status_code == 200
    assert client.get("/readyz").status_code == 200
