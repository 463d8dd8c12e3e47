"""Every name that a field goes by in some API, in both styles, and a value that shows whether it
was understood. Inputs' names come from ``doors``; those that only answers have are listed here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from events.fields import EVENT, TIER
from rsvps.fields import RSVP, TICKET, WAITING
from tests.parity import bad_input
from tests.parity.bad_input import Table
from tests.parity.doors import ENDPOINTS, Endpoint

# Names that a field has in answers alone.
IN_ANSWERS: dict[int, dict[str, set[str]]] = {
    id(bad_input.EVENT): {
        "title": {"name"},
        "start_time": {"startDate"},
        "end_time": {"endDate"},
        "online_url": {"virtualLink"},
    },
    id(bad_input.RSVP): {"guest_count": {"plus_ones"}, "form_answers": {"answers"}},
    id(bad_input.TIER): {"capacity": {"max_attendees"}},
}
# Names of one field that mean the opposite of each other.
OPPOSITE = {"is_location_visible"}
# What no API may ignore, by the table of bad input: the fields marked in the domain, and what names
# a channel, a zone, a kind of message, the life of a link.
GUARDS: dict[int, set[str]] = {
    id(bad_input.EVENT): {field.name for field in EVENT if field.guards}
    | {"channel_id", "channel_name", "channel_visibility", "timezone_offset_minutes"}
    | {"recurrence"},
    id(bad_input.RSVP): {
        field.name for table in (RSVP, TICKET, WAITING) for field in table if field.guards
    },
    id(bad_input.TIER): {field.name for field in TIER if field.guards},
    id(bad_input.MESSAGE): {"type", "visibility"},
    id(bad_input.LINK): {"role", "expires_at"},
}
# Values that are nobody's default. What they need beside them is in ALONG, by the domain's names.
VALUES: dict[int, dict[str, Any]] = {
    id(bad_input.EVENT): {
        "title": "Other",
        "description": "Told",
        "start_time": "2100-01-02T10:00:00Z",
        "end_time": "2100-01-03T10:00:00Z",
        "timezone": "Asia/Tokyo",
        "timezone_offset_minutes": -300,
        "format": "virtual",
        "location": "Rua 1",
        "online_url": "https://meet.example.org/x",
        "hide_location": True,
        "show_online_url": False,
        "show_guests": "host",
        "show_counts": False,
        "comments_enabled": False,
        "channel_id": "{other_channel}",
        "channel_name": "Smokers",
        "channel_visibility": "private",
        "cover_id": "{cover}",
        "is_private": True,
        "approval_required": True,
        "capacity": 7,
        "max_guests_per_rsvp": 2,
        "waitlist": False,
        "rsvps_closed": True,
        "rsvp_close_at": "2099-01-01T10:00:00Z",
        "featured": True,
        "tags": ["jazz"],
        "metadata": {"a": 1},
        "host_name": "Robin",
        "host_email": "robin@example.org",
        "host_digest": True,
        "reminders": [48],
        "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=2"},
    },
    id(bad_input.RSVP): {
        "name": "Other",
        "email": "other@example.org",
        "pronouns": "they",
        "attendance": "interested",
        "guest_count": 2,
        "guest_names": ["Bo"],
        "note": "Told",
        "is_private": True,
        "reminders_off": True,
        "tier_id": "{form_tier}",
        "form_answers": {"{question}": "Because"},
        "join_waitlist": True,
    },
    id(bad_input.TIER): {
        "name": "Other",
        "price_cents": 1250,
        "currency": "JPY",
        "capacity": 7,
        "is_active": False,
        "position": 9,
        "questions": [{"label": "Why?"}],
    },
    id(bad_input.STREAM): {
        "status": "ended",
        "playback_url": "https://stream.example.org/x",
        "thumbnail_url": "https://stream.example.org/y",
        "chat_enabled": True,
        "recordings": [{"url": "https://stream.example.org/z"}],
    },
    id(bad_input.MESSAGE): {"content": "Other", "type": "admin_note", "visibility": "admin"},
    id(bad_input.LINK): {
        "role": "door",
        "label": "Side door",
        "expires_at": "2100-01-01T10:00:00Z",
        "name": "Robin",
        "email": "robin@example.org",
        "show_name": True,
    },
}
ALONG: dict[str, dict[str, Any]] = {
    "channel_visibility": {"channel_name": "Smokers"},
    "timezone_offset_minutes": {"start_time": "2100-01-01T10:00:00"},
    "form_answers": {"tier_id": "{form_tier}"},
    "featured": {"channel_id": "{channel}"},
    "join_waitlist": {"tier_id": "{full_tier}", "attendance": "going"},
    "guest_names": {"guest_count": 1},
}
# What single endpoints have other words for.
IN_CAPABILITY = {"interested": "maybe", "going": "yes"}
IN_PUBLIC = {"admin_note": "event_internal"}


def folded(name: str) -> str:
    """A name without its style."""
    return re.sub("[^a-z0-9]", "", name.lower())


def styles(name: str) -> set[str]:
    """A name in snake_case and in camelCase."""
    snake = re.sub("([A-Z])", lambda found: f"_{found[0].lower()}", name)
    first, *rest = snake.split("_")
    return {snake, first + "".join(part.capitalize() for part in rest)}


def own_name(endpoint: Endpoint, field: str) -> str | None:
    """What an endpoint calls a field; None when it has no such field."""
    return None if field in endpoint.unknown else endpoint.words.get(field, field)


def names_of(table: Table) -> dict[str, set[str]]:
    """Every name of each field of a table of bad input, in both styles."""
    names: dict[str, set[str]] = {field: {field} for field in VALUES[id(table)]}
    for endpoint in (each for each in ENDPOINTS.values() if each.table is table):
        for field, found in names.items():
            own = own_name(endpoint, field)
            found |= {own} if own else set()
            found |= {twin for twin, of in endpoint.instead.items() if own and of == own}
    for field, found in IN_ANSWERS.get(id(table), {}).items():
        names[field] |= found
    return {
        field: {each for name in found for each in styles(name)} for field, found in names.items()
    }


def is_opposite(name: str, other: str) -> bool:
    """Whether one says that something is shown, and the other that it is hidden."""
    opposite = {folded(word) for word in OPPOSITE}
    return (folded(name) in opposite) != (folded(other) in opposite)


def said_as(endpoint: Endpoint, field: str, value: Any) -> Any:
    """A value in the words of the endpoint's API."""
    if field == "attendance" and endpoint.path.startswith("/api/v1/events"):
        return IN_CAPABILITY[value]
    if field == "type" and "/rsvps/" not in endpoint.path:
        return IN_PUBLIC[value]
    return value


def along(endpoint: Endpoint, field: str) -> Mapping[str, Any]:
    """What a field needs beside it, in the endpoint's own names."""
    told = {
        own_name(endpoint, name): said_as(endpoint, name, value)
        for name, value in ALONG.get(field, {}).items()
    }
    return {name: value for name, value in told.items() if name is not None}
