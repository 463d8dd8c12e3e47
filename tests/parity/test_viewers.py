"""A viewer link changes nothing, through any door."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.enums import LinkRole
from comments.models import Comment, Message
from events.models import Event, EventLink, LiveRoom, Question, Tier
from rsvps.models import CheckIn, Rsvp
from tests.makers import make_event, make_link, make_question, make_rsvp, make_tier

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MODELS = (Event, EventLink, LiveRoom, Question, Tier, CheckIn, Rsvp, Comment, Message)
WRITES = ("post", "put", "patch", "delete")


def stored() -> list[Any]:
    """All there is to change; that a link was used may be noted."""
    rows = [list(model._default_manager.order_by("pk").values()) for model in MODELS]
    for link in rows[MODELS.index(EventLink)]:
        del link["last_used_at"]
    return rows


def addresses(values: dict[str, Any]) -> Iterator[str]:
    """Every address beneath /e/ and /api/v1/events/ that names an event."""

    def walk(patterns: Any, before: str) -> Iterator[str]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and "<uuid:event_id>" in route:
                yield route

    for route in walk(get_resolver().url_patterns, "/"):
        if route.startswith(("/e/", "/api/v1/events/")):
            for name, value in values.items():
                for kind in ("uuid", "str"):
                    route = route.replace(f"<{kind}:{name}>", str(value))
            assert "<" not in route
            yield route


def test_every_write_is_refused() -> None:
    """Where anyone may write, like an answer of one's own, a viewer is anyone; everywhere else
    they are refused as somebody who is known and may not."""
    event = make_event()
    tier = make_tier(event)
    question, rsvp = make_question(tier), make_rsvp(event, tier_id=tier.pk)
    token = make_link(event, LinkRole.VIEWER)
    door = EventLink.objects.get(role=LinkRole.VIEWER).pk
    values = {
        "event_id": event.id,
        "tier_id": tier.pk,
        "question_id": question.pk,
        "rsvp_id": rsvp.id,
        "into": rsvp.id,
        "link_id": door,
        "comment_id": uuid4(),
        "reference": rsvp.id,
        "token": "cvo_" + "A" * 43,
    }
    stranger, viewer = Client(), Client()
    viewer.cookies["convene_viewer"] = token
    sent: dict[str, Any] = {"rsvp_id": str(rsvp.id), "label": "Mine", "title": "Mine"}
    before, refused = stored(), 0
    for address in addresses(values):
        for method in WRITES:
            if address.startswith("/api/"):
                options = {"data": sent, "content_type": "application/json"}
                known = {"headers": {"Authorization": f"Bearer {token}"}}
            else:
                options, known = ({"data": sent} if method == "post" else {}), {}
            unknown = getattr(stranger, method)(address, **options).status_code
            status = getattr(viewer, method)(address, **options, **known).status_code
            # A credential that opens no answer of one's own finds none: 404.
            assert status in ((403, 404) if unknown == 401 else (unknown,)), (method, address)
            refused += status == 403
    assert refused > 40
    assert stored() == before


def test_what_a_viewer_reads_over_http() -> None:
    """The event with its place, like every helper; the organizers' lists stay theirs."""
    event = make_event(location="Old Mill", hide_location=True)
    client = Client(headers={"Authorization": f"Bearer {make_link(event, LinkRole.VIEWER)}"})
    assert client.get(event.path).json()["event"]["location"] == "Old Mill"
    for path in ("rsvps", "check-ins", "links"):
        assert client.get(f"{event.path}/{path}").status_code == 403
    assert client.get(f"{event.path}/rsvps/{uuid4()}").status_code == 405
    assert reverse("guest-list", args=[event.id]) == f"/e/{event.id}/view"
