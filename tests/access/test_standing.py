"""How close a caller is to an event, and what each standing sees of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from access.actors import actor_from
from access.events import event_for, owned
from access.standing import standing, standings
from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.root import root_token
from accounts.enums import LinkRole
from config.errors import NotAllowed, NotFound, Unauthenticated
from events.enums import Standing
from events.facts import event_facts
from rsvps.domain.approval import back_to_pending, reject
from rsvps.facts import rsvp_facts
from tests.makers import make_event, make_link, make_rsvp, make_tenant, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_capability_tokens() -> None:
    """Each kind of link, and each state of an answer, gives its own standing."""
    event = make_event()
    pending, rejected = make_rsvp(event), make_rsvp(event)
    back_to_pending(event_id=event.id, rsvp_id=pending.id)
    reject(event_id=event.id, rsvp_id=rejected.id)
    expected = {
        event.owner_token: Standing.OWNER,
        make_link(event, LinkRole.COHOST): Standing.OWNER,
        make_link(event, LinkRole.DOOR): Standing.HELPER,
        make_link(event, LinkRole.VIEWER): Standing.HELPER,
        make_link(event, revoked_at=timezone.now()): Standing.PUBLIC,
        make_rsvp(event).token: Standing.ATTENDEE,
        make_rsvp(event, attendance="interested").token: Standing.GUEST,
        make_rsvp(event, attendance="not_going").token: Standing.GUEST,
        pending.token: Standing.GUEST,
        rejected.token: Standing.GUEST,
        root_token(): Standing.ROOT,
        "garbage": Standing.PUBLIC,
    }
    assert {token: standing(actor_from([token]), event.row) for token in expected} == expected


def test_another_events_tokens_give_nothing() -> None:
    """A link and an answer belong to one event."""
    event, other = make_event(), make_event()
    foreign = {
        other.owner_token: Standing.OWNER,
        make_link(other, LinkRole.DOOR): Standing.HELPER,
        make_rsvp(other).token: Standing.ATTENDEE,
    }
    for token, there in foreign.items():
        actor = actor_from([token])
        assert (standing(actor, event.row), standing(actor, other.row)) == (Standing.PUBLIC, there)


def test_the_highest_grant_counts() -> None:
    """A helper who is also going is a helper; with the owner's link besides, an owner."""
    event = make_event()
    tokens = [make_rsvp(event).token, make_link(event, LinkRole.DOOR)]
    assert standing(actor_from(tokens), event.row) == Standing.HELPER
    assert standing(actor_from([*tokens, event.owner_token]), event.row) == Standing.OWNER


def test_accounts() -> None:
    """Creator, staff of the event's tenant and superusers organize; who answered is a guest."""
    tenant = make_tenant()
    creator = make_user(tenant=tenant)
    event = make_event(actor=Actor(presented=True, user_id=creator.pk, tenant_id=tenant.pk))
    going, maybe = make_user(), make_user()
    make_rsvp(event, user=going)
    make_rsvp(event, user=maybe, attendance="interested")
    expected = {
        creator: Standing.OWNER,
        make_user(tenant=tenant, is_staff=True): Standing.OWNER,
        make_user(tenant=tenant): Standing.PUBLIC,
        make_user(tenant=make_tenant("Rival"), is_staff=True): Standing.PUBLIC,
        make_user(is_staff=True): Standing.PUBLIC,
        make_user(is_superuser=True): Standing.ROOT,
        going: Standing.ATTENDEE,
        maybe: Standing.GUEST,
    }
    for user, expectation in expected.items():
        actor = actor_from([], user=user)
        assert standing(actor, event.row) == expectation
        assert standings(actor, [event.row])(event.row) == expectation


def test_staff_without_a_tenant_do_not_organize_events_without_one() -> None:
    """Nobody's event is not every staff member's."""
    actor = actor_from([], user=make_user(is_staff=True))
    assert standing(actor, make_event().row) == Standing.PUBLIC


def test_standings_of_a_list_cost_one_query(queries_of: Callable[[Callable[[], Any]], int]) -> None:
    """Whatever its length; none for a caller without an account."""
    user = make_user()
    rows = [make_event().row for _ in range(9)]
    actor = actor_from([], user=user)
    for caller, cost in ((actor, 1), (ANONYMOUS, 0)):
        assert queries_of(lambda caller=caller: [*map(standings(caller, rows), rows)]) == cost


# --- What each standing sees ------------------------------------------------------------------

GUARDS = list(product([False, True], repeat=2))


@pytest.mark.parametrize("viewer", Standing)
@pytest.mark.parametrize(("approval_required", "hide_location"), GUARDS)
@pytest.mark.parametrize("visibility", ["public", "private"])
def test_the_table(
    viewer: Standing, approval_required: bool, hide_location: bool, visibility: str
) -> None:
    """Place, channel and queue for every standing, guard and visibility of the channel."""
    event = make_event(
        approval_required=approval_required,
        hide_location=hide_location,
        channel_name="Circle",
        channel_visibility=visibility,
        location="Here",
        online_url="https://example.org",
    )
    make_rsvp(event)
    facts = event_facts(event.row, viewer, timezone.now())
    place = viewer >= Standing.ATTENDEE or not (approval_required or hide_location)
    assert (facts.location, facts.online_url, facts.place_hidden) == (
        ("Here", "https://example.org", False) if place else (None, None, True)
    )
    assert (facts.channel is not None) == (visibility == "public" or viewer >= Standing.OWNER)
    assert facts.pending_count == (int(approval_required) if viewer >= Standing.OWNER else None)
    assert facts.standing == viewer


@pytest.mark.parametrize("viewer", Standing)
def test_what_an_answer_tells(viewer: Standing) -> None:
    """Note, address, answers and token: for organizers and for the guest, helpers not."""
    event = make_event()
    rsvp = make_rsvp(event, note="Hi", email="a@example.org")
    everything = ("Hi", "a@example.org", {}, rsvp.token)
    own = rsvp_facts(rsvp.row, viewer, own=True)
    assert (own.note, own.email, own.answers, own.token) == everything
    facts = rsvp_facts(rsvp.row, viewer)
    told = everything if viewer >= Standing.OWNER else (None, None, None, None)
    assert (facts.note, facts.email, facts.answers, facts.token) == told


def test_no_place_is_not_a_hidden_place() -> None:
    """place_hidden tells them apart."""
    facts = event_facts(make_event().row, Standing.PUBLIC, timezone.now())
    assert (facts.location, facts.online_url, facts.place_hidden) == (None, None, False)


def test_spots_left_never_fall_below_none() -> None:
    """An oversold event has no spots left, an unlimited one no number."""
    event = make_event(capacity=1)
    make_rsvp(event, guest_count=3, force=True)
    now = timezone.now()
    assert event_facts(event.row, Standing.PUBLIC, now).spots_left == 0
    assert event_facts(make_event().row, Standing.PUBLIC, now).spots_left is None


# --- Reaching an event ------------------------------------------------------------------------


def test_an_event_is_reached_by_its_id() -> None:
    """Private ones too: the id is the invitation."""
    event = make_event(is_private=True)
    assert event_for(ANONYMOUS, event.id).id == event.id
    with pytest.raises(NotFound):
        event_for(ANONYMOUS, uuid4())


def test_a_caller_of_a_tenant_reaches_its_events_only() -> None:
    """Others, and nobody's, are not there for them."""
    mine, other = make_tenant(), make_tenant("Rival")
    event = make_event(actor=Actor(tenant_id=mine.pk))
    assert event_for(Actor(tenant_id=mine.pk), event.id).id == event.id
    with pytest.raises(NotFound):
        event_for(Actor(tenant_id=other.pk), event.id)
    with pytest.raises(NotFound):
        event_for(Actor(tenant_id=mine.pk), make_event().id)


def test_who_passes_as_an_organizer() -> None:
    """Owner links and root; the others need a credential, or another one."""
    event = make_event()
    for token in (event.owner_token, make_link(event, LinkRole.COHOST), root_token()):
        assert owned(actor_from([token]), event.id).standing >= Standing.OWNER
    with pytest.raises(Unauthenticated):
        owned(ANONYMOUS, event.id)
    for token in (make_rsvp(event).token, make_link(event, LinkRole.DOOR), "garbage"):
        with pytest.raises(NotAllowed):
            owned(actor_from([token]), event.id)
