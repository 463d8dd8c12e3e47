"""A tag is one tag, whatever it holds: through every API that makes events, the organizer's page
and the Social API's filter."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from events.models import EventLink
from tests.conftest import Api
from tests.makers import MadeEvent
from tests.social_cast import Social, make_social
from tests.tenant_cast import EVENTS, said

pytestmark = pytest.mark.once

TAGS = ["food, drink", "a,b", "line\u2028end"]
START = "2100-01-01T10:00:00Z"


@pytest.fixture
def social(api: Api) -> Social:
    """Who calls."""
    return make_social(api)


def capability(social: Social) -> str:
    """An event of nobody; its id."""
    body = {"title": "T", "start_time": START, "tags": TAGS}
    return str(said(social.api.post("/api/v1/events", body), 201)["event"]["id"])


def tenant(social: Social) -> str:
    """An event of the creator; its id."""
    body = {"title": "T", "start_time": START, "tags": TAGS}
    return str(said(social.api.post(EVENTS, body, social.keys["creator"]), 201)["id"])


def through_social(social: Social) -> str:
    """An event of the creator; its id."""
    body = {"title": "T", "startTime": START, "tags": TAGS}
    (made,) = said(social.send("POST", "events", body), 201)["events"]
    return str(made["eventId"])


@pytest.mark.parametrize("make", [capability, tenant, through_social])
def test_a_tag_with_a_comma_survives_an_edit_on_the_page(social: Social, make: Any) -> None:
    """One more tag on the organizer's page leaves the others as they were made."""
    link = EventLink.objects.get(event=make(social))
    event = MadeEvent(link.event_id, mint(TokenKind.EVENT_LINK, link.pk, link.version))
    client = Client()
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    form = client.get(f"/e/{event.id}/admin/edit").context["form"]
    sent: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if value not in (None, False):
            sent[field.html_name] = sent[field.html_initial_name] = value
    sent["tags"] += "\r\nmusic"
    sent["confirmed"] = "yes"
    assert client.post(f"/e/{event.id}/admin/edit", sent).status_code == 303
    assert event.row.tags == [*TAGS, "music"]


@pytest.mark.parametrize("make", [tenant, through_social])
def test_a_tag_with_a_comma_is_found(social: Social, make: Any) -> None:
    """As a value of its own, in an array or alone, and beside others; its parts are other tags."""
    made = make(social)
    social.event(tags=["other"])

    def found(**query: Any) -> list[str]:
        return [each["eventId"] for each in said(social.get("events", query=query), 200)["events"]]

    for tag in TAGS:
        assert found(tags=tag) == found(**{"tags[]": [tag, "none"]}) == [made]
    for part in ("food", "drink", "a"):
        assert found(tags=part) == []
