"""The table of bad input through every API and every form: a 4xx that names what was sent, and
nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter
from typing import Any
from zlib import crc32

import pytest
from django.test import Client

from accounts.models import Image
from api.examples import values
from events.models import Event
from notify.domain.endpoints import create_endpoint
from tests.conftest import Api
from tests.document import openapi
from tests.makers import make_door, make_event, make_image, make_rsvp, make_stream, make_tier
from tests.parity.bad_input import BIG
from tests.parity.doors import (
    ENDPOINTS,
    EVENT_ID,
    OTHER_RSVP,
    PAGES,
    TICKET,
    TIER_ID,
    Endpoint,
    Page,
)
from tests.social_cast import make_social

pytestmark = pytest.mark.once

Stored = Callable[[], Any]
Send = Callable[..., Any]
each_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS)


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    """Where none is sent, nobody is invited by it."""
    settings.MAIL_ENABLED = True


@pytest.fixture
def send(api: Api) -> Send:
    """Sends a body to an endpoint: a channel's event with a guest and a ticket."""
    social = make_social(api)
    event = social.event(channel_id=social.channel.pk, start_time="2100-01-01T10:00:00Z")
    rsvp = make_rsvp(event, user=social.cast.creator.user)
    tier = make_tier(event)
    image = make_image(social.cast.tenant)
    Image.objects.filter(pk=image.pk).update(uploader=social.cast.creator.user)
    hook = create_endpoint(
        tenant_id=social.cast.tenant.pk, values={"url": "https://hooks.example.org/"}
    )
    places = {
        "event_id": event.id,
        "rsvp_id": rsvp.id,
        "tier_id": tier.pk,
        "room_id": make_stream(event).pk,
        "file_id": image.pk,
        "webhook_id": hook.endpoint.pk,
        "tag": social.channel.slug,
        "slug": event.row.slug,
    }
    tokens = {"nobody": None, "owner": event.owner_token, "guest": rsvp.token}
    tokens["door"] = make_door(event)
    for token in tokens.values():  # a link's last use is noted once an hour
        api.get(event.path, token)
    tokens |= social.keys
    known = {TICKET: rsvp.ticket, TIER_ID: str(tier.pk), EVENT_ID: str(event.id)}
    known[OTHER_RSVP] = str(make_rsvp(event).id)
    known |= {
        values.TICKET: known[TICKET],
        values.TIER: known[TIER_ID],
        values.EVENT: known[EVENT_ID],
        values.OTHER_RSVP: known[OTHER_RSVP],
    }

    def send(endpoint: Endpoint, body: Any = None, **more: Any) -> Any:
        body = endpoint.passes if body is None else body
        if isinstance(body, dict):
            body = {
                name: known.get(value, value) if isinstance(value, str) else value
                for name, value in body.items()
            }
        elif isinstance(body, bytes):
            for name, value in known.items():
                body = body.replace(name.encode(), value.encode())
        path = endpoint.path.format(**places)
        return api.send(endpoint.method, path, body, tokens[endpoint.who], **more)

    return send


def refused(response: Any, status: int = 400, code: str = "invalid") -> set[str]:
    """The fields an error names, after holding its status, code and shape."""
    body = response.json()
    assert (response.status_code, body["code"]) == (status, code), body
    social = response.wsgi_request.path_info.startswith("/social/")
    more = {"status", "message"} if social else set()
    assert body.keys() - {"errors"} == {"detail", "code"} | more
    assert body["detail"]
    return set(body.get("errors", ()))


# --- The table itself -------------------------------------------------------------------------


def test_the_table_has_every_endpoint_and_field() -> None:
    """As the OpenAPI document has them: a new one is not forgotten."""
    document = openapi()
    described = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                shape = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
                fields = document["components"]["schemas"][shape]["properties"]
                described[method.upper(), path] = set(fields)
    table = {
        (each.method, each.path.partition("?")[0]): {
            name for name in each.fields if "." not in name
        }
        for each in ENDPOINTS.values()
    }
    assert table == described


@each_endpoint
def test_the_table_is_about_bodies_that_pass(send: Send, endpoint: Endpoint) -> None:
    """Otherwise the tests below would prove nothing."""
    assert send(endpoint).status_code in (200, 201, 202)


@each_endpoint
def test_the_example_in_the_document_passes(send: Send, endpoint: Endpoint) -> None:
    """Whoever copies it has something that works."""
    operation = openapi()["paths"][endpoint.path.partition("?")[0]][endpoint.method.lower()]
    answer = send(endpoint, operation["requestBody"]["content"]["application/json"]["example"])
    assert answer.status_code in (200, 201, 202), answer.content


# --- Whole bodies -----------------------------------------------------------------------------

NOT_JSON = {
    "cut off": b'{"title": "a"',
    "trailing": b"{} {}",
    "comma": b'{"name": "a",}',
    "comment": b"{ /* request body */ }",
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
NO_OBJECT: list[Any] = [b"null", b"[]", b"[{}]", b'"text"', b"1", b"1.5", b"true"]
OTHER_TYPES = [
    *(
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "x",
        "",
    ),
]


@each_endpoint
def test_bodies_that_are_not_read(
    send: Send, endpoint: Endpoint, everything_stored: Stored, settings: Any
) -> None:
    """400 for what is not JSON or no object, 415 for other types, 413 past a megabyte."""
    stored = everything_stored()
    for name, raw in NOT_JSON.items():
        assert refused(send(endpoint, raw), code="parse_error") == set(), name
    whole = json.dumps(endpoint.passes).encode()
    for raw in (*NO_OBJECT, b"[" + whole + b"]"):
        assert refused(send(endpoint, raw)) == {"non_field_errors"}, raw
    for content_type in OTHER_TYPES:
        other = send(endpoint, content_type=content_type)
        assert refused(other, 415, "unsupported_media_type") == set()
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert limit == 1024 * 1024
    spare = limit - len(send_length(endpoint))
    assert refused(send(endpoint, whole + b" " * (spare + 1)), 413, "payload_too_large") == set()
    assert everything_stored() == stored
    assert send(endpoint, whole + b" " * spare).status_code in (200, 201, 202)


def send_length(endpoint: Endpoint) -> bytes:
    """The body that would pass, as long as it is sent."""
    raw = json.dumps(endpoint.passes).encode()
    for id in (TIER_ID, EVENT_ID, OTHER_RSVP):
        raw = raw.replace(id.encode(), b"x" * 36)
    return raw


@each_endpoint
def test_what_is_missing_is_named(
    send: Send, endpoint: Endpoint, everything_stored: Stored
) -> None:
    """Each field that is needed, also when there is no body at all."""
    stored = everything_stored()
    for name in endpoint.needs:
        rest = {field: said for field, said in endpoint.passes.items() if field != name}
        assert refused(send(endpoint, rest)) == {name}
    if endpoint.needs:
        for nothing in ({}, b"", b"{}"):
            assert refused(send(endpoint, nothing)) <= set(endpoint.needs)
    assert everything_stored() == stored


@each_endpoint
def test_what_is_no_id_is_no_address(api: Api, endpoint: Endpoint) -> None:
    """404 with the JSON of every error, or 401 from a community, which goes by its name."""
    path = endpoint.path if "{" in endpoint.path else f"{endpoint.path}/{{event_id}}"
    for bad in ("x", "0", "not-a-uuid", "%00", "a" * 300, "é"):
        address = path.format(
            **dict.fromkeys(
                (
                    *("event_id", "rsvp_id", "tier_id", "room_id", "file_id", "tag", "slug"),
                    "webhook_id",
                ),
                bad,
            )
        )
        response = api.send(endpoint.method, address, endpoint.passes, "sk_live_unknown")
        by_name = "{tag}" in path and bad.isascii() and bad != "%00"
        told = (response.status_code, response.json()["code"])
        assert told == ((401, "not_authenticated") if by_name else (404, "not_found")), bad


NESTED_TOO_DEEP: Any = 1
for _ in range(900):
    NESTED_TOO_DEEP = [NESTED_TOO_DEEP]


@each_endpoint
def test_unknown_fields_and_odd_shapes_never_break(send: Send, endpoint: Endpoint) -> None:
    """Fields nobody knows are left alone, whatever they hold."""
    extra = {"x": NESTED_TOO_DEEP, "": 1, "id": "x", "$where": {"a": BIG}, "__class__": "x"}
    assert send(endpoint, {**endpoint.passes, **extra}).status_code in (200, 201, 202)


# --- Fields -----------------------------------------------------------------------------------

# A number is read as a UUID, which no ticket has.
CODES = {"tier_id": "tier_unknown", "tierId": "tier_unknown"}


def share(wrong: list[Any], door: object, doors: list[Any]) -> list[Any]:
    """Which of a field's wrong values to send through one of several doors that clean it alike, the
    value being first in each: two or three of the doors share them, so that each value is sent, and
    some through every door."""
    number = min(len(doors), 3)
    mine = doors.index(door) % number
    part = [each for each in wrong if crc32(repr(each[0]).encode()) % number == mine]
    return part if len(part) > 2 else wrong


@pytest.mark.parametrize("named", ENDPOINTS)
def test_every_field_refuses_what_it_cannot_hold(
    send: Send, named: str, everything_stored: Stored
) -> None:
    """The 400 names the field as it was sent; what leads into a list is named to the end. Those of
    one API that have the same field share its wrong values."""
    endpoint = ENDPOINTS[named]
    of_its_api = [each for key, each in ENDPOINTS.items() if key.split(":")[0] in named]
    stored = everything_stored()
    surprises = {}
    for name in endpoint.fields:
        alike = [each for each in of_its_api if name in each.fields]
        for value, body in share(list(endpoint.bodies(name)), endpoint, alike):
            response = send(endpoint, body)
            told = response.json()
            named = {
                each if "." in name else each.partition(".")[0] for each in told.get("errors", ())
            }
            refusal = (response.status_code, told["code"], named)
            if refusal not in ((400, code, {name}) for code in ("invalid", CODES.get(name))):
                surprises[name, repr(value)[:50]] = (response.status_code, told)
    assert surprises == {}
    assert everything_stored() == stored


@each_endpoint
def test_every_wrong_field_is_named_at_once(
    send: Send, endpoint: Endpoint, everything_stored: Stored
) -> None:
    """A client mends its request in one go: wrong types first, then what the rules refuse."""
    stored = everything_stored()
    names = {name for name in endpoint.fields if "." not in name}
    told = refused(send(endpoint, {name: [[]] for name in names}))
    assert {name.partition(".")[0] for name in told} == names
    refuses = {"title": "", "online_url": "x", "externalUrl": "x", "tags": [""], "timezone": "x"}
    wrong = {name: value for name, value in refuses.items() if name in names}
    if wrong:
        assert refused(send(endpoint, {**endpoint.passes, **wrong})) == wrong.keys()
    assert everything_stored() == stored


@pytest.mark.parametrize(
    "endpoint", [each for each in ENDPOINTS.values() if "metadata" in each.fields]
)
def test_extreme_numbers_in_metadata(
    send: Send, endpoint: Endpoint, everything_stored: Stored
) -> None:
    """Numbers that some database would give back as others are refused."""
    stored = everything_stored()
    for number in (b"1e400", b"-1e400", b"1e308", b"1e20", b"-1e19", b"9" * 40):
        assert send(endpoint, b'{"metadata": {"n": %s}}' % number).status_code == 400
    assert everything_stored() == stored


# --- Pages ------------------------------------------------------------------------------------


# Their title is a field that grows, into which lines may be pasted.
_ONE_LINE = (PAGES["new event"], PAGES["event"])


@pytest.mark.django_db
@pytest.mark.parametrize("title", ["a\nb", "a\rb", "a\x85b", "a\r\nb"])
@pytest.mark.parametrize("page", _ONE_LINE, ids=["new event", "event"])
def test_a_title_that_was_pasted_is_one_line(client: Client, page: Page, title: str) -> None:
    event = make_event(start_time="2100-01-01T09:00:00Z")
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    path = page.path.format(event_id=event.id)
    assert client.post(path, {**page.passes, "title": title}).status_code == 303
    assert Event.objects.filter(title="a b").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_form_refuses_what_it_cannot_hold(
    client: Client, page: Page, everything_stored: Stored
) -> None:
    """Beside the field, and what was typed is kept. Pages with the same fields share them."""
    event = make_event(start_time="2100-01-01T09:00:00Z")
    rsvp, tier = make_rsvp(event, name="Kept"), make_tier(event)
    path = page.path.format(event_id=event.id, rsvp_id=rsvp.id, tier_id=tier.pk)
    if path != f"/e/{event.id}":  # who answered is shown no form there
        client.get(f"/e/{event.id}/rsvp/{rsvp.token}")
        client.get(f"/e/{event.id}/admin/{event.owner_token}")
    stored, surprises = everything_stored(), {}
    alike = [each for each in PAGES.values() if each.table is page.table]
    wrong = [
        (value, name)
        for name, typed in groupby(page.typed(), itemgetter(0))
        for value, _ in share([(value, name) for _, value in typed], page, alike)
    ]
    for value, name in wrong:
        if page in _ONE_LINE and name == "title" and value.splitlines() == ["a", "b"]:
            continue  # see test_a_title_that_was_pasted_is_one_line()
        answer = client.post(path, {**page.passes, name: value})
        if answer.status_code != 400:
            surprises[name, value[:50]] = (answer.status_code, None)
            continue
        form = answer.context[page.shown]
        place = "message" if page.shown in ("writing", "commenting") else f"id_{name}"
        beside = f'id="{place}_error"' in answer.content.decode()
        if (list(form.errors), form[name].value(), beside) != ([name], value, True):
            surprises[name, value[:50]] = (400, (form.errors, beside))
    assert surprises == {}
    assert everything_stored() == stored
    # 200 is a page that shows a secret once.
    assert client.post(path, page.passes).status_code in {200, 303}
