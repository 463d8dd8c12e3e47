"""Cancelling and taking it back, and who is told of a change."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from events.domain.lifecycle import cancel_event
from outbox.enums import Kind
from outbox.models import Change
from tests.conftest import Api, Clock
from tests.events.api.noticed import Stored, doors, filled_event, social_with_mail
from tests.makers import MadeEvent, make_event
from tests.social_cast import Social
from tests.tenant_cast import said

pytestmark = pytest.mark.once

TOLD = {"notify": "going", "notify_message": "Sorry!\nSee you"}
GOING, ALL = ["Ana", "Bo"], ["Ana", "Bo", "Cy", "Di"]
AUDIENCE = {"none": [], "going": GOING, "all": ALL}


@pytest.fixture
def social(api: Api, settings: Any, clock: Clock) -> Social:
    return social_with_mail(api, settings)


@pytest.fixture
def event(social: Social) -> MadeEvent:
    return filled_event(social)


def last_told() -> tuple[str, dict[str, Any], list[str]]:
    """The last change: what happened, whom it is told, and the guests that are kept for mail."""
    change = Change.objects.latest("id")
    told = {name: said for name, said in change.data.items() if name.startswith("notify")}
    return change.kind, told, [each["name"] for each in change.erased.get("guests", [])]


# --- Who is told ------------------------------------------------------------------------------


@pytest.mark.parametrize("api_name", ["capability", "tenant"])
def test_a_change_says_who_is_told(social: Social, event: MadeEvent, api_name: str) -> None:
    """Changed, cancelled, revived: each once, with what the organizer adds; nobody unasked."""
    send = doors(social, event)[api_name]
    said(send("PATCH", {"title": "New", **TOLD}), 200)
    assert last_told() == (Kind.EVENT_UPDATED, TOLD, [])
    said(send("PATCH", {"title": "Newer", "notify": "none", "notify_message": "x"}), 200)
    assert last_told() == (Kind.EVENT_UPDATED, {}, [])
    said(send("PATCH", {"title": "Newest", "status": "cancelled", **TOLD}), 200)
    assert last_told() == (Kind.EVENT_CANCELLED, TOLD, [])
    first = Change.objects.filter(kind=Kind.EVENT_UPDATED).latest("id")
    assert first.data == {"changed": {"title": ["Newer", "Newest"]}}
    count = Change.objects.count()
    said(send("PATCH", {"status": "cancelled", **TOLD}), 200)
    assert Change.objects.count() == count
    said(send("PATCH", {"status": "scheduled", "notifyMessage": "Back", "notify": "all"}), 200)
    told = {"notify": "all", "notify_message": "Back"}
    assert last_told() == (Kind.EVENT_UPDATED, told, [])


def test_a_cancellation_of_the_tenants_says_who_is_told(social: Social, event: MadeEvent) -> None:
    """In the query, as a DELETE has no body."""
    answer = doors(social, event)["tenant"]("DELETE", notify="all", notify_message="Sorry")
    assert answer.status_code == 204
    assert last_told() == (
        Kind.EVENT_CANCELLED,
        {"notify": "all", "notify_message": "Sorry"},
        [],
    )


@pytest.mark.parametrize("notify", AUDIENCE)
def test_a_deletion_keeps_whom_mail_tells(social: Social, event: MadeEvent, notify: str) -> None:
    """And nobody else; no token is among it."""
    answer = doors(social, event)["capability"]("DELETE", notify=notify, notify_message="Bye")
    assert answer.status_code == 204
    told = {} if notify == "none" else {"notify": notify, "notify_message": "Bye"}
    kind, said_of, guests = last_told()
    assert (kind, said_of, sorted(guests)) == (Kind.EVENT_DELETED, told, AUDIENCE[notify])
    for guest in Change.objects.latest("id").erased.get("guests", ()):
        assert guest.keys() == {"rsvp_id", "name", "email", "attendance", "approval", "language"}


def test_without_mail_nothing_is_kept(social: Social, event: MadeEvent, settings: Any) -> None:
    settings.MAIL_ENABLED = False
    assert doors(social, event)["capability"]("DELETE", notify="all").status_code == 204
    assert Change.objects.latest("id").erased == {}


def test_an_announcement_says_who_is_told(
    social: Social, event: MadeEvent, everything_stored: Stored
) -> None:
    """A note for organizers goes to no guest."""
    path = f"{event.path}/messages"
    said(social.api.post(path, {"content": "Hi", "notify": "all"}, event.owner_token), 201)
    assert last_told() == (Kind.MESSAGE_POSTED, {"notify": "all", "notify_message": ""}, [])
    said(social.api.post(path, {"content": "Hi"}, event.owner_token), 201)
    assert last_told() == (Kind.MESSAGE_POSTED, {}, [])
    before = everything_stored()
    note = {"content": "Hi", "visibility": "admin", "notify": "going"}
    refused = said(social.api.post(path, note, event.owner_token), 400)
    assert list(refused["errors"]) == ["notify"]
    assert everything_stored() == before


# --- Cancelling -------------------------------------------------------------------------------


def test_what_was_read_before_revives_nothing(social: Social, event: MadeEvent) -> None:
    """Neither whole nor in part: the status alone does, with who is told of it."""
    send = doors(social, event)["capability"]
    whole = said(social.api.get(event.path, event.owner_token), 200)["event"]
    cancel_event(event_id=event.id)
    for body in (whole, {"status": "scheduled", "title": "T"}, {"status": "scheduled", "id": 1}):
        assert said(send("PATCH", body), 409)["code"] == "is_cancelled"
    assert event.stored.cancelled_at is not None
    said(send("PATCH", {"status": "scheduled", "notify": "none"}), 200)
    assert event.stored.cancelled_at is None


def test_a_cancelled_event_that_began_is_live_again(api: Api, clock: Clock) -> None:
    """The clock says what it is, once the cancellation is taken back."""
    event = make_event(start_time=clock.now)
    cancel_event(event_id=event.id)
    told = said(api.patch(event.path, {"status": "scheduled"}, event.owner_token), 200)
    assert told["event"]["status"] == "live"


def test_a_tag_that_is_old_cancels_nothing(api: Api) -> None:
    """If-Match holds for the status as for any field; sent again by its key it is done once."""
    event = make_event()
    tag = api.client.get(event.path)["ETag"]
    said(api.patch(event.path, {"title": "New"}, event.owner_token), 200)
    headers = {"Authorization": f"Bearer {event.owner_token}"}

    def send(status: str, **more: str) -> Any:
        return api.client.patch(
            event.path,
            {"status": status},
            content_type="application/json",
            headers=headers | {name.replace("_", "-"): said for name, said in more.items()},
        )

    assert send("cancelled", If_Match=tag).status_code == 412
    assert event.stored.cancelled_at is None
    key = str(uuid4())
    first = send("cancelled", Idempotency_Key=key)
    assert first.status_code == 200
    assert send("scheduled").status_code == 200
    assert send("cancelled", Idempotency_Key=key).content == first.content
    assert event.stored.cancelled_at is None
