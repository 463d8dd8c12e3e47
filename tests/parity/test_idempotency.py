"""One answer, once: what is sent again with the same Idempotency-Key, through all four APIs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from access import idempotency
from access.idempotency import LONGEST_KEY
from access.models import StoredResponse
from events.models import Event
from rsvps.models import Rsvp
from tests.access.asking import address_of, routes, send
from tests.access.world import make_world
from tests.conftest import Api, Clock
from tests.document import openapi
from tests.four_doors import in_club
from tests.makers import MadeEvent, make_event, make_link, make_tier
from tests.parity.sent_again import NEW, ask, is_new, refused, told, writes
from tests.social_cast import Social, make_social

WRITES = re.compile("INSERT|UPDATE|DELETE")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
DOORS = ("capability", "tenant", "community", "social")


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


@pytest.fixture
def event(social: Social) -> MadeEvent:
    """An event that each API finds, with one free ticket."""
    event = in_club(social, capacity=20)
    make_tier(event)
    return event


def _sql(query: dict[str, str]) -> str:
    return query["sql"]


def rows() -> int:
    """Events and RSVPs there are."""
    return Event.objects.count() + Rsvp.objects.count()


# --- Every address ------------------------------------------------------------------------------


# That two at once are one, tests/concurrency holds on both databases.
@pytest.mark.once
@pytest.mark.slow
@pytest.mark.django_db
def test_every_write_of_the_four_apis(settings: Any) -> None:
    """Is carried out once, also where it ends the credential it came with."""
    world = make_world()
    settings.MAIL_ENABLED = True  # without it nobody is invited by mail
    wanted = {
        (method, route)
        for route in routes()
        if route.startswith(("api/v1/", "social/")) and not route.endswith((" private", "/"))
        for method in UNSAFE
        if _is_documented(method, route)
    }
    carried_out = set()
    for method, route in sorted(wanted):
        for caller in reversed(world.callers.values()):  # who may do most comes first
            client = caller.client()
            client.defaults["HTTP_IDEMPOTENCY_KEY"] = str(uuid4())
            with transaction.atomic():
                if (method, "tiers" in route) == ("DELETE", True):
                    Rsvp.objects.update(tier=None)  # a ticket that somebody holds stays
                first = send(world, client, method, address_of(world, caller, route), route)
                if first.status_code < 300:
                    with CaptureQueriesContext(connection) as queries:
                        again = send(world, client, method, address_of(world, caller, route), route)
                    assert told(again) == (first.status_code, first.content, "true"), route
                    assert "Idempotency-Replayed" not in first
                    assert [sql for sql in map(_sql, queries) if WRITES.match(sql)] == [], route
                    carried_out.add((method, route))
                transaction.set_rollback(True)
            if (method, route) in carried_out:
                break
    assert carried_out == wanted - NEVER_CARRIED_OUT


# What the reference's SDK may ask for and nobody is given; a file that is in use; the webhook of an
# event that has none.
NEVER_CARRIED_OUT = {
    ("DELETE", "api/v1/events/<event_id>/webhooks"),
    ("DELETE", "social/api/v1/rooms/<room_id>/participants/<id>"),
    ("PUT", "social/api/v1/rooms/<room_id>/participants/<id>"),
    ("POST", "social/api/v1/rooms/<room_id>/leave"),
    ("POST", "social/api/v1/presence/rooms/<room_id>/heartbeat"),
    ("POST", "social/api/v1/invitations"),
    ("POST", "social/api/v3/channels"),
    ("POST", "social/api/v3/user-event/room"),
    ("POST", "social/api/v4/audios"),
    ("POST", "social/api/v4/clips"),
    ("POST", "social/api/v4/videos"),
    ("DELETE", "social/api/v3/files/<file_id>"),
}


def _is_documented(method: str, route: str) -> bool:
    path = "/" + route.replace("<", "{").replace(">", "}")
    return method.lower() in openapi()["paths"].get(path, {})


# --- The rules, through every door --------------------------------------------------------------


@pytest.mark.parametrize("door", DOORS)
class TestEveryDoor:
    def test_the_same_again(
        self, social: Social, event: MadeEvent, everything_stored: Callable[[], Any], door: str
    ) -> None:
        """The same status and body, any number of times; nothing more is written."""
        write = writes(social, event)[door]
        first = write("Ana", "k-1")
        assert is_new(first)
        stored = everything_stored()
        for _ in range(3):
            again = write("Ana", "k-1")
            assert told(again) == (first.status_code, first.content, "true")
            assert again.headers["Content-Type"] == first.headers["Content-Type"]
            assert again.headers["Cache-Control"] == "private, no-store"
        assert everything_stored() == stored

    @pytest.mark.once
    def test_without_the_header_nothing_is_looked_up(
        self, social: Social, event: MadeEvent, door: str
    ) -> None:
        write = writes(social, event)[door]
        with CaptureQueriesContext(connection) as queries:
            for word in ("Ana", "Ben"):
                assert "Idempotency-Replayed" not in write(word, None)
        assert "storedresponse" not in str(queries.captured_queries)
        assert StoredResponse.objects.count() == 0

    @pytest.mark.once
    def test_another_body(
        self, social: Social, event: MadeEvent, everything_stored: Callable[[], Any], door: str
    ) -> None:
        write = writes(social, event)[door]
        assert is_new(write("Ana", "k-1"))
        stored = everything_stored()
        assert refused(write("Ben", "k-1")) == (422, "idempotency_key_reused")
        assert everything_stored() == stored
        assert is_new(write("Ben", "k-2"))

    @pytest.mark.once
    @pytest.mark.parametrize("key", ["", "a b", "a\tb", "x" * (LONGEST_KEY + 1), "naïve", "\x7f"])
    def test_what_is_no_key(
        self,
        social: Social,
        event: MadeEvent,
        everything_stored: Callable[[], Any],
        door: str,
        key: str,
    ) -> None:
        write, stored = writes(social, event)[door], everything_stored()
        answer = write("Ana", key)
        assert refused(answer) == (400, "invalid")
        assert list(answer.json()["errors"]) == ["Idempotency-Key"]
        assert everything_stored() == stored

    @pytest.mark.once
    def test_the_shortest_and_the_longest(
        self, social: Social, event: MadeEvent, door: str
    ) -> None:
        write = writes(social, event)[door]
        for word, key in (("Ana", "!"), ("Ben", "~" * LONGEST_KEY)):
            assert is_new(write(word, key))
            assert told(write(word, key))[2] == "true"

    @pytest.mark.once
    def test_a_refusal_is_not_kept(self, social: Social, event: MadeEvent, door: str) -> None:
        """What was in the way may be gone the next time."""
        write = writes(social, event)[door]
        assert write("x" * 300, "k-1").status_code == 400
        assert StoredResponse.objects.count() == 0
        assert is_new(write("Ana", "k-1"))

    @pytest.mark.once
    def test_for_a_day(self, social: Social, event: MadeEvent, clock: Clock, door: str) -> None:
        """And for no longer: then it is a new request."""
        write = writes(social, event)[door]
        write("Ana", "k-1")
        before = rows()
        clock.advance(hours=23, minutes=59)
        assert told(write("Ana", "k-1"))[2] == "true"
        clock.advance(minutes=1)
        assert "Idempotency-Replayed" not in write("Ana", "k-1")
        # The Communities API takes an address once.
        assert rows() == before + (door != "community")

    @pytest.mark.once
    def test_while_it_runs(
        self, social: Social, event: MadeEvent, door: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Sent again before the first is through: 409 and when to come back; then its answer."""
        write = writes(social, event)[door]
        meanwhile: list[Any] = []
        store = idempotency._store

        def interrupted(*args: Any) -> None:
            meanwhile.append(write("Ana", "k-1"))
            store(*args)

        monkeypatch.setattr(idempotency, "_store", interrupted)
        first, before = write("Ana", "k-1"), rows()
        (answer,) = meanwhile
        assert refused(answer) == (409, "idempotency_in_flight")
        assert answer.headers["Retry-After"] == "1"
        assert told(write("Ana", "k-1")) == (first.status_code, first.content, "true")
        assert rows() == before


def test_it_belongs_to_one_credential(social: Social, event: MadeEvent) -> None:
    """Whoever else sends the same key gets their own answer."""
    door = writes(social, event)
    cohost = make_link(event)
    answers = [
        door["capability"]("Ana", "k-1"),
        door["capability"]("Ana", "k-1", cohost),
        *(
            door[name]("Ana", "k-1", social.keys[who])
            for name in ("tenant", "social")
            for who in ("creator", "colleague", "organizer")
        ),
    ]
    assert {told(answer)[::2] for answer in answers} == {(201, None)}
    assert len({answer.content for answer in answers}) == len(answers)


def test_it_belongs_to_one_address(api: Api) -> None:
    """Method, path and query."""
    event, other = make_event(), make_event()
    sent = {"name": "Ana", "status": "yes"}
    key = str(uuid4())
    paths = [f"{event.path}/rsvps", f"{other.path}/rsvps", f"{event.path}/rsvps?x=1"]
    for path in paths:
        assert told(ask(api, "POST", path, sent, None, key))[::2] == (201, None)
    assert Rsvp.objects.count() == 3
    for method in ("PATCH", "DELETE"):
        answer = ask(api, method, event.path, {}, event.owner_token, key)
        assert answer.status_code < 300
        assert "Idempotency-Replayed" not in answer


def test_reading_takes_no_notice(api: Api) -> None:
    event = make_event()
    for _ in range(2):
        answer = api.client.get(event.path, headers={"Idempotency-Key": "a b"})
        assert told(answer)[::2] == (200, None)


def test_other_headers_come_again(api: Api) -> None:
    """Those that belong to the answer; those that belong to the request are its own."""
    key = str(uuid4())
    first, again = (ask(api, "POST", "events", NEW, None, key) for _ in range(2))
    ours = {"Idempotency-Replayed", "X-Request-ID"}
    assert {name: said for name, said in again.items() if name not in ours} == {
        name: said for name, said in first.items() if name not in ours
    }
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]
