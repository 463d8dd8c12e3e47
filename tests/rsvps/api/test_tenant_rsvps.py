"""Answering, and who is coming, in the Tenant API."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from events.domain.lifecycle import cancel_event
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_rsvp
from tests.tenant_cast import EVENTS, Cast, Member, make_cast, make_member, said, soon
from tests.wording import in_words

pytestmark = pytest.mark.once

GOING = {"status": "going"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


def answer(api: Api, event: MadeEvent, by: Member, **values: Any) -> Any:
    """The member answers; going unless said otherwise."""
    return api.post(f"{EVENTS}/{event.id}/rsvp", GOING | values, by.key)


def change(api: Api, rsvp_id: Any, by: Member, **values: Any) -> Any:
    """The member changes an answer."""
    return api.patch(f"{EVENTS}/rsvps/{rsvp_id}", values, by.key)


# --- Answering --------------------------------------------------------------------------------


def test_the_references_example(api: Api, cast: Cast) -> None:
    """201 with the reference's fields, and what more an answer has."""
    event = cast.event()
    body = said(answer(api, event, cast.colleague, response_message="Looking forward to it!"), 201)
    rsvp = Rsvp.objects.get()
    moment = f"{rsvp.created_at:%Y-%m-%dT%H:%M:%SZ}"
    assert body == {
        "id": str(rsvp.pk),
        "event_id": str(event.id),
        "user_id": str(cast.colleague.id),
        "status": "going",
        "approval_status": "approved",
        "waitlist_position": None,
        "response_message": "Looking forward to it!",
        "guest_count": 0,
        "guest_names": [],
        "tier_id": None,
        "form_answers": {},
        "reminders_off": False,
        "ticket": mint(TokenKind.TICKET, rsvp.pk, 1),
        "created_at": moment,
        "updated_at": moment,
    }
    assert rsvp.name == "Colin"


def test_answering_again_changes_the_same_row(api: Api, clock: Clock, cast: Cast) -> None:
    """201 both times; what is not sent again stays."""
    event = cast.event()
    first = said(answer(api, event, cast.colleague, response_message="Yes", guest_count=2), 201)
    clock.advance(hours=1)
    second = said(answer(api, event, cast.colleague, status="not_going"), 201)
    left = {"status": "not_going", "ticket": None, "updated_at": "2030-05-01T13:00:00Z"}
    assert second == first | left
    assert Rsvp.objects.count() == 1
    assert event.stored.seats_taken == 0


def test_each_status(api: Api, cast: Cast) -> None:
    """going holds seats; the others hold none."""
    event = cast.event()
    for status, seats in (("going", 1), ("interested", 0), ("not_going", 0), ("going", 1)):
        assert said(answer(api, event, cast.colleague, status=status), 201)["status"] == status
        assert event.stored.seats_taken == seats


def test_null_clears_the_message(clock: Clock, api: Api, cast: Cast) -> None:
    """An answer without a message says null."""
    event = cast.event()
    body = said(answer(api, event, cast.colleague, response_message="x"), 201)
    cleared = said(change(api, body["id"], cast.colleague, response_message=None), 200)
    assert cleared == body | {"response_message": None}
    assert (
        said(answer(api, event, cast.creator, response_message=None), 201)["response_message"]
        is None
    )


def test_guests(api: Api, cast: Cast) -> None:
    """guest_count takes seats, up to the event's limit."""
    event = cast.event(capacity=4, max_guests_per_rsvp=3)
    body = said(answer(api, event, cast.colleague, guest_count=4), 400)
    assert list(body["errors"]) == ["guest_count"]
    assert said(answer(api, event, cast.colleague, guest_count=3), 201)["guest_count"] == 3
    assert event.stored.seats_taken == 4


# --- Refusals ---------------------------------------------------------------------------------


def test_full(api: Api, cast: Cast) -> None:
    """400 EventFull for going; interested is taken, and a freed seat can be taken."""
    event = cast.event(capacity=1)
    first = said(answer(api, event, cast.creator), 201)
    body = said(answer(api, event, cast.colleague), 400)
    text = in_words("event_full")
    assert body == {
        "detail": text,
        "code": "event_full",
        "error": "EventFull",
        "message": text,
        "waitlist_open": True,
    }
    assert Rsvp.objects.count() == 1
    second = said(answer(api, event, cast.colleague, status="interested"), 201)
    body = said(change(api, second["id"], cast.colleague, status="going"), 400)
    assert body["error"] == "EventFull"
    said(change(api, first["id"], cast.creator, status="not_going"), 200)
    assert said(change(api, second["id"], cast.colleague, status="going"), 200)["status"] == "going"
    assert event.stored.seats_taken == 1


@pytest.mark.parametrize("status", ["going", "interested", "not_going"])
def test_a_cancelled_event_takes_no_answer(api: Api, cast: Cast, status: str) -> None:
    """400 event_cancelled, whatever is answered."""
    event = cast.event()
    cancel_event(event_id=event.id)
    body = said(answer(api, event, cast.colleague, status=status), 400)
    assert (body["code"], "error" in body) == ("event_cancelled", False)
    assert not Rsvp.objects.exists()


def test_an_unchanged_answer_to_a_cancelled_event(api: Api, cast: Cast) -> None:
    """Saying "going" again is not leaving: 400 here as well, and the answer stays as it was."""
    event = cast.event()
    rsvp = said(answer(api, event, cast.colleague), 201)
    cancel_event(event_id=event.id)
    for refused in (
        answer(api, event, cast.colleague),
        change(api, rsvp["id"], cast.colleague, **GOING),
    ):
        assert said(refused, 400)["code"] == "event_cancelled"
    assert Rsvp.objects.get().attendance == "going"


def test_leaving_a_cancelled_event(api: Api, cast: Cast) -> None:
    """The one change that is possible."""
    event = cast.event()
    body = said(answer(api, event, cast.colleague), 201)
    cancel_event(event_id=event.id)
    refused = said(change(api, body["id"], cast.colleague, guest_count=1), 400)
    assert refused["code"] == "event_cancelled"
    left = said(change(api, body["id"], cast.colleague, status="not_going"), 200)
    assert left["status"] == "not_going"
    assert said(answer(api, event, cast.colleague), 400)["code"] == "event_cancelled"


@pytest.mark.parametrize(
    "closing",
    [
        {"rsvps_closed": True},
        {"rsvp_close_at": soon(hours=-1)},
        {"start_time": soon(days=-2)},
    ],
    ids=["by hand", "by time", "by its end"],
)
def test_closed(api: Api, cast: Cast, closing: dict[str, Any]) -> None:
    """400 RSVPsClosed for new answers and for growing; leaving stays possible."""
    event = cast.event(**closing)
    rsvp = make_rsvp(event, user=cast.creator.user, guest_count=1, force=True)
    body = said(answer(api, event, cast.colleague), 400)
    assert (body["code"], body["error"]) == ("rsvps_closed", "RSVPsClosed")
    assert body["message"] == body["detail"]
    assert said(change(api, rsvp.id, cast.creator, guest_count=2), 400)["error"] == "RSVPsClosed"
    said(change(api, rsvp.id, cast.creator, guest_count=0), 200)
    said(change(api, rsvp.id, cast.creator, status="not_going"), 200)
    assert Rsvp.objects.count() == 1


def test_approval(api: Api, cast: Cast) -> None:
    """going waits without a seat until an organizer approves; growing makes it wait again."""
    event = cast.event(approval_required=True)
    body = said(answer(api, event, cast.colleague), 201)
    assert (body["status"], body["approval_status"]) == ("going", "pending")
    assert (event.stored.seats_taken, event.stored.pending_count) == (0, 1)
    approve(event_id=event.id, rsvp_id=body["id"])
    note = said(answer(api, event, cast.colleague, response_message="Hi"), 201)
    assert note["approval_status"] == "approved"
    grown = said(answer(api, event, cast.colleague, guest_count=1), 201)
    assert grown["approval_status"] == "pending"
    interested = said(answer(api, event, cast.creator, status="interested"), 201)
    assert interested["approval_status"] == "approved"


# --- One's own answer -------------------------------------------------------------------------


def test_changing_ones_own(api: Api, clock: Clock, cast: Cast) -> None:
    """Only what is sent changes; nothing sent changes nothing."""
    event = cast.event()
    body = said(answer(api, event, cast.colleague, response_message="x"), 201)
    clock.advance(hours=1)
    assert said(change(api, body["id"], cast.colleague), 200) == body
    changed = said(change(api, body["id"], cast.colleague, status="not_going"), 200)
    left = {"status": "not_going", "ticket": None, "updated_at": "2030-05-01T13:00:00Z"}
    assert changed == body | left


def test_nobody_elses(api: Api, cast: Cast) -> None:
    """403 for others of the tenant, its organizers and the event's creator too."""
    event = cast.event()
    rsvp = make_rsvp(event, user=cast.colleague.user)
    anonymous = make_rsvp(event)
    before = rsvp.stored.updated_at
    for member in (cast.creator, cast.organizer):
        for other in (rsvp.id, anonymous.id):
            body = said(change(api, other, member, status="not_going"), 403)
            assert body == {"detail": in_words("not_your_rsvp"), "code": "not_allowed"}
    assert (rsvp.stored.attendance, rsvp.stored.updated_at) == ("going", before)
    body = said(change(api, uuid4(), cast.colleague, status="not_going"), 404)
    assert body == {"detail": in_words("rsvp_not_found"), "code": "not_found"}


# --- Attendees --------------------------------------------------------------------------------


@pytest.fixture
def hall(cast: Cast) -> MadeEvent:
    """Two listed, one private, one pending, one rejected who go; one interested; one not going."""
    event = cast.event()
    make_rsvp(event, user=cast.colleague.user, name="Colin", note="Window seat")
    make_rsvp(event, name="Listed", guest_count=3, note="allergic to mice")
    make_rsvp(event, name="Quiet", is_private=True)
    for decide, name in ((back_to_pending, "Waiting"), (reject, "Refused")):
        decide(event_id=event.id, rsvp_id=make_rsvp(event, name=name).id)
    make_rsvp(event, name="Perhaps", attendance="interested")
    make_rsvp(event, name="Away", attendance="not_going")
    return event


def test_the_shape_of_an_attendee(api: Api, cast: Cast) -> None:
    """The reference's fields, and what more an answer has."""
    event = cast.event()
    rsvp = make_rsvp(event, user=cast.colleague.user, name="Colin", note="Hello")
    body = said(api.get(f"{EVENTS}/{event.id}/attendees", cast.colleague.key), 200)
    assert body == {
        "total": 1,
        "going_count": 1,
        "interested_count": 0,
        "not_going_count": 0,
        "attendees": [
            {
                "user_id": str(cast.colleague.id),
                "rsvp_id": str(rsvp.id),
                "name": "Colin",
                "status": "going",
                "approval_status": "approved",
                "waitlist_position": None,
                "guest_count": 0,
                "guest_names": [],
                "response_message": "Hello",
                "tier_id": None,
                "form_answers": {},
                "rsvp_created_at": f"{rsvp.stored.created_at:%Y-%m-%dT%H:%M:%SZ}",
            }
        ],
    }


COUNTS = ("total", "going_count", "interested_count", "not_going_count")


def test_who_is_named_and_who_is_counted(api: Api, cast: Cast, hall: MadeEvent) -> None:
    """Private answers are counted and named to organizers only; pending and rejected ones are
    neither for others. Counts are of answers, not of their guests."""
    listed = ["Colin", "Listed", "Perhaps", "Away"]
    everyone = ["Colin", "Listed", "Quiet", "Waiting", "Refused", "Perhaps", "Away"]
    for who in ("creator", "organizer", "colleague", "publishable"):
        organizes = who in ("creator", "organizer")
        for path in ("attendees", "rsvps"):
            body = said(api.get(f"{EVENTS}/{hall.id}/{path}", cast.keys[who]), 200)
            counts = [body[name] for name in COUNTS]
            assert counts == ([7, 5, 1, 1] if organizes else [5, 3, 1, 1])
            names = [each["name"] for each in body["attendees"]]
            assert names == (everyone if organizes else listed)


def test_messages_are_for_their_writer_and_organizers(
    api: Api, cast: Cast, hall: MadeEvent
) -> None:
    """Nobody else reads them; nobody gets a token, an address or an internal column."""
    mine, other = "Window seat", "allergic to mice"
    for who, told in {
        "creator": {mine, other},
        "organizer": {mine, other},
        "colleague": {mine},
        "publishable": set(),
    }.items():
        for path in ("attendees", "rsvps"):
            text = api.get(f"{EVENTS}/{hall.id}/{path}", cast.keys[who]).content.decode()
            assert {note for note in (mine, other) if note in text} == told
            assert "cvr_" not in text
            assert ('"email"' in text, "@" in text) == (False, False)


@pytest.mark.parametrize("path", ["attendees", "rsvps"])
def test_status_filter(api: Api, cast: Cast, hall: MadeEvent, path: str) -> None:
    """Narrows the answers and the total; the three counts stay."""
    for status, names, total in (
        ("going", ["Colin", "Listed"], 3),
        ("interested", ["Perhaps"], 1),
        ("not_going", ["Away"], 1),
    ):
        url = f"{EVENTS}/{hall.id}/{path}"
        body = said(api.get(url, cast.colleague.key, status_filter=status), 200)
        assert [each["name"] for each in body["attendees"]] == names
        assert [body[name] for name in COUNTS] == [total, 3, 1, 1]
    body = said(api.get(f"{EVENTS}/{hall.id}/{path}", cast.creator.key, status_filter="going"), 200)
    assert [body[name] for name in COUNTS] == [5, 5, 1, 1]


@pytest.mark.parametrize("path", ["attendees", "rsvps"])
@pytest.mark.parametrize("bad", ["yes", "GOING", "going,interested", "\0"], ids=repr)
def test_a_bad_status_filter(api: Api, cast: Cast, hall: MadeEvent, path: str, bad: str) -> None:
    """400 naming it."""
    url = f"{EVENTS}/{hall.id}/{path}"
    body = said(api.get(url, cast.colleague.key, status_filter=bad), 400)
    assert list(body["errors"]) == ["status_filter"]


def test_slices_of_answers(api: Api, cast: Cast) -> None:
    """offset, limit and has_more over the rows one may read; every row once, in one order."""
    event = cast.event()
    for number in range(5):
        make_rsvp(event, name=f"Guest {number}")
        make_rsvp(event, is_private=True)
    path = f"{EVENTS}/{event.id}/rsvps"
    names = [f"Guest {number}" for number in range(5)]
    for offset, limit in ((0, 2), (2, 2), (4, 2), (3, 2), (0, 5), (5, 1)):
        body = said(api.get(path, cast.colleague.key, offset=offset, limit=limit), 200)
        assert (body["offset"], body["limit"], body["total"]) == (offset, limit, 10)
        assert body["has_more"] is (offset + limit < 5)
        assert [each["name"] for each in body["attendees"]] == names[offset : offset + limit]
    assert said(api.get(path, cast.colleague.key), 200)["limit"] == 50
    for bad in ({"limit": "101"}, {"limit": "0"}, {"offset": "-1"}, {"offset": "x"}):
        body = said(api.get(path, cast.colleague.key, **bad), 400)
        assert body["errors"].keys() == bad.keys()


def test_the_unpaged_list_has_an_end(api: Api, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Past its limit the attendees are cut; the counts still tell the truth."""
    monkeypatch.setattr("rsvps.api.tenant.MOST_ATTENDEES", 2)
    event = cast.event()
    for _ in range(3):
        make_rsvp(event, user=make_member(cast.tenant).user)
    body = said(api.get(f"{EVENTS}/{event.id}/attendees", cast.colleague.key), 200)
    assert (len(body["attendees"]), body["total"], body["going_count"]) == (2, 3, 3)
