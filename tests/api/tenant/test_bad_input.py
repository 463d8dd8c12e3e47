"""Whatever is sent to the Tenant API's writing endpoints: 4xx with a reason, nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Api
from tests.makers import make_rsvp, make_tier
from tests.tenant_cast import make_cast

BIG = 10**18
# Every writing endpoint that reads a body: method, path, a body that would pass.
ENDPOINTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "create": ("POST", "community-events", {"title": "T", "start_time": "2100-01-01T10:00:00Z"}),
    "update": ("PATCH", "community-events/{event}", {"title": "T"}),
    "answer": ("POST", "community-events/{event}/rsvp", {"status": "going"}),
    "change": ("PATCH", "community-events/rsvps/{rsvp}", {"status": "not_going"}),
    "new tier": ("POST", "community-events/{event}/tiers", {"name": "T"}),
    "change tier": ("PATCH", "community-events/{event}/tiers/{tier}", {"name": "T"}),
    "comment": (
        *("POST", "community/comments"),
        {"content_type": "video", "content_id": 123, "comment": "C"},
    ),
}
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS)
Send = Callable[..., Any]
Stored = Callable[[], Any]


@pytest.fixture
def send(api: Api) -> Send:
    """Sends a body to an endpoint of the table, as the creator of the event."""
    cast = make_cast()
    event = cast.event(location="Here")
    rsvp = make_rsvp(event, user=cast.creator.user)
    tier = make_tier(event)

    def send(endpoint: str, body: Any, **more: Any) -> Any:
        method, path, _ = ENDPOINTS[endpoint]
        path = path.format(event=event.id, rsvp=rsvp.id, tier=tier.pk)
        return api.send(method, path, body, cast.creator.key, **more)

    return send


def refused(response: Any, status: int) -> dict[str, Any]:
    """The error body, after holding its status and shape."""
    assert response.status_code == status, response.content
    body: dict[str, Any] = response.json()
    assert {"detail", "code"} <= body.keys() <= {"detail", "code", "errors"}
    assert body["detail"]
    return body


@each_endpoint
def test_the_table_is_about_bodies_that_pass(send: Send, endpoint: str) -> None:
    """Otherwise the tests below would prove nothing."""
    assert send(endpoint, ENDPOINTS[endpoint][2]).status_code in (200, 201)


NOT_JSON = {
    "cut off": b'{"title": "a"',
    "trailing": b"{} {}",
    "comma": b'{"title": "a",}',
    "NaN": b'{"capacity": NaN}',
    "not UTF-8": b'{"title": "\xff"}',
    "UTF-16": '{"title": "a"}'.encode("utf-16"),
    "raw NUL": b'{"title": "a\0"}',
    "lone surrogate": b'{"title": "\\ud800", "comment": "\\udfff"}',
    "deep": b"[" * 100_000,
    "BOM": b'\xef\xbb\xbf{"title": "a"}',
    "form": b"title=a&status=going",
}


@each_endpoint
def test_what_is_not_json(send: Send, endpoint: str, everything_stored: Stored) -> None:
    """400 parse_error."""
    stored = everything_stored()
    for name, raw in NOT_JSON.items():
        assert refused(send(endpoint, raw), 400)["code"] == "parse_error", name
    assert everything_stored() == stored


@each_endpoint
def test_what_is_no_object(send: Send, endpoint: str, everything_stored: Stored) -> None:
    """JSON of another kind than an object is a 400."""
    stored = everything_stored()
    for value in ([], [{}], "text", 1, 1.5, True, None, [ENDPOINTS[endpoint][2]]):
        assert refused(send(endpoint, value), 400)["code"] == "invalid", value
    assert everything_stored() == stored


@each_endpoint
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", ""],
)
def test_another_content_type(
    send: Send, endpoint: str, content_type: str, everything_stored: Stored
) -> None:
    """415: only JSON is read."""
    stored = everything_stored()
    refused(send(endpoint, ENDPOINTS[endpoint][2], content_type=content_type), 415)
    assert everything_stored() == stored


@each_endpoint
def test_a_body_over_the_limit(
    send: Send, endpoint: str, everything_stored: Stored, settings: Any
) -> None:
    """413 from the first byte over a megabyte."""
    stored = everything_stored()
    body = json.dumps(ENDPOINTS[endpoint][2]).encode()
    too_large = body + b" " * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1 - len(body))
    assert refused(send(endpoint, too_large), 413)["code"] == "payload_too_large"
    assert everything_stored() == stored
    assert send(endpoint, too_large[:-1]).status_code in (200, 201)


TEXT = [1, 1.5, True, [], {}, ["a"], {"a": 1}, "a\0b", "\x1b[0m", "a\x7f", "a\x85b", "é\x01x"]
LINE = ["a\nb", "a\tb", "a\rb"]
MUST = [None, "", "   ", "\n"]
NUMBER = ["1", 1.5, True, [], {}, -1, BIG, -BIG, 2**63, "x", 1e300]
FLAG = ["true", 1, 0, "", [], {}, None]
CHOICE = ["", "x", 1, [], {}, "\0", True, None]
TIME = [
    *("", "soon", 0, True, [], {}, "2031-13-01", "2031-02-30", "1969-12-31T23:59:59Z"),
    *("2201-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2031-01-01T00:00:00+15:00"),
    *("2031-01-01T00:00:00\0", "10000-01-01"),
]


def over(limit: int) -> list[Any]:
    """A text one character over its limit, and one of many bytes."""
    return ["x" * (limit + 1), "😀" * (limit + 1)]


EVENT: dict[str, list[Any]] = {
    "title": [*TEXT, *LINE, *MUST, *over(255)],
    "description": [*TEXT, *over(20_000)],
    "start_time": [*TIME, None],
    "end_time": TIME,
    "rsvp_close_at": TIME,
    "timezone": ["Mars/Phobos", "../etc/passwd", "UTC\0", "utc+5", 5, [], "x" * 999, None],
    "event_type": CHOICE,
    "location": [*TEXT, *LINE, *over(500)],
    "online_url": ["javascript:alert(1)", "ftp://x.org", "x", "http://", "https://[", 1, []],
    "capacity": [*NUMBER, 0, 1_000_001],
    "group_id": ["", "x", 1, 1.5, True, [], {}, "\0", "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"],
    "is_private": FLAG,
    "approval_required": FLAG,
    "hide_location": FLAG,
    "rsvps_closed": FLAG,
    "featured": [*FLAG, True],
    "max_guests_per_rsvp": [*NUMBER, None, 101],
    "tags": ["x", {}, 1, [1], [None], [[]], [""], ["x" * 25], list("abcdef"), ["a\nb"], ["\0"]],
    "metadata": ["x", [], 1, True, {"a": "\0"}, {"\0": 1}, {"a": "x" * 17_000}],
}
RSVP: dict[str, list[Any]] = {
    "status": CHOICE,
    "response_message": [*TEXT, *over(2_000)],
    "guest_count": [*NUMBER, None, 6],
    "tier_id": ["", "x", 1.5, [], {}, "\0"],
    "form_answers": ["x", [], 1, True, {"x": 1}, {"\0": 1}],
}
TIER: dict[str, list[Any]] = {
    "name": [*TEXT, *LINE, *MUST, *over(120)],
    "price_cents": [*NUMBER, None, 10**9 + 1],
    "currency": [*TEXT, *MUST, "DEM", "XXX", "EURO"],
    "capacity": [*NUMBER, 0, 1_000_001],
    "is_active": FLAG,
    "position": [*NUMBER, None, 10_001],
    "questions": [None, "x", 1, True, {}, ["x"], [{}], [{"label": 1}], [{"label": "\0"}]],
}
FIELDS: dict[str, dict[str, list[Any]]] = {
    "create": EVENT,
    "update": EVENT,
    "answer": RSVP,
    "change": RSVP,
    "new tier": TIER,
    "change tier": TIER,
    "comment": {
        "content_type": [*TEXT, *LINE, *MUST, "a b", "ä", *over(64)],
        "content_id": [None, "", "1", "x", 1.5, True, [], {}, 2**63, 1e300],
        "comment": [*TEXT, *MUST, *over(5_000)],
    },
}
CASES = [(endpoint, field) for endpoint, fields in FIELDS.items() for field in fields]


@pytest.mark.parametrize(("endpoint", "field"), CASES)
def test_every_field(send: Send, endpoint: str, field: str, everything_stored: Stored) -> None:
    """400 naming the field as it was sent."""
    stored = everything_stored()
    for value in FIELDS[endpoint][field]:
        # A change to going, so that a party that does not fit is looked at.
        passing = ENDPOINTS[endpoint][2] | ({"status": "going"} if endpoint == "change" else {})
        body = refused(send(endpoint, passing | {field: value}), 400)
        assert body["code"] == "invalid"
        named = {name.partition(".")[0] for name in body["errors"]}
        assert named == {field}, (value, body)
        assert body["detail"]
    assert everything_stored() == stored


@each_endpoint
def test_every_wrong_field_is_named_at_once(send: Send, endpoint: str) -> None:
    """A client need not find out one by one which have the wrong type."""
    wrong = {field: [[]] for field in FIELDS[endpoint]}
    body = refused(send(endpoint, wrong), 400)
    assert {name.partition(".")[0] for name in body["errors"]} == set(wrong)


@each_endpoint
@pytest.mark.parametrize("bad", ["x", "0", "not-a-uuid", "%00", "a" * 300, "é"])
def test_bad_ids(send: Send, api: Api, endpoint: str, bad: str) -> None:
    """404 in the path, with the JSON of every error."""
    method, path, body = ENDPOINTS[endpoint]
    if "{" not in path:
        path = f"{path}/{{event}}"
    response = api.send(method, path.format(event=bad, rsvp=bad, tier=bad), body, "sk_live_unknown")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
