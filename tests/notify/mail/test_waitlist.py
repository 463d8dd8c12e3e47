"""What guests on the waitlist and their hosts are told."""

from __future__ import annotations

import pytest

from comments.domain.bulk import act_on_answers
from comments.enums import BulkAction
from rsvps.domain.approval import approve, reject
from rsvps.domain.bulk import choose
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp
from rsvps.domain.tickets import ticket_code
from rsvps.rows import RsvpRow, rsvp_row
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.notify.mail.posting import (
    HOST,
    answer,
    calendar_part,
    entry_of,
    hosted_event,
    letter_to,
    text_of,
    worked,
)

pytestmark = pytest.mark.django_db


def full_house(**values: object) -> MadeEvent:
    """An event of one seat, taken by somebody without an address."""
    event = make_event(**{"capacity": 1, "location": "Cellar 3", "hide_location": True} | values)
    make_rsvp(event, name="Seated")
    worked()
    return event


def row_of(rsvp: RsvpRow) -> RsvpRow:
    row = rsvp_row(rsvp.id)
    assert row is not None
    return row


def test_on_the_waitlist() -> None:
    """Neither ticket nor calendar entry nor place, and the guest's own link."""
    event = full_house()
    answer(event, join_waitlist=True)
    (letter,) = worked()
    assert (letter["To"], letter["Subject"]) == ("ana@example.org", "On the waitlist")
    text = text_of(letter)
    assert "You’re on the waitlist" in text
    assert "You: On the waitlist" in text
    assert "/rsvp/cvr_" in text
    assert "Cellar 3" not in text
    assert "cvt_" not in text
    assert calendar_part(letter) is None


def test_let_in() -> None:
    """Once, with ticket, place and calendar entry."""
    event = full_house()
    rsvp = answer(event, join_waitlist=True)
    worked()
    update_event(event=event.row, values={"capacity": 2})
    (letter,) = worked()
    assert (letter["To"], letter["Subject"]) == ("ana@example.org", "You have a spot now")
    text = text_of(letter)
    code = ticket_code(row_of(rsvp))
    assert code
    assert code in text
    assert "Cellar 3" in text
    assert entry_of(letter)["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert worked() == []


def test_let_in_by_hand() -> None:
    event = full_house()
    rsvp = answer(event, join_waitlist=True)
    worked()
    approve(event_id=event.id, rsvp_id=rsvp.id, force=True)
    assert [letter["Subject"] for letter in worked()] == ["You have a spot now"]


def test_let_in_before_the_first_mail_went_out() -> None:
    """One mail, that tells how the RSVP stands by now."""
    event = full_house()
    answer(event, join_waitlist=True)
    update_event(event=event.row, values={"capacity": 2})
    assert [letter["Subject"] for letter in worked()] == ["You have a spot now"]


def test_approved_and_put_in_line() -> None:
    """And declined later on."""
    event = full_house(approval_required=True)
    update_event(event=event.row, values={"capacity": 1})
    seated = make_rsvp(event)
    approve(event_id=event.id, rsvp_id=seated.id, force=True)
    rsvp = answer(event)
    worked()
    approve(event_id=event.id, rsvp_id=rsvp.id)
    assert [letter["Subject"] for letter in worked()] == ["On the waitlist"]
    reject(event_id=event.id, rsvp_id=rsvp.id)
    assert [letter["Subject"] for letter in worked()] == ["Your RSVP was declined"]


def test_leaving_the_line_tells_nobody() -> None:
    event = full_house()
    rsvp = answer(event, join_waitlist=True)
    worked()
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": "not_going"})
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    assert worked() == []


def test_hosts_hear_of_the_line_once_an_hour(clock: Clock) -> None:
    """And of nobody who left it before the mail went out."""
    event = hosted_event(capacity=1)
    make_rsvp(event)
    worked()
    first = answer(event, join_waitlist=True)
    told = letter_to(HOST, worked())
    assert told["Subject"] == "Waitlist: Garden party"
    assert "1 guest is on the waitlist." in text_of(told)
    second = answer(event, email="bo@example.org", join_waitlist=True)
    assert [letter["To"] for letter in worked()] == ["bo@example.org"]
    clock.advance(hours=1, minutes=1)
    assert "2 guests are on the waitlist." in text_of(letter_to(HOST, worked()))
    last = answer(event, email="cy@example.org", join_waitlist=True)
    for each in (first, second, last):
        delete_rsvp(event_id=event.id, rsvp_id=each.id)
    clock.advance(hours=2)
    assert [letter for letter in worked() if letter["To"] == HOST] == []


def test_a_digest_counts_the_line(clock: Clock) -> None:
    event = hosted_event(capacity=1, host_digest=True)
    make_rsvp(event)
    answer(event, join_waitlist=True)
    worked()
    clock.advance(days=1)
    assert "1 guest is on the waitlist." in text_of(letter_to(HOST, worked()))


def test_let_in_by_what_is_done_to_many() -> None:
    """Once each: those whose seats come free one after the other, and those who are let in by
    hand."""
    event = make_event(capacity=3)
    seated = [make_rsvp(event, name=f"Seated {number}") for number in range(3)]
    waits = [
        answer(event, email=f"guest{number}@example.org", join_waitlist=True) for number in range(4)
    ]
    worked()
    gone = choose(ids=[rsvp.id for rsvp in seated])
    act_on_answers(event_id=event.id, action=BulkAction.REMOVE, chosen=gone)
    letters = worked()
    assert sorted(letter["To"] for letter in letters) == [
        f"guest{number}@example.org" for number in range(3)
    ]
    assert {letter["Subject"] for letter in letters} == {"You have a spot now"}
    update_event(event=event.row, values={"rsvps_closed": True, "capacity": 4})
    assert worked() == []
    by_hand = choose(ids=[rsvp.id for rsvp in waits])
    act_on_answers(event_id=event.id, action=BulkAction.APPROVE, chosen=by_hand)
    assert [letter["To"] for letter in worked()] == ["guest3@example.org"]
