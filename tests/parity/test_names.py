"""No request is misunderstood in silence: whatever name of ours a field is sent by, in whichever
API, it does what it says, or is a 400 that names it and the name to use."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from django.db import transaction
from django.db.models import Model

from comments.models import Message
from events.models import Event, EventLink, LiveRoom, Tier
from rsvps.models import CheckIn, Rsvp
from tests.conftest import Api
from tests.makers import (
    make_channel,
    make_event,
    make_image,
    make_question,
    make_rsvp,
    make_stream,
    make_tier,
)
from tests.parity import bad_input
from tests.parity.doors import ENDPOINTS, TIER_ID, Endpoint
from tests.parity.names import (
    GUARDS,
    VALUES,
    along,
    folded,
    is_opposite,
    names_of,
    own_name,
    said_as,
)
from tests.social_cast import make_social
from tests.tenant_cast import said

# Names are read before anything is asked of a database.
pytestmark = pytest.mark.once

Stored = Callable[[], Any]
Send = Callable[..., Any]
MODELS: dict[int, type[Model]] = {
    id(bad_input.EVENT): Event,
    id(bad_input.RSVP): Rsvp,
    id(bad_input.TIER): Tier,
    id(bad_input.STREAM): LiveRoom,
    id(bad_input.MESSAGE): Message,
    id(bad_input.LINK): EventLink,
}
TOLD = {name: each for name, each in ENDPOINTS.items() if id(each.table) in MODELS}
each_endpoint = pytest.mark.parametrize("endpoint", TOLD.values(), ids=TOLD)


@pytest.fixture
def send(api: Api) -> Send:
    """Sends a body to an endpoint: an event with a guest who can't go and three tickets, one of
    them with a form, one without a seat. What stands in braces is put in."""
    social = make_social(api)
    event = social.event(channel_id=social.channel.pk, start_time="2100-01-01T10:00:00Z")
    rsvp = make_rsvp(event, user=social.cast.creator.user, attendance="not_going")
    full = make_tier(event, name="Full", capacity=1)
    make_rsvp(event)
    plain, form = make_tier(event), make_tier(event, name="With a form", capacity=50)
    places = {
        "event_id": event.id,
        "rsvp_id": rsvp.id,
        "tier_id": plain.pk,
        "room_id": make_stream(event).pk,
        "form_tier": form.pk,
        "full_tier": full.pk,
        "question": make_question(form).pk,
        "tag": social.channel.slug,
        "slug": event.row.slug,
        "channel": social.channel.pk,
        "other_channel": make_channel("Elsewhere", tenant=social.cast.tenant).pk,
        "cover": make_image(social.cast.tenant).pk,
    }
    tokens = {"nobody": None, "owner": event.owner_token, "guest": rsvp.token}
    for token in tokens.values():  # a link's last use is noted once an hour
        api.get(event.path, token)
    tokens |= social.keys

    def send(endpoint: Endpoint, body: dict[str, Any]) -> Any:
        text = json.dumps(body)
        for name, value in places.items():
            text = text.replace(f"{{{name}}}", str(value))
        path = endpoint.path.format(**places)
        return api.send(endpoint.method, path, text.encode(), tokens[endpoint.who])

    return send


def others(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """Each field with each name of it that is not the endpoint's own. Where an API has several
    endpoints that read an event's field, or an RSVP's, under one name, two share the others."""
    api = next(key for key, each in TOLD.items() if each is endpoint).split(":")[0]
    alike = [
        each
        for key, each in TOLD.items()
        if key.split(":")[0] == api
        and each.table is endpoint.table
        and each.table in (bad_input.EVENT, bad_input.RSVP)
    ]
    for field, names in names_of(endpoint.table).items():
        own = own_name(endpoint, field)
        sharing = [each for each in alike if own and own_name(each, field) == own]
        mine = sharing.index(endpoint) % 2 if len(sharing) > 1 else None
        for name in sorted(names - {own, *endpoint.instead}):
            if mine in (None, crc32(name.encode()) % 2):
                yield field, name


def passing(endpoint: Endpoint, field: str) -> dict[str, Any]:
    """A body that passes without the field, but for what the field needs."""
    own = own_name(endpoint, field)
    passes = {**endpoint.passes}
    if endpoint.table is bad_input.RSVP:
        passes |= {str(own_name(endpoint, "tier_id")): TIER_ID}
    passes |= along(endpoint, field)
    if endpoint.table is bad_input.EVENT:
        passes = {"title": "Written", **passes}
    return {name: value for name, value in passes.items() if name != own}


def channel_of(row: Model) -> str:
    """The channel of an event by what it is called: one made anew has another id each time."""
    channel = getattr(row, "channel", None)
    return f"{channel.name}, {channel.visibility}" if channel else ""


def outcome(send: Send, endpoint: Endpoint, body: dict[str, Any]) -> tuple[int, Any, Any]:
    """Status, answer, and every row of the kind afterwards, without ids and times; undone."""
    with transaction.atomic():
        answer = send(endpoint, body)
        rows = MODELS[id(endpoint.table)]._default_manager.all()
        after = sorted(
            str({name: value for name, value in vars(row).items() if name not in PASSING})
            + channel_of(row)
            for row in rows
        )
        transaction.set_rollback(True)
    return answer.status_code, answer.json(), after


PASSING = {
    *("_state", "id", "slug", "created_at", "updated_at", "responded_at", "version"),
    *("sequence", "live_at", "ended_at", "channel_id", "series_id", "waitlisted_at"),
}


@each_endpoint
def test_every_other_name(send: Send, endpoint: Endpoint, everything_stored: Stored) -> None:
    """Stores what the own name stores, or is refused by name where it would not: the API has no
    such field, or its own word says the opposite. What guards nothing may be ignored there."""
    before, surprises, looked_at = everything_stored(), {}, set()
    # By field: what its own name comes to, and what a body without it.
    owns: dict[str, tuple[int, Any, Any]] = {}
    without: dict[str, Any] = {}
    for field, name in others(endpoint):
        value = said_as(endpoint, field, VALUES[id(endpoint.table)][field])
        own = own_name(endpoint, field)
        if isinstance(value, bool) and is_opposite(name, field):
            value = not value
        body = passing(endpoint, field)
        status, answer, after = outcome(send, endpoint, {**body, name: value})
        if own is not None and not is_opposite(name, own):
            if field not in owns:
                owns[field] = outcome(send, endpoint, {**body, own: value})
            right = status < 300 and (status, after) == owns[field][::2]
            if field not in endpoint.passes and field not in endpoint.needs:
                if field not in without:
                    without[field] = outcome(send, endpoint, body)[2]
                right = right and after != without[field]
        elif own is not None or field in GUARDS.get(id(endpoint.table), ()):
            errors = answer.get("errors", {})
            right = status == 400 and list(errors) == [name]
            right = right and (own is None or own in errors[name][0])
        else:
            right = status < 300
        looked_at.add(name)
        if not right:
            surprises[field, name] = (status, answer)
    assert surprises == {}
    assert looked_at
    assert everything_stored() == before


@each_endpoint
def test_two_names_that_differ(send: Send, endpoint: Endpoint, everything_stored: Stored) -> None:
    """Are refused under both, in either order, which changes from name to name; with one value they
    are one name."""
    before, surprises = everything_stored(), {}
    for turn, (field, name) in enumerate(others(endpoint)):
        own = own_name(endpoint, field)
        if own is None or is_opposite(name, own):
            continue
        value = said_as(endpoint, field, VALUES[id(endpoint.table)][field])
        body = passing(endpoint, field)
        pair = {own: value, name: "x"} if turn % 2 else {name: "x", own: value}
        status, answer, _ = outcome(send, endpoint, {**body, **pair})
        if (status, set(answer.get("errors", ()))) != (400, {own, name}):
            surprises[tuple(pair)] = (status, answer)
        status, answer, _ = outcome(send, endpoint, {**body, own: value, name: value})
        if status >= 300:
            surprises[field, name, "agree"] = (status, answer)
    assert surprises == {}
    assert everything_stored() == before


@each_endpoint
def test_a_wrong_value_is_told_by_the_name_it_came_under(send: Send, endpoint: Endpoint) -> None:
    """As every error is: by the input's checks, and by the domain's."""
    surprises = {}
    for field, name in others(endpoint):
        own = own_name(endpoint, field)
        if own is None or is_opposite(name, own):
            continue
        for wrong in ([[]], endpoint.table[field][-1]):
            status, answer, _ = outcome(send, endpoint, {**passing(endpoint, field), name: wrong})
            named = {each.partition(".")[0] for each in answer.get("errors", ())}
            if status != 400 or named not in ({name}, set()):
                surprises[name, str(wrong)] = (status, answer)
    assert surprises == {}


# --- What no other field says -----------------------------------------------------------------

AMBIGUOUS: dict[int, dict[str, Any]] = {
    id(bad_input.EVENT): {
        "visibility": "private",
        "status": "cancelled",
        "preview": True,
        "channel": {"name": "Smokers", "visibility": "private"},
        "discussionCommunityId": "x",
        "isOriginPublic": False,
    },
    id(bad_input.RSVP): {
        "approval_status": "rejected",
        "approvalStatus": "rejected",
        "force_accept": True,
        "forceAccept": True,
        "tier": "VIP",
    },
    id(bad_input.TIER): {"price": 12.5},
}


@each_endpoint
def test_words_that_are_no_field(send: Send, endpoint: Endpoint, everything_stored: Stored) -> None:
    """What might decide something, and is nothing that can be set, is refused by name."""
    before = everything_stored()
    for name, value in AMBIGUOUS.get(id(endpoint.table), {}).items():
        if name in endpoint.also:  # there it is a field
            continue
        status, answer, _ = outcome(send, endpoint, {**passing(endpoint, ""), name: value})
        assert (status, list(answer.get("errors", ()))) == (400, [name]), answer
    assert everything_stored() == before


def test_a_private_rsvp_is_private(api: Api) -> None:
    """By either name, when it is made and when it is changed; both names must agree."""
    event = make_event()
    for name in ("is_private", "is_private_rsvp", "isPrivate"):
        body = said(
            api.post(f"{event.path}/rsvps", {"name": "N", "status": "yes", name: True}), 201
        )
        assert body["rsvp"]["is_private"] is True
        token = body["rsvp"]["rsvp_token"]
        changed = api.patch(f"{event.path}/rsvps/self", {name: False}, token)
        assert said(changed, 200)["rsvp"]["is_private"] is False
    both = {"is_private": True, "is_private_rsvp": False}
    refused = api.post(f"{event.path}/rsvps", {"name": "N", "status": "yes", **both})
    assert said(refused, 400)["errors"].keys() == both.keys()


def test_acceptance_by_force_is_asked_for_in_the_query(api: Api) -> None:
    """In a body it is refused, also where no body is read; in the query its style is free."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event)
    for path in (f"{event.path}/rsvps", f"{rsvp.path}/approve"):
        refused = api.post(
            path, {"name": "N", "status": "yes", "forceAccept": True}, event.owner_token
        )
        assert list(said(refused, 400)["errors"]) == ["forceAccept"]
    forced = api.post(
        f"{event.path}/rsvps?forceAccept=true", {"name": "N", "status": "yes"}, event.owner_token
    )
    assert said(forced, 201)["rsvp"]["approval_status"] == "approved"


def test_a_naive_time_with_an_offset(api: Api) -> None:
    """An offset moves the time, whatever it is called; an API without one refuses it."""
    for name in ("timezone_offset_minutes", "timezoneOffsetMinutes"):
        body = {"title": "T", "startTime": "2100-01-01T10:00:00", name: -300}
        event = said(api.post("events", body), 201)["event"]
        assert event["start_time"] == "2100-01-01T15:00:00Z"
    assert Event.objects.filter(start_time=datetime(2100, 1, 1, 15, tzinfo=UTC)).count() == 2


def test_a_scan_in_other_styles(api: Api) -> None:
    """The moment and the id that the device gave it are kept, whatever they are called."""
    event = make_event()
    rsvp, scan = make_rsvp(event), uuid4()
    sent = {"ticket": rsvp.ticket, "scanId": str(scan), "scannedAt": "2020-01-01T10:00:00Z"}
    said(api.post(f"{event.path}/check-ins", sent, event.owner_token), 200)
    assert CheckIn.objects.get(pk=scan).scanned_at == datetime(2020, 1, 1, 10, tzinfo=UTC)


# --- The tables of these tests ----------------------------------------------------------------


def test_the_tables_are_whole() -> None:
    """A field that is new is given a value here, and one that guards is marked in the domain."""
    for table in {id(each.table): each.table for each in TOLD.values()}.values():
        assert VALUES[id(table)].keys() == {name for name in table if "." not in name}
    assert GUARDS[id(bad_input.EVENT)] == {
        *("start_time", "end_time", "timezone", "timezone_offset_minutes", "format"),
        *("show_online_url", "show_guests", "show_counts", "comments_enabled"),
        *("hide_location", "is_private", "approval_required", "waitlist"),
        *("rsvps_closed", "rsvp_close_at"),
        *("capacity", "max_guests_per_rsvp", "channel_id", "channel_name", "channel_visibility"),
        "recurrence",
    }
    assert GUARDS[id(bad_input.RSVP)] == {
        *("attendance", "guest_count", "is_private", "tier_id", "form_answers", "join_waitlist"),
    }
    assert GUARDS[id(bad_input.TIER)] == {"price_cents", "capacity", "is_active"}


def test_no_name_is_two_fields() -> None:
    """Within one table, whatever the style."""
    for table in {id(each.table): each.table for each in TOLD.values()}.values():
        seen: dict[str, str] = {}
        for field, names in names_of(table).items():
            for name in names:
                assert seen.setdefault(folded(name), field) == field, name
