"""One answer, once: what is sent again with the same Idempotency-Key, through all four APIs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.client import MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from access import idempotency
from access.idempotency import LONGEST_KEY
from access.models import StoredResponse
from accounts.domain.api_keys import revoke_key
from accounts.models import ApiKey
from events.domain.links import revoke_link, rotate_link
from events.models import Event, EventLink
from rsvps.domain.respond import rotate_guest_link
from rsvps.models import Rsvp
from tests.access.asking import address_of, routes, send
from tests.access.world import make_world
from tests.conftest import Api, Clock
from tests.four_doors import in_club
from tests.makers import MadeEvent, make_event, make_link, make_rsvp, make_tier
from tests.pictures import encoded, picture
from tests.social_cast import BASE, Social, make_social
from tests.tenant_cast import EVENTS

Ask = Callable[..., Any]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
DOORS = ("capability", "tenant", "community", "social")
NEW = {"title": "T", "start_time": "2031-01-01T10:00:00Z"}


def ask(
    api: Api, method: str, path: str, body: Any, token: str | None, key: str | None, **more: str
) -> Any:
    """A request with this Idempotency-Key; None sends none."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key is not None:
        headers["Idempotency-Key"] = key
    full = path if path.startswith("/") else f"/api/v1/{path}"
    raw = body if isinstance(body, bytes) else json.dumps(body)
    kind = more.get("content_type", "application/json")
    return api.client.generic(method, full, raw, content_type=kind, headers=headers)


def told(response: Any) -> tuple[int, bytes, str | None]:
    """Status, body, and whether it is said to be a repeated answer."""
    return response.status_code, response.content, response.get("Idempotency-Replayed")


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def is_new(response: Any) -> bool:
    """Whether the request was carried out just now."""
    return response.status_code in (200, 201) and "Idempotency-Replayed" not in response


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


def writes(social: Social, event: MadeEvent) -> dict[str, Ask]:
    """A new row through each door, by a credential: of the words that differ, and the key."""
    tier = event.stored.tiers.get()
    social.api.get(event.path, event.owner_token)  # its first use is noted
    tickets = f"communities/club/events/{event.row.slug}/rsvp"
    creator = social.keys["creator"]

    def community(word: str, key: str | None, token: str | None = creator) -> Any:
        ticket = {"tierId": str(tier.pk), "email": f"{word}@example.org", "name": word}
        return ask(social.api, "POST", tickets, ticket, token, key)

    def write(path: str, title: str, start: str, token: str | None) -> Ask:
        def through(word: str, key: str | None, token: str | None = token) -> Any:
            sent = {title: word, start: "2031-01-01T10:00:00Z"}
            return ask(social.api, "POST", path, sent, token, key)

        return through

    return {
        "capability": write("events", "title", "start_time", event.owner_token),
        "tenant": write(EVENTS, "title", "start_time", creator),
        "community": community,
        "social": write(f"{BASE}/events", "title", "startTime", creator),
    }


def rows() -> int:
    """Events and RSVPs there are."""
    return Event.objects.count() + Rsvp.objects.count()


# --- Every address ------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_write_of_the_four_apis(everything_stored: Callable[[], Any]) -> None:
    """Is carried out once, also where it ends the credential it came with."""
    world = make_world()
    wanted = {
        (method, route)
        for route in routes()
        if route.startswith(("api/v1/", "social/")) and not route.endswith((" private", "/"))
        for method in UNSAFE
    }
    carried_out = set()
    for method, route in sorted(wanted):
        for caller in world.callers.values():
            client = caller.client()
            client.defaults["HTTP_IDEMPOTENCY_KEY"] = str(uuid4())
            with transaction.atomic():
                if (method, "tiers" in route) == ("DELETE", True):
                    Rsvp.objects.update(tier=None)  # a ticket that somebody holds stays
                first = send(world, client, method, address_of(world, caller, route), route)
                if first.status_code < 300:
                    stored = everything_stored()
                    again = send(world, client, method, address_of(world, caller, route), route)
                    assert told(again) == (first.status_code, first.content, "true"), route
                    assert "Idempotency-Replayed" not in first
                    assert everything_stored() == stored, (method, route)
                    carried_out.add((method, route))
                transaction.set_rollback(True)
            if (method, route) in carried_out:
                break
    assert carried_out == {each for each in wanted if _is_documented(*each)}


def _is_documented(method: str, route: str) -> bool:
    document = Api().client.get("/api/schema/", headers={"Accept": "application/json"}).json()
    paths = {
        path.replace("{", "<").replace("}", ">")[1:]: has for path, has in document["paths"].items()
    }
    return method.lower() in paths.get(route, {})


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

    def test_without_the_header_nothing_is_looked_up(
        self, social: Social, event: MadeEvent, door: str
    ) -> None:
        write = writes(social, event)[door]
        with CaptureQueriesContext(connection) as queries:
            for word in ("Ana", "Ben"):
                assert "Idempotency-Replayed" not in write(word, None)
        assert "storedresponse" not in str(queries.captured_queries)
        assert StoredResponse.objects.count() == 0

    def test_another_body(
        self, social: Social, event: MadeEvent, everything_stored: Callable[[], Any], door: str
    ) -> None:
        write = writes(social, event)[door]
        assert is_new(write("Ana", "k-1"))
        stored = everything_stored()
        assert refused(write("Ben", "k-1")) == (422, "idempotency_key_reused")
        assert everything_stored() == stored
        assert is_new(write("Ben", "k-2"))

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

    def test_the_shortest_and_the_longest(
        self, social: Social, event: MadeEvent, door: str
    ) -> None:
        write = writes(social, event)[door]
        for word, key in (("Ana", "!"), ("Ben", "~" * LONGEST_KEY)):
            assert is_new(write(word, key))
            assert told(write(word, key))[2] == "true"

    def test_a_refusal_is_not_kept(self, social: Social, event: MadeEvent, door: str) -> None:
        """What was in the way may be gone the next time."""
        write = writes(social, event)[door]
        assert write("x" * 300, "k-1").status_code == 400
        assert StoredResponse.objects.count() == 0
        assert is_new(write("Ana", "k-1"))

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


# --- Without a credential -----------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "YOUR_TOKEN_HERE", "cvo_" + "x" * 43])
class TestStrangers:
    """Nothing but the key guards the answer: nobody may guess it. A placeholder guards nothing."""

    def test_the_key_must_be_random(
        self, api: Api, everything_stored: Callable[[], Any], token: str | None
    ) -> None:
        stored = everything_stored()
        for key in ("1", "order-17", "x" * 36):
            answer = ask(api, "POST", "events", NEW, token, key)
            assert refused(answer) == (400, "idempotency_key_not_random")
        assert everything_stored() == stored

    def test_it_is_kept_for_an_hour(self, api: Api, clock: Clock, token: str | None) -> None:
        key = str(uuid4())
        first = ask(api, "POST", "events", NEW, token, key)
        clock.advance(minutes=59)
        assert told(ask(api, "POST", "events", NEW, token, key)) == (201, first.content, "true")
        clock.advance(minutes=1)
        again = ask(api, "POST", "events", NEW, token, key)
        assert told(again)[::2] == (201, None)
        assert again.content != first.content


# --- Credentials that end -----------------------------------------------------------------------


@pytest.mark.parametrize("end", ["rotated", "revoked"])
def test_a_link_that_ended(api: Api, end: str) -> None:
    """Its answers are out of reach, as is everything else."""
    event = make_event()
    link = EventLink.objects.get(event_id=event.id)
    token = event.owner_token if end == "rotated" else make_link(event, "cohost")  # type: ignore[arg-type]
    key = str(uuid4())
    path = f"{event.path}/links"
    first = ask(api, "POST", path, {"role": "viewer"}, token, key)
    assert told(first)[::2] == (201, None)
    if end == "rotated":
        rotate_link(event_id=event.id, link_id=link.pk)
    else:
        cohost = EventLink.objects.get(event_id=event.id, role="cohost")
        revoke_link(event_id=event.id, link_id=cohost.pk)
    for body in ({"role": "viewer"}, {"role": "door"}):
        assert refused(ask(api, "POST", path, body, token, key))[0] == 403
    assert refused(ask(api, "POST", path, {"role": "viewer"}, token, "k"))[0] == 400


def test_a_guests_link_that_ended(api: Api) -> None:
    rsvp = make_rsvp(event := make_event())
    path, sent = f"{event.path}/rsvps/self", {"name": "New"}
    key = str(uuid4())
    assert told(ask(api, "PATCH", path, sent, rsvp.token, key))[::2] == (200, None)
    assert told(ask(api, "PATCH", path, sent, rsvp.token, key))[::2] == (200, "true")
    rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
    assert refused(ask(api, "PATCH", path, sent, rsvp.token, key))[0] == 404


@pytest.mark.parametrize("door", ["tenant", "community", "social"])
def test_a_key_that_ended(social: Social, event: MadeEvent, door: str) -> None:
    write = writes(social, event)[door]
    assert is_new(write("Ana", "k-1"))
    key = str(social.keys["creator"])
    revoke_key(next(each.prefix for each in ApiKey.objects.all() if key.startswith(each.prefix)))
    assert refused(write("Ana", "k-1"))[0] == 401


@pytest.mark.parametrize("whose", ["guest", "owner"])
def test_what_ends_its_own_credential(api: Api, whose: str) -> None:
    """Leaving and erasing: the retry comes with a token that opens nothing any more."""
    rsvp = make_rsvp(event := make_event())
    path, token = (
        (f"{event.path}/rsvps/self", rsvp.token)
        if whose == "guest"
        else (event.path, event.owner_token)
    )
    assert told(ask(api, "DELETE", path, b"", token, "k-1")) == (204, b"", None)
    assert told(ask(api, "DELETE", path, b"", token, "k-1")) == (204, b"", "true")
    again = ask(api, "DELETE", path, b"", token, str(uuid4()))
    assert again.status_code in (403, 404)


# --- What is stored -----------------------------------------------------------------------------


def test_the_database_gives_nothing_away(
    api: Api, everything_stored: Callable[[], dict[str, list[str]]], settings: Any
) -> None:
    """Neither token nor key nor what was said, and no digest that a short body could be guessed by;
    without the server's key, whoever knows everything else finds nothing either."""
    event, key = make_event(), "secret-header-17"
    path, body = f"{event.path}/rsvps", {"name": "Nia Hush", "status": "yes"}
    answer = ask(api, "POST", path, body, event.owner_token, key)
    rsvp_token = answer.json()["rsvp"]["rsvp_token"]
    raw = json.dumps(body).encode()
    (row,) = StoredResponse.objects.all()
    stored = f"{row.id} {row.fingerprint} {bytes(row.response).hex()} {bytes(row.response)!r}"
    for text in (event.owner_token, rsvp_token, key, "Nia", "rsvp_token", str(event.id)):
        assert text not in stored
        assert hashlib.sha256(text.encode()).hexdigest() not in stored
    assert hashlib.sha256(raw).hexdigest() not in stored
    for text in (event.owner_token, rsvp_token, key):
        assert text not in str(everything_stored())
    settings.CAPABILITY_KEYS = ["a guess of the server's key"]
    again = ask(api, "POST", path, body, None, str(uuid4()))
    assert told(again)[2] is None


def test_the_servers_key_is_replaced(social: Social, event: MadeEvent, settings: Any) -> None:
    """With the old one beside the new one, as for links, answers are found; without it they are
    not."""
    write = writes(social, event)["tenant"]
    first = write("Ana", "k-1")
    old = settings.CAPABILITY_KEYS
    settings.CAPABILITY_KEYS = ["a new key", *old]
    assert told(write("Ana", "k-1")) == (201, first.content, "true")
    assert refused(write("Ben", "k-1")) == (422, "idempotency_key_reused")
    settings.CAPABILITY_KEYS = ["a new key"]
    assert told(write("Ana", "k-1"))[::2] == (201, None)


def test_expired_rows_go_in_passing(social: Social, event: MadeEvent, clock: Clock) -> None:
    """A bounded number with each new one, so that they never pile up."""
    write = writes(social, event)["tenant"]
    for number in range(25):
        write("Ana", f"k-{number}")
    clock.advance(hours=24)
    for left in (6, 2, 3):
        write("Ana", str(uuid4()))
        assert StoredResponse.objects.count() == left


# --- Large bodies -------------------------------------------------------------------------------


def test_an_upload(social: Social) -> None:
    """Its bytes are its fingerprint, beyond what Django reads of a form; it is stored once."""
    large = encoded(picture(), "PNG") + b"\0" * 2_000_000
    forms = [
        encode_multipart("frontier", {"file": SimpleUploadedFile("a.png", content), "altText": "A"})
        for content in (large, large[:-1])
    ]
    kind = MULTIPART_CONTENT.replace("BoUnDaRyStRiNg", "frontier")
    token = social.keys["creator"]

    def upload(form: bytes) -> Any:
        path = f"{BASE}/files"
        return ask(social.api, "POST", path, form, token, "k-1", content_type=kind)

    first = upload(forms[0])
    assert first.status_code == 201, first.content
    assert told(upload(forms[0])) == (201, first.content, "true")
    assert refused(upload(forms[1])) == (422, "idempotency_key_reused")


def test_a_body_that_is_too_large(api: Api, settings: Any) -> None:
    """Refused as without a key."""
    large = b" " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    too_large = b" " * (settings.MOST_BODY_BYTES + 1)
    for body in (large, too_large):
        answer = ask(api, "POST", "events", body, None, str(uuid4()))
        assert refused(answer) == (413, "payload_too_large")


def test_a_failure_undoes_everything(
    api: Api, everything_stored: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written before the response could be kept is not there."""
    event, key = make_event(), str(uuid4())
    stored = everything_stored()
    api.client.raise_request_exception = False
    monkeypatch.setattr("access.idempotency._sealed", lambda *_: 1 / 0)
    sent = {"name": "Ana", "status": "yes"}
    assert ask(api, "POST", f"{event.path}/rsvps", sent, None, key).status_code == 500
    assert everything_stored() == stored
    monkeypatch.undo()
    assert told(ask(api, "POST", f"{event.path}/rsvps", sent, None, key))[::2] == (201, None)
