"""The fields of events, their ticket tiers, questions and streams: each is spelt here, once.

Cleaning, duplicating, the inputs of the APIs, the admin's forms and the calendar's SEQUENCE derive
from these tables. A column of a model is a field of its table or one of the table's ``own``.
"""

from __future__ import annotations

from dataclasses import dataclass

from config.cleaners import (
    Email,
    Field,
    Flag,
    Id,
    Json,
    Moment,
    OneOf,
    Table,
    Text,
    Texts,
    WebAddress,
    Whole,
)
from events import limits
from events.enums import Format, GuestListFor, Notify, QuestionKind, StreamStatus
from events.kinds import Currency, Hours, Recordings, Zone


@dataclass(frozen=True)
class EventField(Field):
    """A field of an event. Calendars must hear of a change (RFC 5545 SEQUENCE) when it is in their
    entries (``in_calendar``); with ``is_place`` it is for those who may see the place, with
    ``is_online`` for those who may see where to join: see sees_place() and sees_online(); with
    ``is_hosts`` for organizers alone."""

    in_calendar: bool = False
    is_place: bool = False
    is_online: bool = False
    is_hosts: bool = False


EVENT = Table(
    EventField("title", Text(limits.TITLE, required=True), needed=True, in_calendar=True),
    EventField("description", Text(limits.DESCRIPTION, multiline=True), null=""),
    EventField("start_time", Moment(), needed=True, in_calendar=True, guards=True),
    EventField("end_time", Moment(), null=None, in_calendar=True, guards=True),
    EventField(
        "timezone",
        Zone(),
        in_calendar=True,
        guards=True,
        about="IANA name; naive times are read in it.",
    ),
    EventField("format", OneOf(Format.choices), in_calendar=True, guards=True),
    EventField("location", Text(limits.LOCATION), null="", in_calendar=True, is_place=True),
    EventField("online_url", WebAddress(limits.URL), null="", in_calendar=True, is_online=True),
    EventField("hide_location", Flag(), guards=True),
    EventField(
        "show_online_url",
        Flag(),
        guards=True,
        about="false: online_url and stream are for guests who are going and approved.",
    ),
    EventField(
        "show_guests",
        OneOf(GuestListFor.choices),
        guards=True,
        about="Who may read the guest list.",
    ),
    EventField("show_counts", Flag(), guards=True, about="false: counts are for organizers alone."),
    EventField(
        "comments_enabled",
        Flag(),
        guards=True,
        about="false: nobody can comment, and organizers alone read what was said.",
    ),
    EventField("capacity", Whole(1, limits.CAPACITY), null=None, guards=True),
    EventField("max_guests_per_rsvp", Whole(0, limits.GUESTS_PER_RSVP), guards=True),
    EventField("is_private", Flag(), guards=True),
    EventField("approval_required", Flag(), guards=True),
    EventField(
        "waitlist",
        Flag(),
        guards=True,
        about="Whether guests who find no seat may wait for one; true by default.",
    ),
    EventField("rsvps_closed", Flag(), copied=False, guards=True),
    EventField("rsvp_close_at", Moment(), null=None, guards=True),
    EventField(
        "featured", Flag(), copied=False, about="Takes the place of the group's featured event."
    ),
    EventField("cover_id", Id(), null=None),
    EventField("tags", Texts(limits.TAG, limits.TAGS), null=[]),
    EventField("metadata", Json(limits.METADATA_BYTES), null={}),
    # Read by everybody, and by guests in mails: nobody may be led away by it.
    EventField("host_name", Text(limits.HOST_NAME, links=False), null=""),
    EventField(
        "host_email",
        Email(limits.EMAIL),
        null="",
        is_hosts=True,
        about="Where the organizer link and news of guests are sent; only that link changes it.",
    ),
    EventField(
        "host_digest", Flag(), is_hosts=True, about="One mail a day instead of one for each thing."
    ),
    EventField(
        "reminders", Hours(), null=[], is_hosts=True, about="Hours before the start: [24, 1]."
    ),
    # The counters beside these are rsvps/domain/capacity.py's.
    own=frozenset(
        {
            *("id", "tenant_id", "creator_id", "channel_id", "slug", "cancelled_at"),
            *("sequence", "version", "edit_version", "created_at", "updated_at", "over_at"),
            *(
                "taken_down_at",
                "takedown_reason",
                "seats_forced",
                "has_webhooks",
                "host_confirmed_at",
                "language",
                "cohost_names",
            ),
            *("next_reminder_at", "shown_going_count"),
            *("series_id", "series_index", "series_date", "changed_by_hand"),
        }
    ),
)
# Beside a change: who is told of it, and in which words of the organizer's.
NOTICE = Table(
    Field(
        "notify", OneOf(Notify.choices), about="Which guests get a mail about it; none by default."
    ),
    Field(
        "notify_message",
        Text(limits.NOTIFY_MESSAGE, multiline=True),
        null="",
        about="What the organizer adds to that mail.",
    ),
)
PLACES = tuple(field.name for field in EVENT if field.is_place or field.is_online)
TIMES = frozenset(field.name for field in EVENT if isinstance(field.kind, Moment))
TIER = Table(
    Field("name", Text(limits.TIER_NAME, required=True), needed=True),
    Field("price_cents", Whole(0, limits.PRICE_CENTS), guards=True),
    Field("currency", Currency(), about="ISO 4217 code."),
    Field("capacity", Whole(1, limits.CAPACITY), null=None, guards=True),
    Field("is_active", Flag(), guards=True),
    Field("position", Whole(0, limits.LAST_POSITION)),
    own=frozenset({"id", "event_id", "seats_taken", "seats_forced"}),
)
QUESTION = Table(
    Field("kind", OneOf(QuestionKind.choices)),
    Field("label", Text(limits.QUESTION_LABEL, required=True), needed=True),
    Field("help", Text(limits.QUESTION_HELP), null=""),
    Field("required", Flag()),
    Field("options", Texts(limits.OPTION, limits.OPTIONS, unique=True), null=[]),
    own=frozenset({"id", "tier_id", "position", "is_active"}),
)
# A question by itself, and one of those that are there already, which may have been retired.
ASKED = Table(Field("id", Id()), Field("is_active", Flag())) + QUESTION
# Who holds a link to an event.
HOLDER = Table(
    Field("name", Text(limits.HOST_NAME, links=False), null=""),
    Field("email", Email(limits.EMAIL), null=""),
    Field("show_name", Flag(), about="Show a co-host's name beside the host's."),
)
STREAM = Table(
    Field("status", OneOf(StreamStatus.choices)),
    Field("playback_url", WebAddress(limits.URL), null=""),
    Field("thumbnail_url", WebAddress(limits.URL), null=""),
    Field("recordings", Recordings(), null=[]),
    Field("chat_enabled", Flag()),
    own=frozenset(
        {
            *("id", "event_id", "created_at", "updated_at"),
            *("live_at", "ended_at", "recorded_at"),
        }
    ),
)
