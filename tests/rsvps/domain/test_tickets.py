"""Which ticket an answer holds: chosen, taken by default, changed, forced; and its code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.domain.tokens import mint, read, verify
from accounts.enums import TokenKind
from config.errors import DomainError, Invalid
from events.domain.lifecycle import cancel_event
from events.models import Tier
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, create_rsvp, rotate_guest_link
from rsvps.domain.tickets import ticket_code
from rsvps.domain.tiers import update_tier
from rsvps.errors import (
    AlreadyRsvped,
    EventFull,
    RsvpsClosed,
    TicketRefused,
    TierFull,
    TierInactive,
    TierNotFree,
    TierRequired,
    TierUnknown,
)
from rsvps.models import Rsvp
from tests.makers import MadeEvent, MadeRsvp, make_event, make_question, make_rsvp, make_tier

pytestmark = pytest.mark.django_db
Stored = Callable[[], Any]


@pytest.fixture
def event() -> MadeEvent:
    """An event without tiers."""
    return make_event()


def change(rsvp: MadeRsvp, *, force: bool = False, **values: Any) -> None:
    """Changes the answer."""
    event_id = rsvp.stored.event_id
    change_rsvp(event_id=event_id, rsvp_id=rsvp.id, values=values, force=force)


def sold(tier: Tier) -> int:
    """The seats the tier counts."""
    return Tier.objects.get(pk=tier.pk).seats_taken


# --- Choosing ---------------------------------------------------------------------------------


@pytest.mark.once
def test_an_event_without_tiers_asks_for_none(event: MadeEvent) -> None:
    """As ever; naming one is naming none of this event."""
    assert make_rsvp(event).stored.tier_id is None
    with pytest.raises(TierUnknown):
        make_rsvp(event, tier_id=uuid4())


def test_a_ticket_is_taken_by_its_tier(event: MadeEvent) -> None:
    """The party's seats count in the event and in that tier."""
    first, second = make_tier(event), make_tier(event)
    rsvp = make_rsvp(event, tier_id=second.pk, guest_count=2)
    assert rsvp.stored.tier_id == second.pk
    assert (sold(first), sold(second), event.stored.seats_taken) == (0, 3, 3)


REFUSALS: dict[str, type[TicketRefused]] = {
    "unknown": TierUnknown,
    "foreign": TierUnknown,
    "inactive": TierInactive,
    "paid": TierNotFree,
    "none": TierRequired,
}


@pytest.mark.once
@pytest.mark.parametrize("which", REFUSALS)
def test_tickets_that_cannot_be_had(
    event: MadeEvent, everything_stored: Stored, which: str
) -> None:
    """Each with its code, under tier_id, to new and to present guests; nothing is written."""
    mine, _ = make_tier(event), make_tier(event)
    tiers: dict[str, UUID | None] = {
        "unknown": uuid4(),
        "foreign": make_tier(make_event()).pk,
        "inactive": make_tier(event, is_active=False).pk,
        "paid": make_tier(event, price_cents=1).pk,
        "none": None,
    }
    there = make_rsvp(event, tier_id=mine.pk)
    stored = everything_stored()
    for act in (
        lambda: make_rsvp(event, tier_id=tiers[which]),
        lambda: change(there, tier_id=tiers[which], name="New"),
    ):
        with pytest.raises(TicketRefused) as refused:
            act()
        assert type(refused.value) is REFUSALS[which]
        assert refused.value.keys == {"tier_id": [refused.value.code]}
        assert everything_stored() == stored


def test_a_tier_that_is_switched_off_says_so_before_its_price(event: MadeEvent) -> None:
    """A paid tier that is not handed out is inactive."""
    tier = make_tier(event, is_active=False, price_cents=5)
    with pytest.raises(TierInactive):
        make_rsvp(event, tier_id=tier.pk)


DEFAULTS: list[tuple[list[dict[str, Any]], int | None]] = [
    ([{}], 0),
    ([{"is_active": False}, {}], 1),
    ([{"price_cents": 5}, {}], 1),
    ([{"is_active": False}], None),
    ([{"is_active": False}, {"is_active": False, "price_cents": 5}], None),
]


@pytest.mark.parametrize(("tiers", "taken"), DEFAULTS)
def test_the_only_ticket_is_taken_unnamed(
    event: MadeEvent, tiers: list[dict[str, Any]], taken: int | None
) -> None:
    """The one tier that is handed out, free and asks nothing; none where none are handed out."""
    made = [make_tier(event, **values) for values in tiers]
    expected = None if taken is None else made[taken].pk
    assert make_rsvp(event).stored.tier_id == expected
    assert make_rsvp(event, tier_id=None).stored.tier_id == expected


@pytest.mark.parametrize(
    "tiers",
    [
        [{}, {}],
        [{"price_cents": 5}],
        [{"questions": [{"label": "Tea?"}]}],
        [{"questions": [{"label": "Tea?"}]}, {"price_cents": 5}],
    ],
)
def test_a_choice_has_to_be_made(event: MadeEvent, tiers: list[dict[str, Any]]) -> None:
    """Of several, of a paid one, of one that asks something; not by who does not come."""
    for values in tiers:
        make_tier(event, **values)
    with pytest.raises(TierRequired):
        make_rsvp(event)
    maybe = make_rsvp(event, attendance="interested")
    assert maybe.stored.tier_id is None
    with pytest.raises(TierRequired):
        change(maybe, attendance="going")
    assert maybe.stored.attendance == "interested"


def test_a_retired_question_asks_nothing(event: MadeEvent) -> None:
    """The tier is taken unnamed again."""
    tier = make_tier(event)
    make_question(tier, required=True, is_active=False)
    assert make_rsvp(event).stored.tier_id == tier.pk


def test_a_full_tier(event: MadeEvent) -> None:
    """TierFull is an EventFull with its own code; the event's own end comes first."""
    tier, other = make_tier(event, capacity=2), make_tier(event)
    make_rsvp(event, tier_id=tier.pk)
    with pytest.raises(TierFull) as refused:
        make_rsvp(event, tier_id=tier.pk, guest_count=1)
    assert (refused.value.code, refused.value.key) == ("tier_full", "tier_full")
    make_rsvp(event, tier_id=tier.pk)
    make_rsvp(event, tier_id=other.pk)
    update_event(event=event.row, values={"capacity": 3})
    with pytest.raises(EventFull) as event_full:
        make_rsvp(event, tier_id=tier.pk)
    assert event_full.value.code == "event_full"
    assert (sold(tier), sold(other), event.stored.seats_taken) == (2, 1, 3)


# --- Changing ---------------------------------------------------------------------------------


def test_another_tier_moves_the_seats(event: MadeEvent) -> None:
    """Even when the event is full: the party takes no further seat of it."""
    update_event(event=event.row, values={"capacity": 3})
    first, second = make_tier(event), make_tier(event, capacity=3)
    rsvp = make_rsvp(event, tier_id=first.pk, guest_count=2)
    change(rsvp, tier_id=second.pk)
    assert (sold(first), sold(second), event.stored.seats_taken) == (0, 3, 3)
    change(rsvp, tier_id=first.pk, guest_count=0)
    assert (sold(first), sold(second), event.stored.seats_taken) == (1, 0, 1)


def test_another_tier_needs_room_for_the_party(event: MadeEvent) -> None:
    """Else the party keeps the seats it has."""
    first, second = make_tier(event), make_tier(event, capacity=2)
    rsvp = make_rsvp(event, tier_id=first.pk, guest_count=2)
    with pytest.raises(TierFull):
        change(rsvp, tier_id=second.pk)
    assert rsvp.stored.tier_id == first.pk
    assert (sold(first), sold(second)) == (3, 0)


@pytest.mark.once
def test_what_has_nothing_to_do_with_tickets_asks_for_none(event: MadeEvent) -> None:
    """A guest from before the tiers, or of one that was switched off, may still edit and leave."""
    before = make_rsvp(event)
    tier = make_tier(event)
    inside = make_rsvp(event)
    make_tier(event)
    update_tier(event_id=event.id, tier_id=tier.pk, values={"is_active": False})
    for rsvp in (before, inside):
        change(rsvp, name="New", guest_count=1)
        change(rsvp, attendance="going")
        change(rsvp, attendance="not_going")
    assert (before.stored.tier_id, inside.stored.tier_id) == (None, tier.pk)
    assert (sold(tier), event.stored.seats_taken) == (0, 0)


def test_who_comes_back_takes_the_ticket_they_had(event: MadeEvent) -> None:
    """While it is handed out; else another has to be named."""
    tier, other = make_tier(event), make_tier(event)
    rsvp = make_rsvp(event, tier_id=tier.pk)
    change(rsvp, attendance="not_going")
    change(rsvp, attendance="going")
    assert (rsvp.stored.tier_id, sold(tier)) == (tier.pk, 1)
    change(rsvp, attendance="not_going")
    update_tier(event_id=event.id, tier_id=tier.pk, values={"is_active": False})
    with pytest.raises(TierInactive):
        change(rsvp, attendance="going")
    change(rsvp, attendance="going", tier_id=other.pk)
    assert (sold(tier), sold(other)) == (0, 1)


def test_who_does_not_come_may_give_the_ticket_back(event: MadeEvent) -> None:
    """null takes it off the answer, and its answers with it."""
    tier = make_tier(event)
    tea = make_question(tier)
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers={str(tea.pk): "Yes"})
    change(rsvp, attendance="not_going", tier_id=None)
    assert (rsvp.stored.tier_id, rsvp.stored.answers) == (None, {})


def test_a_change_of_ticket_waits_where_approval_is_asked() -> None:
    """The old seats are free at once; approving takes those of the new tier."""
    event = make_event(approval_required=True)
    first, second = make_tier(event), make_tier(event)
    rsvp = make_rsvp(event, tier_id=first.pk)
    approve(event_id=event.id, rsvp_id=rsvp.id)
    assert (sold(first), sold(second)) == (1, 0)
    change(rsvp, tier_id=first.pk)
    assert rsvp.stored.approval == "approved"
    change(rsvp, tier_id=second.pk)
    assert (rsvp.stored.approval, sold(first), sold(second)) == ("pending", 0, 0)
    approve(event_id=event.id, rsvp_id=rsvp.id)
    assert (sold(first), sold(second)) == (0, 1)


def test_approving_asks_the_tier_for_room() -> None:
    """As answering does."""
    event = make_event(approval_required=True, waitlist=False)
    tier = make_tier(event, capacity=1)
    first, second = make_rsvp(event), make_rsvp(event)
    approve(event_id=event.id, rsvp_id=first.id)
    with pytest.raises(TierFull):
        approve(event_id=event.id, rsvp_id=second.id)
    reject(event_id=event.id, rsvp_id=first.id)
    approve(event_id=event.id, rsvp_id=second.id)
    assert sold(tier) == 1


def test_a_closed_event_changes_no_ticket(event: MadeEvent, everything_stored: Stored) -> None:
    """Its answers may still be corrected; the same ticket named again is no change."""
    tier, other = make_tier(event), make_tier(event)
    tea = make_question(tier)
    rsvp = make_rsvp(event, tier_id=tier.pk)
    update_event(event=event.row, values={"rsvps_closed": True})
    stored = everything_stored()
    with pytest.raises(RsvpsClosed):
        change(rsvp, tier_id=other.pk)
    assert everything_stored() == stored
    change(rsvp, tier_id=tier.pk, form_answers={str(tea.pk): "Yes"})
    assert rsvp.stored.answers == {str(tea.pk): "Yes"}
    change(rsvp, attendance="not_going", tier_id=other.pk)
    assert sold(tier) == 0


@pytest.mark.parametrize("values", [{"tier_id": None}, {"form_answers": {}}, {"name": "New"}])
def test_a_cancelled_event_changes_nothing(event: MadeEvent, values: dict[str, Any]) -> None:
    """No ticket and no form of an answer that stands."""
    make_tier(event)
    rsvp = make_rsvp(event)
    cancel_event(event_id=event.id)
    with pytest.raises(DomainError) as refused:
        change(rsvp, **values)
    assert refused.value.code == "event_cancelled"


# --- Once per address ---------------------------------------------------------------------------


@pytest.mark.parametrize("attendance", ["going", "interested", "not_going"])
def test_an_address_answers_once_where_that_is_asked(event: MadeEvent, attendance: str) -> None:
    """Whatever its case and however it answered; another event does not count."""
    values = {"name": "Kim", "attendance": "going", "email": "KIM@Example.org"}
    make_rsvp(make_event(), email="kim@example.org")
    make_rsvp(event, email="kim@example.org", attendance=attendance)
    seats = event.stored.seats_taken
    with pytest.raises(AlreadyRsvped) as refused:
        create_rsvp(event_id=event.id, values=values, once_per_email=True)
    assert refused.value.code == "already_rsvped"
    assert (event.stored.seats_taken, Rsvp.objects.of_event(event.id).count()) == (seats, 1)
    create_rsvp(event_id=event.id, values=values)
    assert Rsvp.objects.of_event(event.id).count() == 2


# --- Codes ------------------------------------------------------------------------------------


def test_a_code_is_there_while_the_guest_attends(event: MadeEvent) -> None:
    """Going and approved, with a tier or without; the same one when they come back."""
    rsvp = make_rsvp(event)
    code = rsvp.ticket
    assert code == mint(TokenKind.TICKET, rsvp.id, 1)
    assert code.startswith("cvt_")
    for leave, back in (
        (lambda: change(rsvp, attendance="interested"), lambda: change(rsvp, attendance="going")),
        (
            lambda: back_to_pending(event_id=event.id, rsvp_id=rsvp.id),
            lambda: approve(event_id=event.id, rsvp_id=rsvp.id),
        ),
        (
            lambda: reject(event_id=event.id, rsvp_id=rsvp.id),
            lambda: approve(event_id=event.id, rsvp_id=rsvp.id),
        ),
    ):
        leave()
        assert ticket_code(rsvp.row) is None
        back()
        assert ticket_code(rsvp.row) == code


def test_a_new_link_is_a_new_code(event: MadeEvent) -> None:
    """Token and ticket end together; neither proves the other."""
    rsvp = make_rsvp(event)
    old = rsvp.ticket
    rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
    assert rsvp.ticket == mint(TokenKind.TICKET, rsvp.id, 2) != old
    token, ticket = read(rsvp.token), read(rsvp.ticket)
    assert token is not None
    assert ticket is not None
    assert token.mac != ticket.mac
    assert not verify(ticket._replace(mac=token.mac), 1)
    assert not verify(ticket, 1)
    assert verify(ticket, 2)


@pytest.mark.once
def test_answers_to_nothing_are_refused(event: MadeEvent) -> None:
    """An answer without a ticket has no form; an empty one is no answer."""
    with pytest.raises(Invalid) as refused:
        make_rsvp(event, form_answers={"x": 1})
    assert refused.value.keys == {"form_answers": ["no_form"]}
    assert make_rsvp(event, form_answers={}).stored.answers == {}
