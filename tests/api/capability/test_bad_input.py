"""Whatever is sent, every writing endpoint answers 4xx with a reason and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Api
from tests.makers import make_door, make_event, make_rsvp, make_tier

BIG = 10**18
# Stands for the guest's ticket, which is as long.
TICKET = "cvt_" + "T" * 43
# Every writing endpoint that reads a body: method, path, who, a body that would pass.
ENDPOINTS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "create event": ("POST", "events", "nobody", {"title": "T", "start_time": "2031-01-01"}),
    "change event": ("PATCH", "events/{event}", "owner", {"title": "T"}),
    "answer": ("POST", "events/{event}/rsvps", "nobody", {"name": "N", "status": "yes"}),
    "force": (
        "POST",
        "events/{event}/rsvps?force_accept=1",
        "owner",
        {"name": "N", "status": "yes"},
    ),
    "change answer": ("PATCH", "events/{event}/rsvps/self", "guest", {"name": "N"}),
    "reject": ("POST", "events/{event}/rsvps/{rsvp}/reject", "owner", {"reason": "R"}),
    "new tier": ("POST", "events/{event}/tiers", "owner", {"name": "T"}),
    "change tier": ("PATCH", "events/{event}/tiers/{tier}", "owner", {"name": "T"}),
    "scan": ("POST", "events/{event}/check-ins", "door", {"ticket": TICKET}),
    "announce": ("POST", "events/{event}/messages", "owner", {"content": "C"}),
    "write to guest": ("POST", "events/{event}/rsvps/{rsvp}/messages", "owner", {"content": "C"}),
    "write to host": ("POST", "events/{event}/rsvps/self/messages", "guest", {"content": "C"}),
}
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS)

Send = Callable[..., Any]


@pytest.fixture
def send(api: Api) -> Send:
    """Sends a body to an endpoint of the table."""
    event = make_event(location="Here")
    rsvp, tier = make_rsvp(event), make_tier(event)
    tokens = {"nobody": None, "owner": event.owner_token, "guest": rsvp.token}
    tokens["door"] = make_door(event)
    for token in tokens.values():  # a link's last use is noted once an hour
        api.get(event.path, token)

    def send(endpoint: str, body: Any, **more: Any) -> Any:
        method, path, who, _ = ENDPOINTS[endpoint]
        path = path.format(event=event.id, rsvp=rsvp.id, tier=tier.pk)
        if isinstance(body, bytes):
            body = body.replace(TICKET.encode(), rsvp.ticket.encode())
        elif isinstance(body, dict) and body.get("ticket") == TICKET:
            body = body | {"ticket": rsvp.ticket}
        return api.send(method, path, body, tokens[who], **more)

    return send


def refused(response: Any, *statuses: int) -> dict[str, Any]:
    """The error body, after holding its status and shape."""
    assert response.status_code in statuses
    body: dict[str, Any] = response.json()
    assert {"detail", "code"} <= body.keys() <= {"detail", "code", "errors", "error", "message"}
    assert body["detail"]
    return body


@each_endpoint
def test_the_table_is_about_bodies_that_pass(send: Send, endpoint: str) -> None:
    """Otherwise the tests below would prove nothing."""
    assert send(endpoint, ENDPOINTS[endpoint][3]).status_code in (200, 201)


NOT_JSON = {
    "cut off": b'{"title": "a"',
    "trailing": b"{} {}",
    "comma": b'{"name": "a",}',
    "single quotes": b"{'name': 'a'}",
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"guest_count": Infinity}',
    "not UTF-8": b'{"name": "\xff"}',
    "UTF-16": '{"name": "a"}'.encode("utf-16"),
    "raw NUL": b'{"name": "a\0"}',
    "lone surrogate": b'{"name": "\\ud800", "title": "\\ud800", "content": "\\udfff"}',
    "surrogate key": b'{"\\ud800": 1}',
    "deep list": b"[" * 100_000,
    "deep object": b'{"metadata":' * 5_000 + b"1" + b"}" * 5_000,
    "BOM": b'\xef\xbb\xbf{"name": "a"}',
    "form": b"name=a&status=yes",
    "words": b"hello",
}


@each_endpoint
def test_what_is_not_json(send: Send, endpoint: str, everything_stored: Callable[[], Any]) -> None:
    """400 parse_error."""
    stored = everything_stored()
    for name, raw in NOT_JSON.items():
        body = refused(send(endpoint, raw), 400)
        assert body["code"] == "parse_error", name
    assert everything_stored() == stored


@each_endpoint
def test_what_is_no_object(send: Send, endpoint: str, everything_stored: Callable[[], Any]) -> None:
    """JSON of another kind than an object is a 400."""
    stored = everything_stored()
    for value in ([], [{}], "text", 1, 1.5, True, None, [ENDPOINTS[endpoint][3]]):
        assert refused(send(endpoint, value), 400)["code"] == "invalid", value
    assert everything_stored() == stored


@each_endpoint
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", ""],
)
def test_another_content_type(
    send: Send, endpoint: str, content_type: str, everything_stored: Callable[[], Any]
) -> None:
    """415: only JSON is read."""
    stored = everything_stored()
    body = ENDPOINTS[endpoint][3]
    refused(send(endpoint, body, content_type=content_type), 415)
    assert everything_stored() == stored


@each_endpoint
def test_a_body_over_the_limit(
    send: Send, endpoint: str, everything_stored: Callable[[], Any], settings: Any
) -> None:
    """413 from the first byte over a megabyte."""
    stored = everything_stored()
    body = json.dumps(ENDPOINTS[endpoint][3]).encode()
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert limit == 1024 * 1024
    too_large = body + b" " * (limit + 1 - len(body))
    assert refused(send(endpoint, too_large), 413)["code"] == "payload_too_large"
    assert everything_stored() == stored
    assert send(endpoint, too_large[:-1]).status_code in (200, 201)


WRONG: dict[str, list[Any]] = {
    "text": [1, 1.5, True, [], {}, ["a"], {"a": 1}, "a\0b", "\x1b[0m", "a\x7f", "a\x85b", "é\x01x"],
    "required text": [None, "", "   ", "\n"],
    "line": ["a\nb", "a\tb", "a\rb"],
    "number": ["1", 1.5, True, [], {}, -1, BIG, -BIG, 2**63, "x", 1e300],
    "flag": ["true", 1, 0, "", [], {}],
    "time": ["", "soon", 0, True, [], {}, "2031-13-01", "2031-02-30", "1969-12-31T23:59:59Z",
             "2201-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
             "2031-01-01T00:00:00+24:00", "2031-01-01T00:00:00+15:00", "\uff12031-01-01",
             "2031-01-01T00:00:00\0", "10000-01-01"],
    "zone": ["Mars/Phobos", "../etc/passwd", "UTC\0", "/etc/localtime", "utc+5", 5, [], "x" * 999],
    "offset": [841, -841, BIG, 1.5, "60", True, []],
    "choice": ["", "x", 1, [], {}, "\0", True],
    "url": ["javascript:alert(1)", "ftp://x.org", "x", "//x.org", "http://", "https://[", "data:,x",
            "https://example.org/\0", "https://example.org/a b", 1, [],
            "https://" + "x" * 600 + ".org"],
    "email": ["x", "@", "a@b", "a b@example.org", "a\n@example.org", "a\0@example.org", 1, []],
    "tags": ["x", {}, 1, [1], [None], [[]], [""], ["x" * 25], list("abcdef"), ["a\nb"], ["\0"]],
    "metadata": ["x", [], 1, True, {"a": "\0"}, {"\0": 1}, {"a": "x" * 17_000},
                 {"a": [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}, {"a": 1e300}, {"a": [2**63]}],
}  # fmt: skip


def over(limit: int) -> list[Any]:
    """A text one character over its limit, and one of many bytes."""
    return ["x" * (limit + 1), "😀" * (limit + 1)]


TEXT, LINE, MUST = WRONG["text"], WRONG["line"], WRONG["required text"]
EVENT: dict[str, list[Any]] = {
    "title": [*TEXT, *LINE, *MUST, *over(255)],
    "description": [*TEXT, *over(20_000)],
    "start_time": [*WRONG["time"], None],
    "end_time": WRONG["time"],
    "rsvp_close_at": WRONG["time"],
    "timezone": [*WRONG["zone"], None],
    "timezone_offset_minutes": WRONG["offset"],
    "format": [*WRONG["choice"], None],
    "location": [*TEXT, *LINE, *over(500)],
    "online_url": WRONG["url"],
    "hide_location": [*WRONG["flag"], None],
    "channel_name": [*TEXT, *LINE, "!!!", "—", *over(160)],
    "is_private": [*WRONG["flag"], None],
    "admin_approval_required": [*WRONG["flag"], None],
    "max_attendees": [*WRONG["number"], 0, 1_000_001],
    "max_guests_per_rsvp": [*WRONG["number"], None, 101],
    "rsvps_closed": [*WRONG["flag"], None],
    "tags": WRONG["tags"],
    "metadata": WRONG["metadata"],
}
RSVP: dict[str, list[Any]] = {
    "name": [*TEXT, *LINE, *MUST, *over(120)],
    "status": [*WRONG["choice"], None],
    "attendance_status": [*WRONG["choice"], None],
    "pronouns": [*TEXT, *LINE, *over(64)],
    "email": [*WRONG["email"], *over(254)],
    "guest_count": [*WRONG["number"], None, 6],
    "notes": [*TEXT, *over(2_000)],
    "is_private_rsvp": [*WRONG["flag"], None],
    "tier_id": ["", "x", 1.5, [], {}, "\0"],
    "form_answers": ["x", [], 1, True, {"x": 1}, {"\0": 1}],
}
TIER: dict[str, list[Any]] = {
    "name": [*TEXT, *LINE, *MUST, *over(120)],
    "price_cents": [*WRONG["number"], None, 10**9 + 1],
    "currency": [*TEXT, *MUST, "DEM", "XXX", "EURO"],
    "capacity": [*WRONG["number"], 0, 1_000_001],
    "is_active": [*WRONG["flag"], None],
    "position": [*WRONG["number"], None, 10_001],
    "questions": [None, "x", 1, True, {}, ["x"], [{}], [{"label": 1}], [{"label": "\0"}]],
}
MESSAGE: dict[str, list[Any]] = {"content": [*TEXT, *MUST, *over(5_000)]}
FIELDS: dict[str, dict[str, list[Any]]] = {
    "create event": EVENT | {"channel_visibility": [*WRONG["choice"], None]},
    "change event": EVENT | {"channel_visibility": [*WRONG["choice"], None]},
    "answer": RSVP,
    "force": RSVP,
    "change answer": RSVP,
    "reject": {"reason": [*TEXT, *over(2_000)]},
    "new tier": TIER,
    "change tier": TIER,
    "scan": {
        "ticket": [1, 1.5, True, [], {}, ["a"], {"a": 1}, "a\0b", None, *over(200)],
        "scan_id": [None, "", "x", 1.5, [], {}, "\0"],
        "scanned_at": [*WRONG["time"], None],
    },
    "announce": MESSAGE | {"message_type": WRONG["choice"], "visibility": WRONG["choice"]},
    "write to guest": MESSAGE | {"message_type": WRONG["choice"], "visibility": WRONG["choice"]},
    "write to host": MESSAGE,
}


@pytest.mark.parametrize(
    ("endpoint", "field"), [(endpoint, field) for endpoint in FIELDS for field in FIELDS[endpoint]]
)
def test_every_field_refuses_what_it_cannot_hold(
    send: Send, endpoint: str, field: str, everything_stored: Callable[[], Any]
) -> None:
    """A 400 that names the field the client sent, for every wrong value; nothing is written."""
    stored = everything_stored()
    for value in FIELDS[endpoint][field]:
        body = ENDPOINTS[endpoint][3] | {field: value}
        if field == "attendance_status":
            body.pop("status", None)
        errors = refused(send(endpoint, body), 400).get("errors", {})
        named = {name.partition(".")[0] for name in errors}
        assert named == {field}, (field, value, errors)
    assert everything_stored() == stored


NESTED_TOO_DEEP: Any = 1
for _ in range(900):
    NESTED_TOO_DEEP = [NESTED_TOO_DEEP]


@each_endpoint
def test_unknown_fields_and_odd_shapes_never_break(send: Send, endpoint: str) -> None:
    """Fields nobody knows are left alone, whatever they hold."""
    extra = {"x": NESTED_TOO_DEEP, "": 1, "id": "x", "$where": {"a": BIG}, "__class__": "x"}
    assert send(endpoint, ENDPOINTS[endpoint][3] | extra).status_code in (200, 201)


def test_every_wrong_field_is_named_at_once(api: Api) -> None:
    """A client mends its request in one go."""
    sent = {
        "title": "",
        "start_time": "2031-01-01",
        "online_url": "x",
        "tags": [""],
        "timezone": "x",
    }
    response = api.post("events", sent)
    assert refused(response, 400)["errors"].keys() == {"title", "online_url", "tags", "timezone"}


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e308", "1e20", "-1e19", "9" * 40])
def test_extreme_numbers_in_metadata(api: Api, number: str) -> None:
    """Numbers that some database would give back as others are refused."""
    event = make_event()
    raw = b'{"metadata": {"n": ' + number.encode() + b"}}"
    refused(api.send("PATCH", event.path, raw, event.owner_token), 400)
    assert event.stored.metadata == {}
