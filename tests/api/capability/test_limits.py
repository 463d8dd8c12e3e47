"""What just fits: every limit's last allowed value is taken, stored and given back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Api
from tests.makers import make_event, make_rsvp

pytestmark = pytest.mark.once

EVENT: dict[str, list[Any]] = {
    "title": ["x", "x" * 255, "😀" * 255, "<b>&\"'"],
    "description": ["x" * 20_000, "😀" * 20_000, "a\nb\tc", ""],
    "location": ["x" * 500],
    "online_url": ["https://example.org/" + "x" * 480, "http://localhost:8000/ü"],
    "max_attendees": [1, 1_000_000],
    "max_guests_per_rsvp": [0, 100],
    "tags": [["x" * 24, *"abcd"], [], ["日本"]],
    "metadata": [{}, {"a": "x" * 16_000}, {"": None}, {"n": [0, -1, 2**63 - 1, 0.1, 1e-300]}],
    "timezone": ["UTC", "America/Argentina/Buenos_Aires"],
    "start_time": ["1970-01-01T00:00:00Z", "2200-12-31T20:59:59Z"],
    "end_time": ["2200-12-31T23:59:59Z"],
    "rsvp_close_at": ["1970-01-01T00:00:00Z"],
}
RSVP: dict[str, list[Any]] = {
    "name": ["x", "x" * 120, "\u202eRTL", "O'Brien; --"],
    "pronouns": ["x" * 64, ""],
    "guest_count": [0, 5],
    "notes": ["x" * 2000, "a\nb"],
}


def taken(value: Any) -> Any:
    """How an answer gives a blank text back."""
    return None if value == "" else value


@pytest.mark.parametrize("field", EVENT)
def test_events(api: Api, field: str) -> None:
    """On creating and on changing."""
    for value in EVENT[field]:
        sent = {"title": "T", "start_time": "2031-01-01T00:00:00Z"} | {field: value}
        made = api.post("events", sent)
        assert made.status_code == 201
        assert made.json()["event"][field] == taken(value)
        event = make_event(start_time="2031-01-01T00:00:00Z")
        changed = api.patch(event.path, {field: value}, event.owner_token)
        assert changed.status_code == 200
        assert api.get(event.path).json()["event"][field] == taken(value)


@pytest.mark.parametrize("field", RSVP)
def test_answers(api: Api, field: str) -> None:
    """On creating and on changing."""
    event = make_event()
    rsvp = make_rsvp(event)
    for value in RSVP[field]:
        made = api.post(f"{event.path}/rsvps", {"name": "N", "status": "yes"} | {field: value})
        assert made.status_code == 201
        assert made.json()["rsvp"][field] == taken(value)
        changed = api.patch(f"{event.path}/rsvps/self", {field: value}, rsvp.token)
        assert changed.status_code == 200
        assert changed.json()["rsvp"][field] == taken(value)


def test_channel_names(api: Api) -> None:
    """120 characters."""
    sent = {"title": "T", "start_time": "2031-01-01", "channel_name": "x" * 120}
    assert api.post("events", sent).json()["event"]["channel"]["name"] == "x" * 120


def test_reasons(api: Api) -> None:
    """2,000 characters, of several lines."""
    event = make_event()
    rsvp = make_rsvp(event)
    reason = "x\n" * 999 + "xx"
    body = api.post(f"{rsvp.path}/reject", {"reason": reason}, event.owner_token).json()
    assert body["rsvp"]["messages"][0]["content"] == reason


def test_metadata_is_measured_in_bytes(api: Api) -> None:
    """16 KB of JSON and not one more."""
    event = make_event()
    spare = 16 * 1024 - len(json.dumps({"a": ""}))
    for length, status in ((spare, 200), (spare + 1, 400)):
        sent = {"metadata": {"a": "x" * length}}
        assert api.patch(event.path, sent, event.owner_token).status_code == status


def test_numbers_past_64_bits(api: Api) -> None:
    """Whole numbers past 64 bits are floats to JSON: no field of ours is one."""
    event = make_event()
    raw = b'{"max_attendees": 18446744073709551616}'
    response = api.send("PATCH", event.path, raw, event.owner_token)
    assert (response.status_code, list(response.json()["errors"])) == (400, ["max_attendees"])
