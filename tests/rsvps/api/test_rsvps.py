"""Answers in the Capability API: shapes, words and the guest's own entry."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from comments.models import Message
from events.domain.lifecycle import cancel_event
from events.domain.locking import locked_event
from rsvps.domain.capacity import restate
from rsvps.domain.event_changes import update_event
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.wording import in_words

pytestmark = pytest.mark.once

HOST = "http://testserver"
EXAMPLE = {
    "name": "Sky",
    "status": "yes",
    "pronouns": "they/them",
    "guest_count": 1,
    "notes": "Can bring a projector",
    "is_private_rsvp": False,
}
PLAIN = {"name": "Sky", "status": "yes"}


def answer(api: Api, event: MadeEvent, body: Any, token: str | None = None, query: str = "") -> Any:
    return api.post(f"{event.path}/rsvps{query}", body, token)


def test_create_answers_the_reference_example_whole(api: Api) -> None:
    """201 with the answer, its token and its absolute links; every field, none besides."""
    event = make_event()
    response = answer(api, event, EXAMPLE)
    rsvp = Rsvp.objects.get()
    body = response.json()
    token = body["rsvp"]["rsvp_token"]
    made = f"{rsvp.created_at:%Y-%m-%dT%H:%M:%S}Z"
    assert response.status_code == 201
    assert token.startswith("cvr_")
    assert body == {
        "rsvp": {
            "id": str(rsvp.id),
            "event_id": str(event.id),
            "name": "Sky",
            "pronouns": "they/them",
            "status": "yes",
            "attendance_status": "yes",
            "approval_status": "approved",
            "waitlist_position": None,
            "guest_count": 1,
            "guest_names": [],
            "is_private": False,
            "reminders_off": False,
            "notes": "Can bring a projector",
            "tier_id": None,
            "form_answers": {},
            "checked_in_at": None,
            "created_at": made,
            "last_modified": made,
            "rsvp_token": token,
            "ticket": mint(TokenKind.TICKET, rsvp.pk, 1),
        },
        "links": {
            "self": f"{HOST}{event.path}/rsvps/self",
            "html": f"{HOST}/e/{event.id}/rsvp/{token}",
        },
    }


def test_create_with_the_least(api: Api) -> None:
    """Name and status will do; the rest has defaults."""
    body = answer(api, make_event(), PLAIN).json()["rsvp"]
    assert {k: body[k] for k in ("pronouns", "notes", "guest_count", "is_private")} == {
        "pronouns": None,
        "notes": None,
        "guest_count": 0,
        "is_private": False,
    }


@pytest.mark.parametrize(
    ("word", "stored"), [("yes", "going"), ("maybe", "interested"), ("no", "not_going")]
)
@pytest.mark.parametrize("field", ["status", "attendance_status"])
def test_words_of_attendance(api: Api, field: str, word: str, stored: str) -> None:
    """yes, maybe and no under either name; both names in the answer."""
    body = answer(api, make_event(), {"name": "Sky", field: word}).json()["rsvp"]
    assert (body["status"], body["attendance_status"]) == (word, word)
    assert Rsvp.objects.get().attendance == stored


@pytest.mark.parametrize("field", ["notes", "note"])
def test_both_names_of_notes(api: Api, field: str) -> None:
    """notes and note are one thing."""
    assert answer(api, make_event(), PLAIN | {field: "Hi"}).json()["rsvp"]["notes"] == "Hi"


def test_two_names_may_agree_and_not_contradict(api: Api) -> None:
    """The same value twice is fine, two values are a 400 under both names."""
    event = make_event()
    twice = {"attendance_status": "yes", "note": "Hi", "notes": "Hi"}
    assert answer(api, event, PLAIN | twice).status_code == 201
    for other, field, value in (("status", "attendance_status", "no"), ("notes", "note", "Ho")):
        response = answer(api, event, PLAIN | {"notes": "Hi", field: value})
        assert response.status_code == 400
        assert set(response.json()["errors"]) == {field, other}


def test_full_is_a_400_with_the_references_name(api: Api) -> None:
    """EventFull and its sentence."""
    event = make_event(capacity=1)
    make_rsvp(event)
    response = answer(api, event, PLAIN)
    said = in_words("event_full")
    assert response.status_code == 400
    assert response.json() == {
        "detail": said,
        "code": "event_full",
        "error": "EventFull",
        "message": said,
        "waitlist_open": True,
    }


def test_closed_is_a_403_with_the_references_name(api: Api) -> None:
    """RSVPsClosed: 403 in this API, for new answers and for growing ones."""
    event = make_event()
    rsvp = make_rsvp(event)
    update_event(event=event.row, values={"rsvps_closed": True})
    said = in_words("rsvps_closed")
    expected = {"detail": said, "code": "rsvps_closed", "error": "RSVPsClosed", "message": said}
    for response in (
        answer(api, event, PLAIN),
        api.patch(f"{event.path}/rsvps/self", {"guest_count": 1}, rsvp.token),
    ):
        assert (response.status_code, response.json()) == (403, expected)


def test_cancelled_is_a_400(api: Api) -> None:
    """Called off: no new answer, no decision."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event)
    cancel_event(event_id=event.id)
    expected = {"detail": in_words("event_cancelled"), "code": "event_cancelled"}
    for response in (
        answer(api, event, PLAIN),
        api.post(f"{rsvp.path}/approve", token=event.owner_token),
        answer(api, event, PLAIN, event.owner_token, "?force_accept=true"),
    ):
        assert (response.status_code, response.json()) == (400, expected)


@pytest.mark.parametrize("value", ["true", "1", "True"])
def test_force_accept(api: Api, value: str) -> None:
    """An organizer lets a party in past capacity, closing and approval; the act is logged."""
    event = make_event(capacity=1, approval_required=True, rsvps_closed=True)
    response = answer(api, event, EXAMPLE, event.owner_token, f"?force_accept={value}")
    assert response.status_code == 201
    assert response.json()["rsvp"]["approval_status"] == "approved"
    assert event.stored.seats_taken == 2
    assert Message.objects.get().visibility == "admin"


def test_force_accept_on_approve(api: Api) -> None:
    """Approving past the capacity takes the word."""
    event = make_event(capacity=1, approval_required=True, waitlist=False)
    rsvp = make_rsvp(event, guest_count=1)
    path = f"{rsvp.path}/approve"
    assert api.post(path, token=event.owner_token).status_code == 400
    assert api.post(f"{path}?force_accept=false", token=event.owner_token).status_code == 400
    assert api.post(f"{path}?force_accept=true", token=event.owner_token).status_code == 200
    assert event.stored.seats_taken == 2


@pytest.mark.parametrize("value", ["yes", "", "2", "\0"])
def test_force_accept_takes_true_or_false(api: Api, value: str) -> None:
    """Anything else is a 400 naming the parameter."""
    event = make_event()
    response = api.client.post(
        f"{event.path}/rsvps",
        PLAIN,
        content_type="application/json",
        headers={"Authorization": f"Bearer {event.owner_token}"},
        query_params={"force_accept": value},
    )
    assert response.status_code == 400
    assert list(response.json()["errors"]) == ["force_accept"]


def test_a_party_is_bounded_by_the_event(api: Api) -> None:
    """guest_count from 0 to max_guests_per_rsvp."""
    event = make_event(max_guests_per_rsvp=2)
    assert answer(api, event, PLAIN | {"guest_count": 2}).status_code == 201
    response = answer(api, event, PLAIN | {"guest_count": 3})
    assert response.status_code == 400
    assert response.json()["errors"] == {
        "guest_count": ["You can bring at most 2 plus-ones to this event."]
    }


def test_a_large_party_may_stay_when_the_bound_falls(api: Api) -> None:
    """Only growing is asked for the bound."""
    event = make_event()
    rsvp = make_rsvp(event, guest_count=4)
    update_event(event=event.row, values={"max_guests_per_rsvp": 1})
    path = f"{event.path}/rsvps/self"
    assert api.patch(path, {"guest_count": 3}, rsvp.token).status_code == 200
    assert api.patch(path, {"guest_count": 4}, rsvp.token).status_code == 400


# --- A guest's own answer ---------------------------------------------------------------------


def test_self_shape(api: Api) -> None:
    """The answer with its token, and the messages between guest and hosts, newest first."""
    event = make_event()
    rsvp = make_rsvp(event, name="Sky", note="Mine", email="sky@example.org")
    api.post(f"{rsvp.path}/messages", {"content": "First"}, event.owner_token)
    api.post(f"{event.path}/rsvps/self/messages", {"content": "Second"}, rsvp.token)
    response = api.get(f"{event.path}/rsvps/self", rsvp.token)
    body = response.json()["rsvp"]
    messages = body.pop("messages")
    stored = rsvp.stored
    assert response.status_code == 200
    assert body == {
        "id": str(rsvp.id),
        "event_id": str(event.id),
        "name": "Sky",
        "pronouns": None,
        "status": "yes",
        "attendance_status": "yes",
        "approval_status": "approved",
        "waitlist_position": None,
        "guest_count": 0,
        "guest_names": [],
        "is_private": False,
        "reminders_off": False,
        "notes": "Mine",
        "tier_id": None,
        "form_answers": {},
        "checked_in_at": None,
        "created_at": f"{stored.created_at:%Y-%m-%dT%H:%M:%S}Z",
        "last_modified": f"{stored.updated_at:%Y-%m-%dT%H:%M:%S}Z",
        "rsvp_token": rsvp.token,
        "ticket": mint(TokenKind.TICKET, rsvp.id, 1),
    }
    assert {(m["author"], m["content"]) for m in messages} == {
        ("organizer", "First"),
        ("guest", "Second"),
    }


def test_self_patch_changes_what_is_sent(api: Api) -> None:
    """The reference's example: leaving with a note; name and guests stay."""
    event = make_event(capacity=3)
    rsvp = make_rsvp(event, name="Sky", guest_count=2)
    response = api.patch(
        f"{event.path}/rsvps/self", {"status": "no", "notes": "Out of town"}, rsvp.token
    )
    body = response.json()["rsvp"]
    assert response.status_code == 200
    assert (body["status"], body["notes"], body["name"], body["guest_count"]) == (
        "no",
        "Out of town",
        "Sky",
        2,
    )
    assert event.stored.seats_taken == 0


def test_self_patch_nulls(api: Api) -> None:
    """null empties pronouns, notes and address."""
    event = make_event()
    rsvp = make_rsvp(event, pronouns="they", note="x", email="a@example.org")
    path = f"{event.path}/rsvps/self"
    body = api.patch(path, {"pronouns": None, "notes": None, "email": None}, rsvp.token).json()
    assert (body["rsvp"]["pronouns"], body["rsvp"]["notes"]) == (None, None)
    assert rsvp.stored.email == ""


def test_self_delete_withdraws_for_good(api: Api) -> None:
    """204, the seats are free, answer and messages are gone."""
    event = make_event()
    rsvp = make_rsvp(event, guest_count=1)
    api.post(f"{event.path}/rsvps/self/messages", {"content": "Bye"}, rsvp.token)
    response = api.delete(f"{event.path}/rsvps/self", rsvp.token)
    assert (response.status_code, response.content) == (204, b"")
    assert event.stored.seats_taken == 0
    assert not Rsvp.objects.exists()
    assert not Message.objects.exists()


def test_a_guest_cannot_approve_themselves_by_patching(api: Api) -> None:
    """Their approval is refused by name, and what names no field is not read."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event)
    other = make_event()
    refused = api.patch(f"{event.path}/rsvps/self", {"approval_status": "approved"}, rsvp.token)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["approval_status"])
    sent = {"approval": "approved", "event_id": str(other.id)}
    response = api.patch(f"{event.path}/rsvps/self", sent, rsvp.token)
    assert response.json()["rsvp"]["approval_status"] == "pending"
    assert rsvp.stored.event_id == event.id


# --- Decisions --------------------------------------------------------------------------------


def test_decisions_answer_with_the_answer_and_its_messages(api: Api) -> None:
    """approve, pending and reject give the updated RSVP with what organizers read of it: the log,
    notes, the reason. Its guest is given no more than what is addressed to them."""
    event = make_event(approval_required=True)
    rsvp = make_rsvp(event, name="Robin")
    note = {"content": "Ask Sam first.", "visibility": "admin"}
    api.post(f"{rsvp.path}/messages", note, event.owner_token)
    expected = [("admin_note", "organizer", "admin", "Ask Sam first.")]
    for act, state, line in (
        ("approve", "approved", "Approved: Robin."),
        ("pending", "pending", "Back to waiting for approval: Robin."),
        ("reject", "rejected", "Declined: Robin."),
    ):
        body = {"reason": "Capacity reached"} if act == "reject" else {}
        response = api.post(f"{rsvp.path}/{act}", body, event.owner_token)
        assert response.status_code == 200
        decided = response.json()["rsvp"]
        assert decided["approval_status"] == state
        expected.insert(0, ("admin_note", "system", "admin", line))
        if act == "reject":
            expected.insert(0, ("rejection_reason", "organizer", "attendee", "Capacity reached"))
        assert [
            (each["message_type"], each["author"], each["visibility"], each["content"])
            for each in decided["messages"]
        ] == expected
    path = f"{event.path}/rsvps/self"
    for own in (api.get(path, rsvp.token), api.patch(path, {"notes": "Pity."}, rsvp.token)):
        assert own.json()["rsvp"]["messages"] == decided["messages"][:1]
    shown = own.json()["rsvp"] | {"messages": [], "notes": None, "last_modified": ""}
    assert shown == decided | {"messages": [], "last_modified": ""}


@pytest.mark.parametrize("body", [{}, {"reason": None}, {"reason": ""}, {"reason": "  "}])
def test_a_reason_is_optional(api: Api, body: dict[str, Any]) -> None:
    """Without one no message is written to the guest."""
    event = make_event()
    rsvp = make_rsvp(event)
    response = api.post(f"{rsvp.path}/reject", body, event.owner_token)
    (logged,) = response.json()["rsvp"]["messages"]
    assert logged["visibility"] == "admin"
    assert api.get(f"{event.path}/rsvps/self", rsvp.token).json()["rsvp"]["messages"] == []


def test_an_owner_deletes_by_id_and_by_token(api: Api) -> None:
    """Both name the answer; another event's answer is a 404 under either."""
    event, other = make_event(), make_event()
    by_id, by_token, foreign = make_rsvp(event), make_rsvp(event), make_rsvp(other)
    references = [str(by_id.id), by_token.token, str(foreign.id), foreign.token, "x", "cvr_x"]
    statuses = [
        api.delete(f"{event.path}/rsvps/{reference}", event.owner_token).status_code
        for reference in references
    ]
    assert statuses == [204, 204, 404, 404, 404, 404]
    assert [rsvp.id for rsvp in Rsvp.objects.all()] == [foreign.id]


def test_an_answer_costs_the_same_at_a_full_event(
    api: Api, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """The lock, the counters and the row, with the bounds of a transaction,
    whoever answered before."""
    empty, full = make_event(), make_event()
    answers = [Rsvp(event_id=full.id, name="G", attendance="going") for _ in range(2000)]
    Rsvp.objects.bulk_create(answers)
    with locked_event(full.id):
        restate(full.id)
    costs = [queries_of(partial(answer, api, event, PLAIN)) for event in (empty, full)]
    assert costs == [5, 5]
    assert full.stored.going_count == 2001
