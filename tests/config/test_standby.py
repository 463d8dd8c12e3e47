"""Which reads a standby answers. Here it is a schema of the same server, whose rows say Old."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection, connections
from django.db import transaction as transactions
from django.test import Client

from accounts.domain.api_keys import issue_key
from config import standby
from config.reading import STANDBY, current_snapshot, standby_reads
from events.models import Event
from events.rows import event_row
from tests.makers import MadeEvent, make_event, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(configured.ON_SQLITE, reason="SQLite has no standby"),
]
Positions = Callable[[int, int], None]


@pytest.fixture
def event() -> MadeEvent:
    """An event that the primary calls New."""
    return make_event(title="New")


@pytest.fixture
def positions(
    event: MadeEvent, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Positions]:
    """A standby that calls the event Old. How far both say they are can be set: first alike."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA standby")
        cursor.execute("CREATE TABLE standby.events_event AS SELECT * FROM public.events_event")
        cursor.execute("UPDATE standby.events_event SET title = 'Old', version = 0")
    there = connections[STANDBY] = connection.copy(STANDBY)
    there.settings_dict["OPTIONS"]["options"] = "-c search_path=standby,public"
    settings.DATABASE_ROUTERS = ["config.reading.Router"]
    settings.MIDDLEWARE = ["config.standby.shared_reads", *settings.MIDDLEWARE]
    cache.set("written-since", 0, None)
    standby.WATCH.__init__()  # as in a thread that has just begun

    def at(written: int, replayed: int) -> None:
        monkeypatch.setattr(standby, "_WRITTEN", f"SELECT {written}")
        monkeypatch.setattr(standby, "_REPLAYED", f"SELECT {replayed}")

    at(1, 1)
    yield at
    there.close()
    del connections[STANDBY]
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA standby CASCADE")


def _title(event: MadeEvent, client: Client | None = None, **said: str) -> Any:
    """What the API calls the event; ``said`` are headers."""
    answer = (client or Client(raise_request_exception=False)).get(event.path, headers=said)
    assert answer.status_code == 200
    return answer.json()["event"]["title"]


def _on_page(event: MadeEvent, client: Client) -> str:
    content = client.get(f"/e/{event.id}").content
    return "Old" if b"Old" in content else "New"


@pytest.mark.usefixtures("positions")
def test_what_strangers_share_comes_from_the_standby(event: MadeEvent) -> None:
    """By API and page, with an API key too; not what a link or a session might open, nor anything
    read in a transaction or to be changed."""
    user = make_user()
    key = issue_key(user=user).text
    assert [_title(event), _title(event, Authorization=f"Bearer {key}")] == ["Old", "Old"]
    assert Client().get("/api/v1/events").json()["events"][0]["title"] == "Old"
    assert _title(event, Authorization=f"Bearer {event.owner_token}") == "New"
    known = Client()
    assert _on_page(event, known) == "Old"
    known.force_login(user)
    assert _on_page(event, known) == "New"
    with standby_reads():
        rows = [event_row(event.id), Event.objects.get(pk=event.id)]
        with transactions.atomic():
            rows += [event_row(event.id), Event.objects.get(pk=event.id)]
        rows.append(Event.objects.get_or_create(pk=event.id)[0])
    assert [row.title for row in rows if row] == ["Old", "Old", "New", "New", "New"]


def test_whoever_wrote_reads_it(event: MadeEvent, positions: Positions) -> None:
    """By address, API key or browser, until the standby has replayed the write; others read on."""
    key = {"X-API-Key": issue_key(user=make_user()).text}
    script, browser, server, other = (Client(REMOTE_ADDR=f"10.0.0.{number}") for number in range(4))
    assert _title(event, other) == "Old"
    positions(2, 1)
    answer = {"name": "Ada", "status": "yes"}
    assert script.post(f"{event.path}/rsvps", answer, "application/json").status_code == 201
    asked = server.post(f"{event.path}/rsvps", answer, "application/json", headers=key)
    assert asked.status_code == 201
    assert browser.post("/lost", {"email": "ada@example.org"}).status_code < 400
    browser.defaults["REMOTE_ADDR"] = "10.0.0.9"
    readers = [(script, {}), (browser, {}), (other, {}), (server, {}), (other, key)]
    assert [_title(event, client, **said) for client, said in readers] == [
        "New",
        "New",
        "Old",
        "New",
        "New",
    ]
    positions(2, 2)
    assert {_title(event, client, **said) for client, said in readers} == {"Old"}


@pytest.mark.usefixtures("positions")
def test_nobody_reads_it_where_marks_were_lost(event: MadeEvent) -> None:
    """A cache that was emptied, or is away, holds none: the primary is asked until those that were
    lost are too old to matter."""
    assert _title(event) == "Old"
    cache.clear()
    assert [_title(event), _title(event)] == ["New", "New"]
    cache.set("written-since", cache.get("written-since") - configured.REPLICA_MAX_LAG - 1, None)
    assert _title(event) == "Old"


def test_a_standby_too_far_behind_is_left_out(
    event: MadeEvent, positions: Positions, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/readyz tells its state, and how old its rows may be; it makes no instance unready."""
    moment, most = [1000.0], configured.REPLICA_MAX_LAG
    monkeypatch.setattr(standby, "monotonic", lambda: moment[0])
    told = []
    for seconds in (0, most, most + 1):
        positions(1 + seconds, 1)
        moment[0] = 1000.0 + seconds
        told.append((_title(event), client.get("/readyz").json()))
    assert told == [
        (title, {"status": "ready", "standby": {"state": state, "lag_seconds": lag}})
        for title, state, lag in (
            ("Old", "used", 0.0),
            ("Old", "used", most),
            ("New", "behind", most + 1),
        )
    ]


@pytest.mark.usefixtures("positions")
def test_what_it_lacks_or_fails_at_is_read_again(event: MadeEvent) -> None:
    """A refusal or a failure is the primary's to tell; a standby that failed is left alone."""
    assert _title(make_event(title="Newer")) == "Newer"
    assert _title(event) == "Old"
    with connection.cursor() as cursor, connections[STANDBY].cursor() as there:
        there.execute("SELECT pg_backend_pid()")
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", there.fetchone())
    assert _title(event) == "New"
    assert standby.WATCH.state() == ("away", None)


@pytest.mark.usefixtures("positions")
def test_a_standby_has_no_snapshot() -> None:
    """Its own does not tell which transactions it has yet to show."""
    assert current_snapshot() is not None
    with standby_reads():
        assert current_snapshot() is None
