"""Many answers at once, in the Capability and the Tenant API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from comments.models import Message
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.tenant_cast import EVENTS, make_cast


def full_event(**values: Any) -> MadeEvent:
    """One seat, two who wait for it, and one who may come."""
    event = make_event(approval_required=True, capacity=1, **{"waitlist": False, **values})
    make_rsvp(event, name="Ann", email="ann@example.org")
    make_rsvp(event, name="Bob", email="bob@example.org")
    make_rsvp(event, name="Cem", attendance="interested")
    return event


def id_of(name: str) -> str:
    return str(Rsvp.objects.get(name=name).pk)


@pytest.mark.once
def test_what_is_done_and_what_is_refused(api: Api) -> None:
    """The whole answer."""
    event = full_event()
    stranger = str(uuid4())
    ids = [stranger, id_of("Bob"), id_of("Ann")]
    response = api.post(
        f"{event.path}/rsvps/bulk", {"action": "approve", "ids": ids}, event.owner_token
    )
    assert response.status_code == 200
    assert response.json() == {
        "done": [id_of("Ann")],
        "waitlisted": [],
        "refused": [
            {
                "id": id_of("Bob"),
                "name": "Bob",
                "code": "event_full",
                "detail": "This event has reached its maximum number of attendees.",
            },
            {"id": stranger, "name": None, "code": "not_found", "detail": "RSVP not found"},
        ],
    }


def test_who_finds_no_seat_waits_for_one(api: Api) -> None:
    """Where the event has a waitlist."""
    event = full_event(waitlist=True)
    response = api.post(
        f"{event.path}/rsvps/bulk", {"action": "approve", "filter": {"q": "b"}}, event.owner_token
    )
    assert response.json() == {"done": [id_of("Bob")], "waitlisted": [], "refused": []}
    response = api.post(
        f"{event.path}/rsvps/bulk", {"action": "approve", "filter": {}}, event.owner_token
    )
    done = [id_of("Bob"), id_of("Cem")]
    assert response.json() == {"done": done, "waitlisted": [id_of("Ann")], "refused": []}


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({}, ["Ann", "Bob", "Cem"]),
        ({"status": "maybe"}, ["Cem"]),
        ({"status": "yes", "q": "bob"}, ["Bob"]),
        ({"approval_status": "pending"}, ["Ann", "Bob"]),
    ],
)
def test_the_filter_finds_what_the_list_shows(api: Api, narrowed: Any, names: list[str]) -> None:
    """In the words of the list."""
    event = full_event()
    body = {"action": "message", "filter": narrowed, "content": "Hello"}
    assert api.post(f"{event.path}/rsvps/bulk", body, event.owner_token).status_code == 200
    written = Message.objects.filter(type="admin_message").values_list("rsvp__name", flat=True)
    assert sorted(written) == names


def test_a_tenants_own_words(api: Api) -> None:
    """Its filter calls an answer as its list does."""
    cast = make_cast()
    event = cast.event(approval_required=True)
    make_rsvp(event, name="Ann")
    make_rsvp(event, name="Cem", attendance="interested")
    for slash in ("", "/"):
        response = api.post(
            f"{EVENTS}/{event.id}/rsvps/bulk{slash}",
            {"action": "approve", "filter": {"status_filter": "going"}},
            cast.creator.key,
        )
        assert response.json() == {"done": [id_of("Ann")], "waitlisted": [], "refused": []}


@pytest.mark.once
@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"action": "approve"}, {"ids"}),
        ({"action": "approve", "ids": [str(uuid4())], "filter": {}}, {"filter"}),
        ({"action": "remove", "filter": {"approval": "pending"}}, {"filter.approval"}),
        ({"action": "remove", "filter": {"q": "\u0007"}}, {"filter.q"}),
        ({"action": "remove", "filter": {"q": "x" * 121}}, {"filter.q"}),
        ({"action": "remove", "id": str(uuid4())}, {"ids"}),
        ({"action": "message", "filter": {}}, {"content"}),
        ({"action": "approve", "filter": {}, "reason": "R"}, {"reason"}),
    ],
)
def test_what_is_wrong_is_named(api: Api, body: Any, wrong: set[str]) -> None:
    """And nobody is touched."""
    event = full_event()
    response = api.post(f"{event.path}/rsvps/bulk", body, event.owner_token)
    assert (response.status_code, set(response.json()["errors"])) == (400, wrong)
    assert Rsvp.objects.count() == 3
    assert event.stored.pending_count == 2


def test_a_file_of_the_chosen(api: Api) -> None:
    """As the organizer's page hands it out, but for those who were not chosen."""
    event = full_event()
    response = api.post(
        f"{event.path}/rsvps/bulk",
        {"action": "export", "filter": {"q": "example.org"}},
        event.owner_token,
    )
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["Name", "Ann", "Bob"]


def test_it_is_the_organizers(api: Api) -> None:
    """A guest's link does nothing here, and no answer is told."""
    event = full_event()
    guest = make_rsvp(event, attendance="interested")
    for token, status in ((None, 401), (guest.token, 403)):
        response = api.post(f"{event.path}/rsvps/bulk", {"action": "remove", "filter": {}}, token)
        assert response.status_code == status
    assert Rsvp.objects.count() == 4
