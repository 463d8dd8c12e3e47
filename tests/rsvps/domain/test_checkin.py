"""Tickets at the door: admitted once, told twice, taken back, refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from access.actors import actor_from
from access.events import at_door
from access.standing import standing
from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from config.errors import Conflict, NotAllowed, NotFound, Unauthenticated
from events.domain.lifecycle import cancel_event
from events.enums import Standing
from events.models import EventLink
from rsvps.domain.approval import back_to_pending, reject
from rsvps.domain.checkin import (
    DoorCounts,
    check_in,
    door_counts,
    rsvp_of_ticket,
    undo_check_in,
)
from rsvps.domain.respond import change_rsvp, delete_rsvp, rotate_guest_link
from rsvps.errors import EventCancelled, TicketRevoked, TicketUnknown
from rsvps.facts import CheckInFacts, door_guests, latest_check_ins
from rsvps.models import CheckIn
from tests.conftest import Clock
from tests.makers import (
    MadeEvent,
    MadeRsvp,
    make_door,
    make_event,
    make_link,
    make_rsvp,
    make_tier,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(clock: Clock) -> MadeEvent:
    """An event without guests, and a clock that stands still."""
    return make_event()


def scans() -> dict[UUID, bool]:
    """Every scan stored, and whether it let somebody in."""
    return dict(CheckIn.objects.values_list("id", "admitted"))


# --- Admission ----------------------------------------------------------------------------------


def test_a_ticket_is_admitted_once(event: MadeEvent, clock: Clock) -> None:
    """The first scan counts; the second is told of it, and both are kept."""
    rsvp = make_rsvp(event, guest_count=2)
    first, second = uuid4(), uuid4()
    opened = clock.now
    admission = check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=first)
    assert (admission.first.id, admission.repeated) == (first, False)
    assert admission.rsvp == rsvp.row
    clock.advance(minutes=5)
    again = check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=second)
    assert (again.first, again.repeated) == (admission.first, True)
    assert scans() == {first: True, second: False}
    assert rsvp.stored.checked_in_at == opened


def test_by_name_as_by_ticket(event: MadeEvent) -> None:
    """The two ways name one guest; spaces around a code do not matter."""
    rsvp = make_rsvp(event)
    assert not check_in(event_id=event.id, rsvp_id=rsvp.id).repeated
    assert check_in(event_id=event.id, ticket=f" {rsvp.ticket}\n").repeated


def test_a_scan_that_is_sent_again_is_one(event: MadeEvent) -> None:
    """The first one stays the first, a repeated one repeated; nothing is stored anew."""
    rsvp = make_rsvp(event)
    ids = [uuid4(), uuid4()]
    told = [
        check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=ids[n]) for n in (0, 1, 0, 1, 0)
    ]
    assert [each.repeated for each in told] == [False, True, False, True, False]
    assert {each.first for each in told} == {told[0].first}
    assert scans() == {ids[0]: True, ids[1]: False}


def test_a_scan_belongs_to_its_ticket(event: MadeEvent) -> None:
    """Its id under another ticket, of another event too, is a conflict, and stores nothing."""
    other = make_event()
    scan = uuid4()
    check_in(event_id=event.id, ticket=make_rsvp(event).ticket, scan_id=scan)
    for place in (event, other):
        with pytest.raises(Conflict) as refused:
            check_in(event_id=place.id, ticket=make_rsvp(place).ticket, scan_id=scan)
        assert refused.value.key == "scan_of_another"
    assert scans() == {scan: True}


def test_the_devices_clock(event: MadeEvent, clock: Clock) -> None:
    """A scan made while offline keeps its time; one from the future is from now."""
    early, late = make_rsvp(event), make_rsvp(event)
    seen = clock.now - timedelta(hours=2)
    check_in(event_id=event.id, ticket=early.ticket, scanned_at=seen)
    check_in(event_id=event.id, ticket=late.ticket, scanned_at=clock.now + timedelta(days=1))
    assert (early.stored.checked_in_at, late.stored.checked_in_at) == (seen, clock.now)
    stored = set(CheckIn.objects.values_list("scanned_at", "received_at"))
    assert stored == {(seen, clock.now), (clock.now, clock.now)}


def test_the_door_is_remembered(event: MadeEvent) -> None:
    """By its label, which the second scan is told; a link that goes leaves the check-in."""
    token = make_door(event, "North gate")
    link = EventLink.objects.get(label="North gate")
    rsvp = make_rsvp(event)
    check_in(event_id=event.id, ticket=rsvp.ticket, link_id=link.pk)
    again = check_in(event_id=event.id, ticket=rsvp.ticket)
    assert (again.first.door, again.repeated) == ("North gate", True)
    assert actor_from([token]).link_to(event.id) is not None
    link.delete()
    assert check_in(event_id=event.id, ticket=rsvp.ticket).first.door is None


def test_the_database_admits_one(event: MadeEvent) -> None:
    """Whatever code writes: a second admitted row for a guest is refused by the constraint."""
    rsvp = make_rsvp(event)
    check_in(event_id=event.id, rsvp_id=rsvp.id)
    row = {"event_id": event.id, "rsvp_id": rsvp.id, "scanned_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.create(admitted=True, **row)
    CheckIn.objects.create(admitted=False, **row)


# --- Tickets that do not count ------------------------------------------------------------------


def test_what_is_no_ticket_to_this_event(event: MadeEvent, root_token: str) -> None:
    """Garbage, tokens of other kinds, forged codes and another event's tickets: one refusal."""
    rsvp, foreign = make_rsvp(event), make_rsvp(make_event())
    gone = make_rsvp(event)
    ticket_of_the_gone = gone.ticket
    delete_rsvp(event_id=event.id, rsvp_id=gone.id)
    forged = rsvp.ticket[:-2] + ("AA" if rsvp.ticket[-2:] != "AA" else "BA")
    for code in (
        *("", " ", "garbage", "cvt_", "\0", "é" * 47, "x" * 100_000, rsvp.ticket[:-1]),
        *(rsvp.token, event.owner_token, root_token, make_door(event)),
        *(forged, rsvp.ticket.upper(), rsvp.token.replace("cvr_", "cvt_")),
        *(foreign.ticket, ticket_of_the_gone),
        *(mint(TokenKind.TICKET, uuid4(), 1), mint(TokenKind.TICKET, event.id, 1)),
        *(mint(TokenKind.TICKET, rsvp.id, 2), mint(TokenKind.TICKET, rsvp.id, 0)),
    ):
        for act in (check_in, undo_check_in):
            with pytest.raises(TicketUnknown):
                act(event_id=event.id, ticket=code)
    assert scans() == {}


def leave(event: MadeEvent, rsvp: MadeRsvp) -> None:
    """The guest does not come."""
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": "not_going"})


def reconsider(event: MadeEvent, rsvp: MadeRsvp) -> None:
    """The guest may come."""
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": "interested"})


def turn_down(event: MadeEvent, rsvp: MadeRsvp) -> None:
    """The organizer says no."""
    reject(event_id=event.id, rsvp_id=rsvp.id)


def make_wait(event: MadeEvent, rsvp: MadeRsvp) -> None:
    """The organizer has to think."""
    back_to_pending(event_id=event.id, rsvp_id=rsvp.id)


def rotate(event: MadeEvent, rsvp: MadeRsvp) -> None:
    """The guest gets a new link, twice."""
    for _ in range(2):
        rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)


REVOKED: dict[str, Callable[[MadeEvent, MadeRsvp], None]] = {
    "left": leave,
    "interested": reconsider,
    "rejected": turn_down,
    "pending": make_wait,
    "rotated": rotate,
}


@pytest.mark.parametrize("how", REVOKED)
def test_a_ticket_that_counts_no_more(event: MadeEvent, how: str) -> None:
    """TicketRevoked; so it is by name, unless the guest has a new ticket that counts."""
    rsvp = make_rsvp(event)
    old = rsvp.ticket
    REVOKED[how](event, rsvp)
    with pytest.raises(TicketRevoked):
        check_in(event_id=event.id, ticket=old)
    assert scans() == {}
    if how == "rotated":
        assert not check_in(event_id=event.id, ticket=rsvp.ticket).repeated
        return
    with pytest.raises(TicketRevoked):
        check_in(event_id=event.id, rsvp_id=rsvp.id)
    assert scans() == {}


def test_a_cancelled_event_admits_nobody(event: MadeEvent) -> None:
    """Nor a guest found by name; a check-in from before can be taken back."""
    rsvp, early = make_rsvp(event), make_rsvp(event)
    check_in(event_id=event.id, rsvp_id=early.id)
    cancel_event(event_id=event.id)
    for named in ({"ticket": rsvp.ticket}, {"rsvp_id": rsvp.id}, {"rsvp_id": early.id}):
        with pytest.raises(EventCancelled):
            check_in(event_id=event.id, **named)
    undo_check_in(event_id=event.id, rsvp_id=early.id)
    assert early.stored.checked_in_at is None


def test_a_guest_of_another_event_is_not_found(event: MadeEvent) -> None:
    """By name, like one that does not exist."""
    foreign = make_rsvp(make_event())
    for rsvp_id in (foreign.id, uuid4()):
        for act in (check_in, undo_check_in):
            with pytest.raises(NotFound):
                act(event_id=event.id, rsvp_id=rsvp_id)
    with pytest.raises(NotFound):
        check_in(event_id=uuid4(), ticket=foreign.ticket)


def test_whose_ticket(event: MadeEvent) -> None:
    """The answer the code was made for, whether it attends or not."""
    rsvp = make_rsvp(event)
    code = rsvp.ticket
    leave(event, rsvp)
    assert rsvp_of_ticket(event.id, code).pk == rsvp.id


# --- Taking back --------------------------------------------------------------------------------


def test_a_check_in_is_taken_back(event: MadeEvent, clock: Clock) -> None:
    """The row says when; the party is admitted anew, and a third scan is told of that."""
    rsvp = make_rsvp(event)
    first, anew = uuid4(), uuid4()
    check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=first)
    clock.advance(minutes=1)
    assert undo_check_in(event_id=event.id, ticket=rsvp.ticket) == rsvp.row
    assert rsvp.stored.checked_in_at is None
    assert CheckIn.objects.get().undone_at == clock.now
    clock.advance(minutes=1)
    assert not check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=anew).repeated
    assert rsvp.stored.checked_in_at == clock.now
    assert check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=first).first.id == anew
    assert scans() == {first: False, anew: True}


def test_a_scan_that_was_taken_back_does_not_come_again(event: MadeEvent) -> None:
    """The device that sends it late is told so; nobody is admitted by it."""
    rsvp, scan = make_rsvp(event), uuid4()
    check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=scan)
    undo_check_in(event_id=event.id, rsvp_id=rsvp.id)
    with pytest.raises(Conflict) as refused:
        check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=scan)
    assert refused.value.key == "check_in_undone"
    assert rsvp.stored.checked_in_at is None


def test_taking_back_nothing_changes_nothing(event: MadeEvent, clock: Clock) -> None:
    """Twice, or before; of who left since too."""
    rsvp = make_rsvp(event)
    undo_check_in(event_id=event.id, ticket=rsvp.ticket)
    code = rsvp.ticket
    check_in(event_id=event.id, ticket=code)
    leave(event, rsvp)
    for _ in range(2):
        undo_check_in(event_id=event.id, ticket=code)
        clock.advance(hours=1)
    assert CheckIn.objects.get().undone_at == clock.now - timedelta(hours=2)


# --- What the door knows ------------------------------------------------------------------------


def test_counts_at_the_door(event: MadeEvent, queries_of: Any) -> None:
    """Tickets and people who attend, and those who arrived; nobody else. One query."""
    assert door_counts(event.id) == DoorCounts(0, 0, 0, 0)
    inside, gone = make_rsvp(event, guest_count=2), make_rsvp(event, guest_count=1)
    make_rsvp(event, guest_count=3)
    make_rsvp(event, attendance="interested")
    turn_down(event, make_rsvp(event))
    foreign = make_rsvp(make_event())
    for rsvp in (inside, gone, foreign):
        check_in(event_id=rsvp.stored.event_id, rsvp_id=rsvp.id)
    assert door_counts(event.id) == DoorCounts(3, 9, 2, 5)
    leave(event, gone)
    assert door_counts(event.id) == DoorCounts(2, 7, 1, 3)
    undo_check_in(event_id=event.id, rsvp_id=inside.id)
    assert door_counts(event.id) == DoorCounts(2, 7, 0, 0)
    assert queries_of(lambda: door_counts(event.id)) == 1


def test_scans_as_the_door_reads_them(event: MadeEvent, clock: Clock) -> None:
    """Newest first, repeated and undone ones too, with name, ticket and door."""
    make_door(event, "Gate")
    link = EventLink.objects.get(label="Gate")
    rsvp = make_rsvp(event, name="Kim", guest_count=1, tier_id=make_tier(event, name="VIP").pk)
    ids = [uuid4() for _ in range(3)]
    start = clock.now
    check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=ids[0], link_id=link.pk)
    clock.advance(minutes=1)
    undo_check_in(event_id=event.id, rsvp_id=rsvp.id)
    for number in (1, 2):
        check_in(event_id=event.id, ticket=rsvp.ticket, scan_id=ids[number])
        clock.advance(minutes=1)
    common = {
        "event_id": event.id,
        "rsvp_id": rsvp.id,
        "name": "Kim",
        "guest_count": 1,
        "tier": "VIP",
    }
    minute = timedelta(minutes=1)
    moments = [start, start + minute, start + 2 * minute]
    rows = [
        CheckInFacts(
            id=ids[n],
            link_label="Gate" if n == 0 else None,
            admitted=n == 1,
            scanned_at=moments[n],
            received_at=moments[n],
            undone_at=moments[1] if n == 0 else None,
            **common,
        )
        for n in (2, 1, 0)
    ]
    assert latest_check_ins(event.id) == rows
    assert [(row.door, row.party_size) for row in rows] == [(None, 2), (None, 2), ("Gate", 2)]
    assert latest_check_ins(event.id, 1) == rows[:1]
    assert latest_check_ins(make_event().id) == []


def test_guests_found_by_name(event: MadeEvent) -> None:
    """Who attends this event, in any case of letters, by name; so many and no more."""
    for name in ("Ann Lee", "anna", "Hannah", "Bob"):
        make_rsvp(event, name=name, email="anna@example.org")
    make_rsvp(event, name="Anna Away", attendance="not_going")
    turn_down(event, make_rsvp(event, name="Anna Rejected"))
    make_rsvp(make_event(), name="Anna Elsewhere")
    found = door_guests(event.id, "ANN")
    assert sorted(guest.name for guest in found) == ["Ann Lee", "Hannah", "anna"]
    assert [guest.name for guest in door_guests(event.id, "ANN", 2)] == [
        guest.name for guest in found[:2]
    ]
    assert door_guests(event.id, "example.org") == []


def test_who_may_work_the_door(event: MadeEvent, root_token: str) -> None:
    """Door links, organizers and root; not viewers, guests or another event's door."""
    other = make_event()
    allowed = [make_door(event), make_link(event, LinkRole.COHOST), event.owner_token, root_token]
    refused = [make_link(event, LinkRole.VIEWER), make_rsvp(event).token, make_door(other), "x"]

    def knock(actor: Actor) -> None:
        at_door(actor, event.id)

    for token in allowed:
        knock(actor_from([token]))
    for token in refused:
        with pytest.raises(NotAllowed):
            knock(actor_from([token]))
    with pytest.raises(Unauthenticated):
        knock(ANONYMOUS)
    assert standing(actor_from([allowed[0]]), event.row) == Standing.HELPER
