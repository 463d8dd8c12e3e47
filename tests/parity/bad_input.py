"""The table of bad input: what is wrong with each field, in the domain's words. Where it is sent,
and in which words, stands in ``doors``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

BIG = 10**18
UNKNOWN = "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"


def over(limit: int) -> list[Any]:
    """A text one character over its limit, and one of many bytes."""
    return ["x" * (limit + 1), "😀" * (limit + 1)]


# --- What is wrong with a value of a kind -----------------------------------------------------

TEXT = [1, 1.5, True, [], {}, ["a"], {"a": 1}, "a\0b", "\x1b[0m", "a\x7f", "a\x85b", "é\x01x"]
LINE = ["a\nb", "a\tb", "a\rb"]
MUST = [None, "", "   ", "\n"]
NUMBER = ["1", 1.5, True, [], {}, -1, BIG, -BIG, 10**30, 2**63, "x", "9" * 5000, 1e300]
FLAG = ["true", "yes", 1, 0, "", [], {}, None]
CHOICE = ["", "x", 1, [], {}, "\0", True]
ID = ["", "x", 1.5, [], {}, "\0"]
TIME = [
    *("", "soon", 0, 5, True, [], {}, "2031-13-01", "2031-02-30", "1969-12-31T23:59:59Z"),
    *("2201-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    *("2031-01-01T00:00:00+24:00", "2031-01-01T00:00:00+15:00", "\uff12031-01-01"),
    *("2031-01-01T00:00:00\0", "10000-01-01"),
]
URL = [
    *("javascript:alert(1)", "ftp://x.org", "x", "//x.org", "http://", "https://[", "data:,x"),
    *("https://example.org/\0", "https://example.org/a b", "https://" + "x" * 600 + ".org", 1, []),
]
ANSWERS = ["x", [], 1, True, {"x": 1}, {"\0": 1}]

# --- What is wrong with a field ---------------------------------------------------------------

Table = Mapping[str, list[Any]]

EMAIL: list[Any] = [
    *("x", "@", "a@b", "a b@example.org", "a\n@example.org", "a\0@example.org", 1, []),
    *("x" * 250 + "@example.org", *over(254)),
]
EVENT: Table = {
    "title": [*TEXT, *LINE, *MUST, *over(255)],
    "description": [*TEXT, *over(20_000)],
    "start_time": [*TIME, None],
    "end_time": [*TIME, "2099-12-31T23:59:59Z", "2100-01-01T10:00:00Z"],
    "rsvp_close_at": TIME,
    "timezone": [
        *("Mars/Phobos", "../etc/passwd", "UTC\0", "/etc/localtime", "utc+5", "x" * 999),
        *("localtime", "Factory"),
        *(5, [], None),
    ],
    "timezone_offset_minutes": [841, -841, BIG, 1.5, "60", True, []],
    "format": [*CHOICE, None, "online"],
    "location": [*TEXT, *LINE, *over(500)],
    "online_url": URL,
    "hide_location": FLAG,
    "show_online_url": FLAG,
    "show_guests": [*CHOICE, None, "nobody"],
    "show_counts": FLAG,
    "comments_enabled": FLAG,
    "channel_name": [*TEXT, *LINE, "!!!", "—", *over(160)],
    "channel_visibility": [*CHOICE, None],
    "channel_id": [*ID, UNKNOWN],
    "cover_id": [*ID, UNKNOWN],
    "is_private": FLAG,
    "approval_required": FLAG,
    "capacity": [*NUMBER, 0, 1_000_001],
    "max_guests_per_rsvp": [*NUMBER, None, 101],
    "waitlist": FLAG,
    "rsvps_closed": FLAG,
    "featured": [*FLAG],
    "tags": [
        *("x", {}, 1, [1], [None], [[]], [""], ["x" * 25], list("abcdef"), ["a\nb"], ["\0"]),
    ],
    "host_name": [*TEXT, *LINE, *over(120), "evil.example/x"],
    "host_email": EMAIL,
    "host_digest": FLAG,
    "recurrence": ["x", 1, True, [], 1.5],
    "recurrence.rrule": [
        *({"rrule": bad} for bad in (1, None, [], "", "x", "FREQ=", "FREQ=HOURLY", "FREQ=WEEKLY;")),
        *(
            {"rrule": bad}
            for bad in (
                *("FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=1", "COUNT=2", "FREQ=DAILY;FREQ=DAILY"),
                *("FREQ=DAILY;BYSETPOS=1", "FREQ=DAILY;RDATE=20300101", "FREQ=DAILY;WKST=MO"),
                *("FREQ=DAILY;DTSTART=20300101T100000", "FREQ=YEARLY;BYMONTH=1", "FREQ=DAILY;X=1"),
                *("FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=1001", "FREQ=DAILY;COUNT=-1"),
                *(
                    "FREQ=DAILY;COUNT=1e3",
                    "FREQ=DAILY;COUNT=" + "9" * 150,
                    "FREQ=DAILY;COUNT=\uff11",
                ),
                *("FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=367", "FREQ=DAILY;INTERVAL=-7"),
                *(
                    "FREQ=DAILY;COUNT=2;UNTIL=21000201",
                    "FREQ=DAILY;UNTIL=2100",
                    "FREQ=DAILY;UNTIL=x",
                ),
                *("FREQ=DAILY;UNTIL=21000230", "FREQ=DAILY;UNTIL=21000201T250000Z"),
                *("FREQ=DAILY;UNTIL=21000101T0959Z"),
                *("FREQ=WEEKLY;BYDAY=2TU", "FREQ=DAILY;BYDAY=-1MO", "FREQ=MONTHLY;BYDAY=6MO"),
                *("FREQ=YEARLY;BYDAY=54MO", "FREQ=WEEKLY;BYDAY=0MO", "FREQ=WEEKLY;BYDAY=XX"),
                *("FREQ=WEEKLY;BYDAY=MO,", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=0"),
                *("FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=-32"),
                *("FREQ=DAILY\nRRULE:FREQ=DAILY", "FREQ=DAILY\0", "FREQ=DAILY;COUNT=2" + ";" * 200),
            )
        ),
        {"exdates": []},
    ],
    "recurrence.exdates": [
        *({"rrule": "FREQ=DAILY", "exdates": bad} for bad in ("x", 1, {}, ["2100-01-02"] * 1001)),
    ],
    "recurrence.exdates.0": [
        *(
            {"rrule": "FREQ=DAILY", "exdates": [bad]}
            for bad in ("x", 1, None, [], "2100-02-30", "")
        ),
    ],
    "recurrence.rdates": [{"rrule": "FREQ=DAILY", "rdates": ["2100-01-02"]}],
    "reminders": ["x", {}, 1, [0], [721], ["24"], [1.5], [True], [None], [1, 2, 3, 4, 5, 6]],
    "metadata": [
        *("x", [], 1, True, {"a": "\0"}, {"\0": 1}, {"a": "x" * 17_000}, {"a": 1e300}),
        *({"a": [2**63]}, {"a": 10**19}, {"a": [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}),
    ],
}
# Of a new event: rules without a date that is still to come.
WITHOUT_DATES: Table = {
    "recurrence.rrule": [
        {"rrule": "FREQ=DAILY;UNTIL=20991231T235959Z"},
        {"rrule": "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=5MO"},
        {"rrule": "FREQ=DAILY;COUNT=1", "exdates": ["2100-01-01"]},
    ],
}
# Beside a change of an event.
NOTICE: Table = {
    "notify": [*CHOICE, None, "everybody"],
    "notify_message": [*TEXT, *over(5_000)],
}
STATUS: Table = {"status": [*CHOICE, None, "live", "ended"]}
RSVP: Table = {
    "name": [*TEXT, *LINE, *MUST, *over(120), "http://evil.example", "evil.example/x"],
    "attendance": [*CHOICE, None, "YES", "GOING", "waiting"],
    "pronouns": [*TEXT, *LINE, *over(64)],
    "email": EMAIL,
    "reminders_off": FLAG,
    "guest_count": [*NUMBER, None, 6],
    "guest_names": [
        *("x", {}, 1, [1], [None], [[]], [""], ["x" * 121], ["a\nb"], ["\0"], ["evil.example/x"]),
        ["a", "b", "c", "d", "e", "f", "g"],
    ],
    "note": [*TEXT, *over(2_000)],
    "is_private": FLAG,
    "tier_id": [*ID, 5, True],
    "form_answers": ANSWERS,
    "join_waitlist": FLAG,
}
TIER: Table = {
    "name": [*TEXT, *LINE, *MUST, *over(120)],
    "price_cents": [*NUMBER, None, 10**9 + 1],
    "currency": [*TEXT, *MUST, "DEM", "XXX", "XAU", "abc", "EURO"],
    "capacity": [*NUMBER, 0, 1_000_001],
    "is_active": FLAG,
    "position": [*NUMBER, None, 10_001],
    "questions": [
        *(None, True, [{"label": "a"}] * 51),
    ],
    "questions.non_field_errors": ["x", 1, {}, {"label": "a"}],
    "questions.0.non_field_errors": [["x"], [[]]],
    "questions.0.label": [[{}]],
    "questions.1.label": [[{"label": "a"}, {"label": bad}] for bad in (5, "\0", "", None)],
    "questions.0.kind": [[{"label": "a", "kind": bad}] for bad in ("color", "", 5, None)],
    "questions.0.options": [
        [{"label": "a", "kind": "select"}],
        [{"label": "a", "options": ["x"]}],
        [{"label": "a", "kind": "select", "options": ["x", "x"]}],
    ],
    "questions.0.options.1": [[{"label": "a", "kind": "select", "options": ["x", 5]}]],
    "questions.0.required": [[{"label": "a", "required": "yes"}]],
    "questions.0.id": [[{"label": "a", "id": bad}] for bad in ("x", UNKNOWN)],
    "questions.0.is_active": [[{"label": "a", "is_active": bad}] for bad in ("no", 0, None, False)],
    "questions.0.help": [[{"label": "a", "help": "x" * 501}]],
}
STREAM: Table = {
    "status": [*CHOICE, None, "over"],
    "playback_url": URL,
    "thumbnail_url": URL,
    "chat_enabled": FLAG,
    "recordings": [None, "x", 5, {}, ["x"], [{}]],
}
SCAN: Table = {
    "ticket": [1, 1.5, True, [], {}, ["a"], {"a": 1}, "a\0b", None, *over(200)],
    "rsvp_id": [*ID, None],
    "scan_id": [*ID, None],
    "scanned_at": [*TIME, None],
}
MESSAGE: Table = {
    "content": [*TEXT, *MUST, *over(5_000)],
    "type": CHOICE,
    "visibility": CHOICE,
}
DUPLICATE: Table = {
    "title": [*TEXT, *LINE, None, *over(255)],
    "start_time": [*TIME, None],
}
INVITATIONS: Table = {
    "emails": [None, "ana@example.org", 1, {}, [], [f"a{n}@b.org" for n in range(1_001)]],
    "emails.0": [[each] for each in (1, None, [], {}, "", "x", "a@b", "a\0@example.org")],
    "message": [*TEXT, None, *over(2_000)],
}
REPORT: Table = {
    "reason": [*CHOICE, None],
    "text": [*TEXT, *over(2_000)],
    "email": EMAIL,
}
LINK: Table = {
    "role": [*CHOICE, None, "owner"],
    "label": [*TEXT, *LINE, None, *over(80)],
    "name": [*TEXT, *LINE, *over(120), "evil.example/x"],
    "email": EMAIL,
    "show_name": FLAG,
    "expires_at": [*TIME, "2001-01-01T00:00:00Z"],
}
LOST_LINKS: Table = {"email": [*EMAIL, *MUST]}
VISITOR: Table = {
    "name": [*TEXT, *LINE, *MUST, *over(120), "evil.example/x"],
    "email": [*EMAIL, *MUST],
    "text": [*TEXT, *MUST, *over(5_000)],
}
BULK: Table = {
    "action": [*CHOICE, None, "eat"],
    "ids": ["x", {}, 1, None, [], [str(UUID(int=n)) for n in range(1_001)]],
    "ids.0": [["x"], [[]], ["\0"], [None]],
    "reason": [*TEXT, *over(2_000)],
    "content": [*TEXT, *over(5_000)],
}
# A number is read as an id, which no RSVP has.
MERGE: Table = {"into": [*ID, *MUST, 5, True]}
REASON: Table = {"reason": [*TEXT, *over(2_000)]}
COMMENT: Table = {
    "content_type": [*TEXT, *LINE, *MUST, "a b", "ä", "a/b", *over(64)],
    "content_id": [
        *(None, "", "1", "x", 1.5, True, [], {}, 2**63, -(2**63), 1e300, UNKNOWN),
    ],
    "content": [*TEXT, *MUST, *over(5_000)],
}
WEBHOOK: Table = {
    "url": [*URL, *MUST, "https://user:secret@example.org/", "https://example.org/#part"],
    "events": [1, "rsvp.created", True, {}, [1], ["rsvp.eaten"], [None], ["\0"]],
    "channel_id": [*ID, UNKNOWN],
    "description": [*TEXT, *LINE, *over(500)],
    "enabled": FLAG,
}
