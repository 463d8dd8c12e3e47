"""Who gets an answer again, and what is stored of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT, encode_multipart

from access.models import StoredResponse
from accounts.domain.api_keys import revoke_key
from accounts.models import ApiKey
from events.domain.links import revoke_link, rotate_link
from events.models import EventLink
from rsvps.domain.respond import rotate_guest_link
from tests.conftest import Api, Clock
from tests.four_doors import in_club
from tests.makers import MadeEvent, make_event, make_link, make_rsvp, make_tier
from tests.parity.sent_again import NEW, ask, is_new, refused, told, writes
from tests.pictures import encoded, picture
from tests.social_cast import BASE, Social, make_social


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
