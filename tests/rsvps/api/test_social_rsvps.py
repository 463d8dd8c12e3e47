"""Answering events in the Social API: made, changed, waiting, refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from events.domain.lifecycle import cancel_event
from events.models import Event
from rsvps.domain.approval import approve, reject
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_question, make_rsvp, make_tier
from tests.social_cast import Social, make_social, paths, refused
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = pytest.mark.once

Stored = Callable[[], Any]
STATUSES = ("going", "interested", "not_going")


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


def answer(
    social: Social, event: MadeEvent, status: str = "going", who: str = "colleague", **more: Any
) -> Any:
    """The caller's answer."""
    return social.send("POST", f"events/{event.id}/rsvp", {"status": status} | more, who)


def response_of(answered: Any) -> dict[str, Any]:
    """The one answer in an answer."""
    (body,) = said(answered, 200)["eventResponses"]
    return dict(body)


def counts(event: MadeEvent) -> tuple[int, int, int, int, int]:
    """Seats taken, going, interested, not going, pending."""
    stored = event.stored
    return (
        stored.seats_taken,
        stored.going_count,
        stored.interested_count,
        stored.not_going_count,
        stored.pending_count,
    )


# --- Made and changed -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_answer(social: Social, clock: Clock, method: str) -> None:
    """Every field, with the event as it is after it, both people and the cover."""
    event = social.rich()
    path = f"events/{event.id}/rsvp"
    body = said(social.send(method, path, {"status": "going"}, "colleague"), 200)
    cast = social.cast
    assert body["eventResponses"] == [
        {
            "eventId": str(event.id),
            "userId": str(cast.colleague.id),
            "userPublicId": str(cast.colleague.id),
            "userInternalId": str(cast.colleague.id),
            "status": "going",
            "approvalStatus": "approved",
            "waitlistPosition": None,
            "respondedAt": "2030-05-01T12:00:00Z",
            "createdAt": "2030-05-01T12:00:00Z",
            "updatedAt": "2030-05-01T12:00:00Z",
        }
    ]
    assert body["events"] == [social.only(event)]
    assert body["events"][0]["rsvpCount"] == 1
    people = {each["userId"]: each["displayName"] for each in body["users"]}
    assert people == {str(cast.creator.id): "Cora", str(cast.colleague.id): "Colin"}
    assert [each["fileId"] for each in body["files"]] == [str(event.stored.cover_id)]
    assert body.keys() == {"events", "eventResponses", "users", "files"}
    rsvp = Rsvp.objects.get()
    assert (rsvp.name, rsvp.user_id, rsvp.guest_count) == ("Colin", cast.colleague.id, 0)


def test_changing_ones_mind(social: Social, clock: Clock) -> None:
    """One answer for each account, whatever the method; the counts follow."""
    event = social.event(capacity=1)
    expected = {
        "going": (1, 1, 0, 0, 0),
        "interested": (0, 0, 1, 0, 0),
        "not_going": (0, 0, 0, 1, 0),
    }
    for status in (*STATUSES, *STATUSES[::-1]):
        moment = clock.advance(minutes=1)
        method = "PUT" if moment.minute % 2 else "POST"
        sent = {"status": status}
        changed = response_of(social.send(method, f"events/{event.id}/rsvp", sent, "colleague"))
        assert changed["status"] == status
        assert changed["createdAt"] == "2030-05-01T12:01:00Z"
        assert counts(event) == expected[status]
    assert Rsvp.objects.count() == 1


def test_the_same_again(social: Social, clock: Clock) -> None:
    """Changes nothing, the times included."""
    event = social.event()
    first = response_of(answer(social, event))
    clock.advance(hours=1)
    version = event.stored.version
    assert response_of(answer(social, event)) == first
    assert event.stored.version == version


def test_ones_own_event(social: Social) -> None:
    """Its creator comes too, and is sent once."""
    body = said(answer(social, social.event(), who="creator"), 200)
    assert [each["userId"] for each in body["users"]] == [str(social.cast.creator.id)]


def test_ones_answer_is_read(social: Social) -> None:
    """By its writer, whatever it is; 404 before there is one, for an organizer too."""
    event = social.event(approval_required=True)
    make_rsvp(event, user=social.cast.creator.user)
    path = f"events/{event.id}/me/rsvp"
    for who in ("colleague", "organizer"):
        missing = said(social.get(path, who), 404)
        assert missing == refused("rsvp_not_found")
    for status in STATUSES:
        given = said(answer(social, event, status), 200)
        assert said(social.get(path), 200) == given
    rsvp = Rsvp.objects.get(user=social.cast.colleague.user)
    response_of(answer(social, event))
    reject(event_id=event.id, rsvp_id=rsvp.pk)
    assert response_of(social.get(path))["approvalStatus"] == "rejected"


# --- Waiting ----------------------------------------------------------------------------------


def test_an_answer_that_waits(social: Social) -> None:
    """Pending without a seat and without the place, until it is approved."""
    event = social.event(approval_required=True, location="Here")
    body = said(answer(social, event), 200)
    assert body["eventResponses"][0]["approvalStatus"] == "pending"
    assert (body["events"][0]["location"], body["events"][0]["rsvpCount"]) == (None, 0)
    assert counts(event) == (0, 0, 0, 0, 1)
    approve(event_id=event.id, rsvp_id=Rsvp.objects.get().pk)
    body = said(social.get(f"events/{event.id}/me/rsvp"), 200)
    assert body["eventResponses"][0]["approvalStatus"] == "approved"
    assert (body["events"][0]["location"], body["events"][0]["rsvpCount"]) == ("Here", 1)
    assert response_of(answer(social, event, "interested"))["approvalStatus"] == "approved"
    assert response_of(answer(social, event))["approvalStatus"] == "pending"


# --- Refused ----------------------------------------------------------------------------------


def refusal(answered: Any) -> tuple[str, str, str | None]:
    """Code, sentence and the reference's own name of a 400."""
    body = said(answered, 400)
    return body["code"], body["detail"], body.get("error")


FULL = ("event_full", in_words("event_full"), "EventFull")
CLOSED = ("rsvps_closed", in_words("rsvps_closed"), "RSVPsClosed")
CANCELLED = ("event_cancelled", in_words("event_cancelled"), None)


def test_a_full_event(social: Social, everything_stored: Stored) -> None:
    """No seat, but interest is always welcome; a seat that is freed is there for the next."""
    event = social.event(capacity=1)
    first = make_rsvp(event, user=social.cast.creator.user)
    stored = everything_stored()
    assert refusal(answer(social, event)) == FULL
    assert everything_stored() == stored
    assert response_of(answer(social, event, "interested"))["status"] == "interested"
    assert refusal(answer(social, event)) == FULL
    assert response_of(answer(social, event, "not_going", "creator"))["status"] == "not_going"
    assert first.stored.attendance == "not_going"
    assert response_of(answer(social, event))["status"] == "going"
    assert counts(event) == (1, 1, 0, 1, 0)


@pytest.mark.parametrize("how", ["by hand", "by the clock", "ended"])
def test_a_closed_event(social: Social, clock: Clock, how: str, everything_stored: Stored) -> None:
    """No new answer and no switching to going; leaving is always possible."""
    event = social.event(
        start_time="2030-05-02T12:00Z",
        rsvp_close_at="2030-05-02T10:00Z" if how == "by the clock" else None,
    )
    make_rsvp(event, user=social.cast.creator.user)
    make_rsvp(event, user=social.cast.organizer.user, attendance="interested")
    if how == "by hand":
        Event.objects.filter(pk=event.id).update(rsvps_closed=True)
    else:
        clock.advance(hours=22 if how == "by the clock" else 48)
    for who in ("colleague", "organizer"):  # the use of a key is noted now and then
        social.get("events", who)
    stored = everything_stored()
    for status in STATUSES:
        assert refusal(answer(social, event, status)) == CLOSED
    assert refusal(answer(social, event, who="organizer")) == CLOSED
    assert everything_stored() == stored
    assert response_of(answer(social, event, "interested", "creator"))["status"] == "interested"
    assert response_of(answer(social, event, "not_going", "organizer"))["status"] == "not_going"


def test_a_cancelled_event(social: Social, everything_stored: Stored) -> None:
    """No answer; leaving is possible."""
    event = social.event()
    make_rsvp(event, user=social.cast.creator.user)
    cancel_event(event_id=event.id)
    stored = everything_stored()
    for status in STATUSES:
        assert refusal(answer(social, event, status)) == CANCELLED
    assert refusal(answer(social, event, "interested", "creator")) == CANCELLED
    assert everything_stored() == stored
    body = said(answer(social, event, "not_going", "creator"), 200)
    assert body["eventResponses"][0]["status"] == "not_going"
    assert body["events"][0]["status"] == "cancelled"


def test_an_unknown_event(social: Social) -> None:
    """404, whatever is asked of it; what is no id is no address."""
    for method, path in (
        ("POST", "rsvp"),
        ("PUT", "rsvp"),
        ("GET", "rsvp"),
        ("GET", "me/rsvp"),
    ):
        gone = social.send(method, f"events/{uuid4()}/{path}", {"status": "going"})
        assert said(gone, 404) == refused("event_not_found")
        assert social.send(method, f"events/x/{path}", {}).status_code == 404


# --- Tickets ----------------------------------------------------------------------------------


def test_an_event_that_hands_out_tickets(social: Social) -> None:
    """One must be named when there are several; it has room of its own."""
    event = social.event()
    small, large = make_tier(event, name="Small", capacity=1), make_tier(event, name="Large")
    body = said(answer(social, event), 400)
    assert (body["code"], body["errors"]) == (
        "tier_required",
        {"tierId": [in_words("tier_required")]},
    )
    assert response_of(answer(social, event, "interested"))["status"] == "interested"
    assert response_of(answer(social, event, tierId=str(small.pk)))["status"] == "going"
    full = answer(social, event, who="creator", tierId=str(small.pk))
    assert said(full, 400)["code"] == "tier_full"
    assert response_of(answer(social, event, who="creator", tierId=str(large.pk)))
    held = dict(Rsvp.objects.values_list("user", "tier"))
    assert held == {social.cast.colleague.id: small.pk, social.cast.creator.id: large.pk}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"is_active": False}, "tier_inactive"),
        ({"price_cents": 100}, "tier_not_free"),
        (None, "tier_unknown"),
    ],
)
def test_tickets_that_cannot_be_had(
    social: Social, values: dict[str, Any] | None, code: str, everything_stored: Stored
) -> None:
    """400 with the rule's own code names the field."""
    event, other = social.event(), social.event()
    make_tier(event)
    tier = make_tier(other if values is None else event, **(values or {}))
    stored = everything_stored()
    body = said(answer(social, event, tierId=str(tier.pk)), 400)
    assert (body["code"], list(body["errors"])) == (code, ["tierId"])
    assert everything_stored() == stored


def test_a_tickets_form(social: Social) -> None:
    """Answers are checked question by question, and named as they were sent."""
    event = social.event()
    tier = make_tier(event)
    why = make_question(tier, required=True)
    colour = make_question(tier, "select")

    def named(**answers: Any) -> list[str]:
        return paths(answer(social, event, tierId=str(tier.pk), formAnswers=answers))

    assert named() == [f"formAnswers.{why.pk}"]
    given = {str(why.pk): "Because", str(colour.pk): "green"}
    assert named(**given) == [f"formAnswers.{colour.pk}"]
    given[str(colour.pk)] = "red"
    assert named(**given | {str(uuid4()): "x"})[0].startswith("formAnswers.")
    assert response_of(answer(social, event, tierId=str(tier.pk), formAnswers=given))
    assert Rsvp.objects.get().answers == given


# --- Who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *(("creator", 200), ("colleague", 200), ("organizer", 200), ("superuser", 200)),
        *(("publishable", 403), ("reads", 403), ("outsider", 404), ("no tenant", 400)),
        *(("anonymous", 401), ("revoked", 401), ("expired", 401)),
    ],
)
def test_who_answers(social: Social, who: str, status: int, everything_stored: Stored) -> None:
    """Every member of the tenant with a key that writes, a private event by its id too."""
    for event in (social.event(), social.event(is_private=True)):
        stored = everything_stored()
        assert answer(social, event, who=who).status_code == status
        assert (everything_stored() == stored) is (status != 200)


def test_a_reading_key_reads_its_users_answer(social: Social) -> None:
    """It is somebody, unlike a public key."""
    event = social.event()
    make_rsvp(event, user=social.cast.creator.user)
    for path in (f"events/{event.id}/me/rsvp", "events/me/rsvps"):
        assert response_of(social.get(path, "reads"))["userId"] == str(social.cast.creator.id)
        assert social.get(path, "publishable").status_code == 403
