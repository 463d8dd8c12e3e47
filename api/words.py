"""What the four APIs call the same thing, so that none of them ignores a word of another, or of
its own answers, for what decides who sees what, who comes in, or when."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from django.http import QueryDict
from rest_framework.serializers import ValidationError

from access.sentences import sentence
from config.cleaners import Table
from config.errors import flaw
from events.fields import EVENT, STREAM, TIER
from rsvps.fields import RSVP, TICKET, WAITING

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_ARRAY = re.compile(r"\[\d*\]$")


class Words(NamedTuple):
    """How one thing's fields may be called. ``fields`` are the domain's, each with whether it
    guards (see Field.guards): one that an API cannot take is refused there. ``same`` are further
    words for a field. ``unlike`` are words that say something else, and fields that an API may
    lack, with the fields to send in their place; both are refused."""

    fields: Mapping[str, bool] = _NOTHING
    same: Mapping[str, str] = _NOTHING
    unlike: Mapping[str, Sequence[str]] = _NOTHING


class Reading(NamedTuple):
    """What an input makes of a body's keys, by their folded() spelling: the field it takes one as,
    or the fields to use in place of one that it refuses. Other keys are nobody's word."""

    taken: Mapping[str, str]
    refused: Mapping[str, Sequence[str]]


def folded(name: str) -> str:
    """A name without its style: isPrivate, is_private and Is-Private are one."""
    return name.replace("_", "").replace("-", "").lower()


def reading(words: Words, own: Mapping[str, str]) -> Reading:
    """How an input whose names stand for the fields in ``own`` reads every word."""
    name_of = {field: name for name, field in reversed(list(own.items()))}
    unlike = {folded(word) for word in words.unlike.keys() - words.fields.keys()}

    def instead(word: str) -> list[str]:
        return [name_of[field] for field in words.unlike.get(word, ()) if field in name_of]

    taken: dict[str, str] = {}
    refused: dict[str, Sequence[str]] = {folded(word): instead(word) for word in words.unlike}
    for word, field in ({field: field for field in words.fields} | dict(words.same)).items():
        name = name_of.get(field)
        if name is None:
            if words.fields[field]:
                refused[folded(word)] = instead(field)
        elif folded(name) in unlike:  # the API's own word says the opposite
            refused[folded(word)] = [name]
        else:
            taken[folded(word)] = name
    taken |= {folded(name): name_of[field] for name, field in own.items()}
    return Reading(taken, refused)


def contradiction(*names: str) -> dict[str, list[str]]:
    """The errors of two names for one thing that hold different values."""
    first, second = names
    return {
        first: [sentence(flaw("contradicts", other=second))],
        second: [sentence(flaw("contradicts", other=first))],
    }


def read_parameters(
    sent: QueryDict,
    names: Sequence[str],
    *,
    lists: Collection[str] = (),
    spellings: Mapping[str, str] = _NOTHING,
) -> tuple[dict[str, Any], dict[str, str]]:
    """The parameters among ``names`` that were sent, and the spelling each came in: perPage for
    per_page, status[] for status, or one of the further ``spellings``.

    Each counts by its last value, those in ``lists`` by all of them. Raises ValidationError under
    the name that was sent for the second of two spellings that differ, and for several values in
    ``name[]``.
    """
    flat = {folded(name): name for name in names}
    values: dict[str, Any] = {}
    spelt: dict[str, str] = {}
    for name in sent:
        plain = _ARRAY.sub("", name)
        known = flat.get(folded(spellings.get(name, plain)))
        if known is None:
            continue
        value: Any = sent.getlist(name) if known in lists else sent.get(name)
        if plain != name and known not in lists and len(set(sent.getlist(name))) > 1:
            raise ValidationError({name: [sentence(flaw("one_value"))]})
        if known in values and values[known] != value:
            raise ValidationError({name: [sentence(flaw("contradicts", other=spelt[known]))]})
        values.setdefault(known, value)
        spelt.setdefault(known, name)
    return values, spelt


def _guards(*tables: Table[Any], **beside: bool) -> dict[str, bool]:
    return {field.name: field.guards for table in tables for field in table} | beside


EVENT_WORDS = Words(
    _guards(
        EVENT,
        timezone_offset_minutes=True,
        channel_id=True,
        channel_name=True,
        channel_visibility=True,
        recurrence=True,
    ),
    same={
        "name": "title",
        "start_date": "start_time",
        "end_date": "end_time",
        "event_type": "format",
        "type": "format",
        "external_url": "online_url",
        "virtual_link": "online_url",
        "max_attendees": "capacity",
        "is_invite_only": "is_private",
        "admin_approval_required": "approval_required",
        "cover_image_file_id": "cover_id",
        "group_id": "channel_id",
        "origin_id": "channel_id",
    },
    unlike={
        "status": (),
        # asked for in the query
        "preview": (),
        "scope": (),
        "overwrite": (),
        "series": (),
        "rrule": ("recurrence",),
        "exdates": ("recurrence",),
        "is_location_visible": ("hide_location",),
        "visibility": ("is_private", "channel_visibility"),
        "timezone_offset_minutes": ("timezone",),
        "channel": ("channel_name", "channel_visibility", "channel_id"),
        "channel_id": ("channel_name",),
        "channel_name": ("channel_id",),
        "channel_visibility": ("channel_id",),
        "discussion_community_id": ("channel_id",),
        "is_origin_public": ("channel_visibility",),
    },
)
RSVP_WORDS = Words(
    _guards(RSVP, TICKET, WAITING),
    same={
        "status": "attendance",
        "attendance_status": "attendance",
        "plus_ones": "guest_count",
        "is_private_rsvp": "is_private",
        "notes": "note",
        "response_message": "note",
        "answers": "form_answers",
    },
    unlike={
        "approval_status": (),
        "waitlist_position": (),
        "force_accept": (),
        "tier": ("tier_id",),
    },
)
TIER_WORDS = Words(
    _guards(TIER),
    same={"max_attendees": "capacity"},
    unlike={"price": ("price_cents",)},
)
STREAM_WORDS = Words(_guards(STREAM))
MESSAGE_WORDS = Words(
    {"content": False, "type": True, "visibility": True}, same={"message_type": "type"}
)
COMMENT_WORDS = Words({"content": False}, same={"comment": "content", "body": "content"})
