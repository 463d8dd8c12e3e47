"""Whatever is sent to whichever page: a 4xx or a redirect, never a 5xx, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from events.models import Event
from rsvps.models import Rsvp
from tests.makers import make_event, make_question, make_rsvp, make_tier

pytestmark = [pytest.mark.django_db, pytest.mark.stricter]

FORM = "application/x-www-form-urlencoded"
FIELDS = (
    "title",
    "start_time",
    "timezone",
    "capacity",
    "tags",
    "name",
    "attendance",
    "guest_count",
    "email",
    "content",
    "text",
    "visibility",
    "type",
    "reason",
    "ticket",
    "rsvp_id",
    "scan_id",
    "scanned_at",
    "label",
    "expires_at",
    "tier_id",
    "price_cents",
    "currency",
    "position",
    "kind",
    "options",
    "help",
    "image",
    "alt_text",
    "playback_url",
    "thumbnail_url",
    "recordings",
    # stands for the field of the form's question
    "question",
)
PIECES = {
    "NUL": "%00",
    "lone surrogate": "%ED%A0%80",
    "broken UTF-8": "%FF%FE",
    "bell": "%07",
    "huge number": "9" * 5000,
    "line end": "a%0D%0Ab%2C%2C",
    "combining": quote("e\u0301" * 3000),
    "script": quote("<script>alert(1)</script>"),
}
BODIES = {
    **{
        name: ("&".join(f"{field}={piece}" for field in FIELDS).encode(), FORM)
        for name, piece in PIECES.items()
    },
    "nothing": (b"", FORM),
    "JSON": (b'{"title": 1}', "application/json"),
    "no boundary": (b"--x", "multipart/form-data"),
    "cut short": (b"--x\r\nContent-Disposition: form-", "multipart/form-data; boundary=x"),
    "too many fields": (b"&".join(b"f%d=1" % n for n in range(2000)), FORM),
    "odd charset": (b"title=x", FORM + "; charset=klingon"),
    "other charset": (b"title=x", FORM + "; charset=utf-16"),
}
POSTED = [
    "/new",
    "/e/{event}",
    "/lost",
    "/e/{event}/contact",
    "/e/{event}/rsvp",
    "/e/{event}/rsvp/messages",
    "/e/{event}/door/check-ins",
    "/e/{event}/door/check-ins/undo",
    "/e/{event}/admin/door",
    "/e/{event}/admin/edit",
    "/e/{event}/admin/messages",
    "/e/{event}/admin/guests",
    "/e/{event}/admin/guests/{rsvp}/reject",
    "/e/{event}/admin/guests/{rsvp}/messages",
    "/e/{event}/admin/guests/{rsvp}/check-in",
    "/e/{event}/admin/cover",
    "/e/{event}/admin/stream",
    "/e/{event}/admin/tickets",
    "/e/{event}/admin/tickets/{tier}",
    "/e/{event}/admin/tickets/{tier}/questions",
    "/e/{event}/admin/tickets/{tier}/questions/{question}",
    "/e/{event}/admin/tickets/{tier}/questions/{question}/move",
]


@pytest.mark.slow
@pytest.mark.parametrize("path", POSTED)
def test_a_form_full_of_nonsense_is_refused(
    path: str, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    event = make_event()
    tier = make_tier(event)
    rsvp = make_rsvp(event)
    question = make_question(tier, "number")
    client = Client()
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    client.get(f"/e/{event.id}/rsvp/{rsvp.token}")
    address = path.format(event=event.id, rsvp=rsvp.id, tier=tier.id, question=question.id)
    mine = [*PIECES, *list(BODIES)[len(PIECES) + POSTED.index(path) % 2 :: 2]]
    for name, (raw, content_type) in ((name, BODIES[name]) for name in mine):
        before = everything_stored()
        sent = raw.replace(b"question=", f"form_answers.{question.id}=".encode())
        answer = client.generic("POST", address, sent, content_type=content_type)
        if answer.status_code == 400:
            assert everything_stored() == before, name
        else:
            # What is storable text somewhere is stored there: a reason, a note, a message.
            assert answer.status_code == 303, name
        assert "<script>alert" not in answer.content.decode()
    assert (Event.objects.count(), Rsvp.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "path",
    [
        "/?q={piece}",
        "/?page={piece}",
        "/channels?q={piece}",
        "/c/{piece}",
        "/c/walks?past={piece}",
        "/e/{piece}",
        "/e/{event}/attendees?after={piece}",
        "/e/{event}/rsvp/{piece}",
        "/e/{event}/door?q={piece}",
        "/e/{event}/door/{piece}",
        "/e/{event}/admin/{piece}",
        "/e/{event}/admin?q={piece}&status={piece}&approval={piece}&tier={piece}&page={piece}",
        "/{piece}",
    ],
)
def test_an_address_full_of_nonsense_is_answered(path: str) -> None:
    event = make_event(channel_name="Walks")
    make_tier(event)
    client = Client()
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    for name, piece in PIECES.items():
        answer = client.get(path.format(event=event.id, piece=piece))
        assert answer.status_code in (200, 303, 400, 403, 404), name
        assert "<script>alert" not in answer.content.decode()
