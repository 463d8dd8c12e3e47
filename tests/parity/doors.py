"""Every place that reads what a client sends, with the fields of the table in its own words. What
a place cannot be sent it says in ``unknown``."""

from __future__ import annotations

from typing import Any

from tests.parity.bad_input import (
    BULK,
    CHOICE,
    COMMENT,
    DUPLICATE,
    EVENT,
    FLAG,
    ID,
    INVITATIONS,
    LINK,
    LOST_LINKS,
    MERGE,
    MESSAGE,
    NOTICE,
    REASON,
    REPORT,
    RSVP,
    SCAN,
    STATUS,
    STREAM,
    TIER,
    UNKNOWN,
    VISITOR,
    WEBHOOK,
    WITHOUT_DATES,
    over,
)
from tests.parity.shapes import Endpoint as Endpoint
from tests.parity.shapes import Page as Page

# Stand for what only the test knows: the guest's ticket, which is as long, and ids.
TICKET = "cvt_" + "T" * 43
TIER_ID = "{tier_id}"
EVENT_ID = "{event_id}"
OTHER_RSVP = "{other_rsvp}"


E = "/api/v1/events/{event_id}"
C = "/api/v1/community-events"
S = "/social/api/v1/events"


def in_camel_case(*fields: str) -> dict[str, str]:
    """Fields that an API calls as the domain does, in its own style."""
    return {name: name[0] + name.title().replace("_", "")[1:] for name in fields}


TICKET_WORDS = ("tier_id", "form_answers", "join_waitlist")
RECURRENCE = frozenset(name for name in EVENT if name.startswith("recurrence"))
# Of an event: the Capability API names channels, the others take ids; each has fields of its own.
CAPABILITY_EVENT: dict[str, Any] = {
    "table": EVENT,
    "words": {"capacity": "max_attendees", "approval_required": "admin_approval_required"},
    "unknown": frozenset({"channel_id", "cover_id", "featured"}),
}
TENANT_EVENT: dict[str, Any] = {
    "table": EVENT,
    "words": {"format": "event_type", "channel_id": "group_id"},
    "also": {"group_id": [1, True], "featured": [True]},  # it is in no channel
    "unknown": frozenset(
        {"channel_name", "channel_visibility", "cover_id", "timezone_offset_minutes"}
    ),
}
SOCIAL_EVENT: dict[str, Any] = {
    "table": EVENT,
    "words": {
        "online_url": "externalUrl",
        "cover_id": "coverImageFileId",
        "channel_id": "originId",
        "is_private": "isInviteOnly",
        "hide_location": "isLocationVisible",
        "format": "type",
        **in_camel_case("start_time", "end_time", "host_name", "host_email", "host_digest"),
        **in_camel_case("show_online_url", "show_guests", "show_counts", "comments_enabled"),
    },
    "also": {"type": ["hybrid"], "originType": [*CHOICE, None, "user"]},
    "unknown": frozenset(
        {
            *("rsvp_close_at", "timezone_offset_minutes", "channel_name", "channel_visibility"),
            *("approval_required", "max_guests_per_rsvp", "rsvps_closed", "featured"),
            *RECURRENCE,
        }
    ),
}
CAPABILITY_RSVP: dict[str, Any] = {
    "table": RSVP,
    "words": {"attendance": "status", "note": "notes", "is_private": "is_private_rsvp"},
    "also": {"status": ["going", "not_going"]},
    "instead": {
        "attendance_status": "status",
        "note": "notes",
        "is_private": "is_private_rsvp",
    },
}
GUESTS_FIELDS = frozenset({"name", "email", "pronouns", "is_private"})
TENANT_RSVP: dict[str, Any] = {
    "table": RSVP,
    "words": {"attendance": "status", "note": "response_message"},
    "also": {"status": ["yes"]},
    "unknown": GUESTS_FIELDS,
}
SOCIAL_RSVP: dict[str, Any] = {
    "table": RSVP,
    "words": {"attendance": "status"} | in_camel_case(*TICKET_WORDS),
    "also": {"status": ["yes"]},
    "needs": ("status",),
    "unknown": GUESTS_FIELDS | {"guest_count", "guest_names", "note", "reminders_off"},
}
SOCIAL_ROOM: dict[str, Any] = {
    "table": STREAM,
    "words": {
        "playback_url": "livePlaybackUrl",
        "thumbnail_url": "liveThumbnailUrl",
        "recordings": "recordedPlaybackInfos",
        "chat_enabled": "liveChatEnabled",
    },
}
BULK_FILTER = {
    "filter": ["x", 1, [], None],
    "filter.eats": [{"eats": "all"}],
    "filter.q": [{"q": 1}],
    "filter.approval_status": [{"approval_status": "x"}],
}
WORDS_OF_A_MESSAGE = {"type": "message_type"}
START = "2100-01-01T10:00:00Z"
NEW = {"title": "T", "start_time": START}
GOING = {"status": "going"}
HOOK = "https://hooks.example.org/"

ENDPOINTS: dict[str, Endpoint] = {
    "capability: new event": Endpoint(
        *("POST", "/api/v1/events", "nobody", NEW),
        needs=tuple(NEW),
        also=WITHOUT_DATES,
        **CAPABILITY_EVENT,
    ),
    "capability: event": Endpoint(
        "PATCH", E, "owner", {"title": "T"}, **CAPABILITY_EVENT, also=NOTICE | STATUS
    ),
    "capability: new RSVP": Endpoint(
        *("POST", f"{E}/rsvps", "nobody", {"name": "N", "status": "yes"}),
        needs=("name", "status"),
        **CAPABILITY_RSVP,
    ),
    "capability: forced RSVP": Endpoint(
        *("POST", f"{E}/rsvps?force_accept=1", "owner"),
        # Who is let in by force waits for nothing.
        {"name": "N", "status": "yes", "join_waitlist": False},
        needs=("name", "status"),
        **CAPABILITY_RSVP,
    ),
    "capability: RSVP": Endpoint(
        "PATCH", f"{E}/rsvps/self", "guest", {"name": "N"}, **CAPABILITY_RSVP
    ),
    "capability: reject": Endpoint(
        "POST", f"{E}/rsvps/{{rsvp_id}}/reject", "owner", {"reason": "R"}, REASON
    ),
    "capability: duplicate": Endpoint("POST", f"{E}/duplicate", "owner", {"title": "T"}, DUPLICATE),
    "capability: invitations": Endpoint(
        *("POST", f"{E}/invitations", "owner", {"emails": ["new@example.org"]}, INVITATIONS),
        needs=("emails",),
    ),
    "capability: many RSVPs": Endpoint(
        *("POST", f"{E}/rsvps/bulk", "owner", {"action": "reject", "ids": [UNKNOWN]}, BULK),
        needs=("action",),
        also=BULK_FILTER | {"filter.status": [{"status": "going"}]},
    ),
    "capability: merge": Endpoint(
        *("POST", f"{E}/rsvps/{{rsvp_id}}/merge", "owner", {"into": OTHER_RSVP}, MERGE),
        needs=("into",),
    ),
    "capability: new tier": Endpoint(
        "POST", f"{E}/tiers", "owner", {"name": "T"}, TIER, needs=("name",)
    ),
    "capability: tier": Endpoint("PATCH", f"{E}/tiers/{{tier_id}}", "owner", {"name": "T"}, TIER),
    "capability: new link": Endpoint(
        "POST", f"{E}/links", "owner", {"role": "viewer"}, LINK, needs=("role",)
    ),
    "capability: new webhook": Endpoint(
        *("POST", f"{E}/webhooks", "owner", {"url": HOOK}, WEBHOOK),
        needs=("url",),
        unknown=frozenset({"channel_id", "enabled"}),
    ),
    "capability: scan": Endpoint(
        *("POST", f"{E}/check-ins", "door", {"ticket": TICKET}, SCAN),
        needs=("ticket",),
        instead={"rsvp_id": "ticket"},
    ),
    "capability: announce": Endpoint(
        *("POST", f"{E}/messages", "owner", {"content": "C"}, MESSAGE),
        needs=("content",),
        also={"notify": NOTICE["notify"]},
        words=WORDS_OF_A_MESSAGE,
    ),
    "capability: to a guest": Endpoint(
        *("POST", f"{E}/rsvps/{{rsvp_id}}/messages", "owner", {"content": "C"}, MESSAGE),
        needs=("content",),
        words=WORDS_OF_A_MESSAGE,
    ),
    "capability: to the host": Endpoint(
        *("POST", f"{E}/rsvps/self/messages", "guest", {"content": "C"}, MESSAGE),
        needs=("content",),
        unknown=frozenset({"type", "visibility"}),
    ),
    "capability: lost links": Endpoint(
        *("POST", "/api/v1/lost-links", "nobody", {"email": "ana@example.org"}, LOST_LINKS),
        needs=("email",),
    ),
    "tenant: new event": Endpoint(
        *("POST", C, "creator", NEW),
        needs=tuple(NEW),
        **TENANT_EVENT | {"also": TENANT_EVENT["also"] | WITHOUT_DATES},
    ),
    "tenant: event": Endpoint(
        *("PATCH", f"{C}/{{event_id}}", "creator", {"title": "T", "group_id": None}),
        **TENANT_EVENT | {"also": TENANT_EVENT["also"] | NOTICE | STATUS},
    ),
    "tenant: new RSVP": Endpoint(
        "POST", f"{C}/{{event_id}}/rsvp", "colleague", GOING, needs=("status",), **TENANT_RSVP
    ),
    # A change to going, so that a party that does not fit is looked at.
    "tenant: RSVP": Endpoint("PATCH", f"{C}/rsvps/{{rsvp_id}}", "creator", GOING, **TENANT_RSVP),
    "tenant: duplicate": Endpoint(
        "POST", f"{C}/{{event_id}}/duplicate", "creator", {"title": "T"}, DUPLICATE
    ),
    "tenant: invitations": Endpoint(
        *("POST", f"{C}/{{event_id}}/invitations", "creator"),
        *({"emails": ["new@example.org"]}, INVITATIONS),
        needs=("emails",),
    ),
    "tenant: many RSVPs": Endpoint(
        *("POST", f"{C}/{{event_id}}/rsvps/bulk", "creator"),
        *({"action": "reject", "ids": [UNKNOWN]}, BULK),
        needs=("action",),
        also=BULK_FILTER | {"filter.status_filter": [{"status_filter": "yes"}]},
    ),
    "tenant: merge": Endpoint(
        *("POST", f"{C}/{{event_id}}/rsvps/{{rsvp_id}}/merge", "creator"),
        {"into": OTHER_RSVP},
        MERGE,
        needs=("into",),
    ),
    "tenant: new tier": Endpoint(
        "POST", f"{C}/{{event_id}}/tiers", "creator", {"name": "T"}, TIER, needs=("name",)
    ),
    "tenant: tier": Endpoint(
        "PATCH", f"{C}/{{event_id}}/tiers/{{tier_id}}", "creator", {"name": "T"}, TIER
    ),
    "tenant: comment": Endpoint(
        *("POST", "/api/v1/community/comments", "creator"),
        {"content_type": "video", "content_id": 123, "comment": "C"},
        COMMENT,
        needs=("content_type", "content_id", "comment"),
        words={"content": "comment"},
    ),
    "comment": Endpoint(
        *("POST", f"{E}/comments", "guest", {"content": "C"}, COMMENT),
        needs=("content",),
        unknown=frozenset({"content_type", "content_id"}),
    ),
    "tenant: new webhook": Endpoint(
        "POST", "/api/v1/webhooks", "organizer", {"url": HOOK}, WEBHOOK, needs=("url",)
    ),
    "tenant: webhook": Endpoint(
        "PATCH", "/api/v1/webhooks/{webhook_id}", "organizer", {"description": "D"}, WEBHOOK
    ),
    "communities: new RSVP": Endpoint(
        *("POST", "/api/v1/communities/{tag}/events/{slug}/rsvp", "creator"),
        {"tierId": TIER_ID, "email": "kim@example.org", "name": "Kim"},
        RSVP,
        needs=("tierId", "email", "name"),
        words=in_camel_case(*TICKET_WORDS),
        also={"tierId": [None], "email": [None, "", " "]},
        unknown=frozenset(
            {
                *("attendance", "pronouns", "guest_count", "guest_names", "note", "is_private"),
                "reminders_off",
            }
        ),
    ),
    "social: new event": Endpoint(
        *("POST", S, "creator", {"title": "T", "startTime": START}),
        needs=("title", "startTime"),
        **SOCIAL_EVENT,
    ),
    "social: event": Endpoint(
        "PUT", f"{S}/{{event_id}}", "creator", {"title": "T"}, **SOCIAL_EVENT
    ),
    "social: new RSVP": Endpoint(
        "POST", f"{S}/{{event_id}}/rsvp", "colleague", GOING, **SOCIAL_RSVP
    ),
    "social: RSVP": Endpoint("PUT", f"{S}/{{event_id}}/rsvp", "creator", GOING, **SOCIAL_RSVP),
    "social: room": Endpoint(
        "PUT", f"{S}/{{event_id}}/room", "creator", {"liveChatEnabled": True}, **SOCIAL_ROOM
    ),
    "social: new room": Endpoint(
        *("POST", "/social/api/v1/rooms", "creator", {"referenceId": EVENT_ID}),
        needs=("referenceId",),
        also={
            "referenceId": [*ID, None],
            "referenceType": [*CHOICE, None, "post"],
            "metadata": [1, None, [], "x"],
            "metadata.eventId": [],
        },
        **SOCIAL_ROOM,
    ),
    "social: room by its id": Endpoint(
        *("PUT", "/social/api/v1/rooms/{room_id}", "creator", {"liveChatEnabled": True}),
        **SOCIAL_ROOM,
    ),
    "social: file": Endpoint(
        *("PUT", "/social/api/v3/files/{file_id}", "creator", {"altText": "A"}, {}),
        needs=("altText",),
        also={"altText": [1, None, [], {}, *over(255)]},
    ),
}


FLAGS = frozenset(
    name for table in (EVENT, RSVP, TIER, STREAM) for name in table if table[name] is FLAG
)
ELSEWHERE = frozenset({"timezone_offset_minutes", "channel_id", "cover_id", "featured", "metadata"})
# A form that says nothing of it leaves it as it is.
ELSEWHERE |= {"show_guests"}
EVENT_PAGE: dict[str, Any] = {"table": EVENT, "unknown": FLAGS | ELSEWHERE | RECURRENCE}
RSVP_PAGE: dict[str, Any] = {
    "table": RSVP,
    "needs": ("name", "attendance"),
    # Names of plus-ones are typed one on each line.
    "unknown": FLAGS | {"tier_id", "form_answers", "guest_names"},
}
# Prices are typed in whole units, questions have a form of their own.
TIER_PAGE: dict[str, Any] = {
    "table": TIER,
    "needs": ("name", "currency"),
    "unknown": FLAGS | {name for name in TIER if name.startswith(("price", "questions"))},
}
A = "/e/{event_id}/admin"
WHEN = {"title": "T", "start_time": "2100-01-01T10:00"}
STORED = WHEN | {"timezone": "UTC", "format": "in_person", "max_guests_per_rsvp": "5"}
WHO = {"name": "N", "attendance": "going"}
PAGES: dict[str, Page] = {
    "new event": Page("/new", WHEN, needs=tuple(WHEN), **EVENT_PAGE),
    "event": Page(f"{A}/edit", STORED | {"confirmed": "yes"}, needs=tuple(STORED), **EVENT_PAGE),
    "new RSVP": Page("/e/{event_id}", WHO, **RSVP_PAGE),
    "RSVP": Page("/e/{event_id}/rsvp", WHO, **RSVP_PAGE),
    "guest": Page(f"{A}/guests", WHO, **RSVP_PAGE),
    "reject": Page(f"{A}/guests/{{rsvp_id}}/reject", {"reason": "R"}, REASON, shown="rejecting"),
    "new tier": Page(f"{A}/tickets", {"name": "T", "currency": "EUR"}, **TIER_PAGE),
    "tier": Page(f"{A}/tickets/{{tier_id}}", {"name": "T", "currency": "EUR"}, **TIER_PAGE),
    "comment": Page(
        *("/e/{event_id}/comments", {"content": "C"}, COMMENT, ("content",)),
        unknown=frozenset({"content_type", "content_id"}),
        shown="commenting",
    ),
    "to the hosts": Page(
        "/e/{event_id}/contact",
        {"name": "N", "email": "ana@example.org", "text": "T"},
        VISITOR,
        needs=("name", "email", "text"),
    ),
    "report": Page(
        *("/e/{event_id}/report", {"reason": "spam"}, REPORT, ("reason",)),
    ),
    "duplicate": Page(
        f"{A}/duplicate",
        {"title": "T", "start_time": "2100-01-02T10:00"},
        DUPLICATE,
        ("title", "start_time"),
    ),
    "announce": Page(
        *(f"{A}/messages", {"content": "C", "visibility": "public"}, MESSAGE, ("content",)),
        unknown=frozenset({"type"}),
        shown="writing",
    ),
    "to a guest": Page(
        *(f"{A}/guests/{{rsvp_id}}/messages", {"content": "C", "type": "admin_note"}, MESSAGE),
        needs=("content",),
        unknown=frozenset({"visibility"}),
        shown="writing",
    ),
    "link": Page(f"{A}/door", {"label": "L"}, LINK, ("label",), unknown=frozenset({"show_name"})),
    "webhook": Page(f"{A}/webhook", {"url": HOOK}, WEBHOOK, ("url",), frozenset(WEBHOOK) - {"url"}),
    "stream": Page(f"{A}/stream", {"status": "idle"}, STREAM, unknown=FLAGS | {"recordings"}),
}
