"""The form answers an RSVP carries with its ticket, and what an organizer's force leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from config.errors import Invalid
from events.models import Question, Tier
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp
from rsvps.domain.tiers import update_tier
from rsvps.errors import TierUnknown
from tests.makers import MadeEvent, MadeRsvp, make_event, make_question, make_rsvp, make_tier

pytestmark = pytest.mark.django_db
MISSING = ["answer_needed"]


@pytest.fixture
def event() -> MadeEvent:
    """An event without tiers."""
    return make_event()


@pytest.fixture
def tier(event: MadeEvent) -> Tier:
    """Its one tier, which asks one thing that must be said and one that may."""
    return make_tier(
        event,
        questions=[{"label": "Size?", "required": True}, {"label": "Seats?", "kind": "number"}],
    )


@pytest.fixture
def keys(tier: Tier) -> tuple[str, str]:
    """The ids of its two questions."""
    size, seats = tier.questions.all()
    return str(size.pk), str(seats.pk)


def change(rsvp: MadeRsvp, *, force: bool = False, **values: Any) -> None:
    """Changes the answer."""
    event_id = rsvp.stored.event_id
    change_rsvp(event_id=event_id, rsvp_id=rsvp.id, values=values, force=force)


def test_answers_are_stored_with_the_ticket(
    event: MadeEvent, tier: Tier, keys: tuple[str, str]
) -> None:
    """By question id, cleaned; questions that may stay open may."""
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers={keys[0]: " XL "})
    assert rsvp.stored.answers == {keys[0]: "XL"}
    full = make_rsvp(event, tier_id=tier.pk, form_answers={keys[0]: "S", keys[1]: 2})
    assert full.stored.answers == {keys[0]: "S", keys[1]: 2}


@pytest.mark.parametrize("sent", [{}, {"form_answers": {}}, {"form_answers": None}])
def test_required_questions_want_an_answer(
    event: MadeEvent, tier: Tier, keys: tuple[str, str], sent: dict[str, Any]
) -> None:
    """Of who goes; who does not may leave them open, and answers them when they switch."""
    with pytest.raises(Invalid) as refused:
        make_rsvp(event, tier_id=tier.pk, **sent)
    assert refused.value.keys == {f"form_answers.{keys[0]}": MISSING}
    maybe = make_rsvp(event, tier_id=tier.pk, attendance="interested", **sent)
    with pytest.raises(Invalid) as on_switching:
        change(maybe, attendance="going")
    assert on_switching.value.keys == {f"form_answers.{keys[0]}": MISSING}
    assert (maybe.stored.attendance, event.stored.seats_taken) == ("interested", 0)
    change(maybe, attendance="going", form_answers={keys[0]: "M"})
    assert event.stored.seats_taken == 1


def test_answers_are_replaced_whole(event: MadeEvent, tier: Tier, keys: tuple[str, str]) -> None:
    """What is not sent again is empty; a change that sends none keeps all."""
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers={keys[0]: "S", keys[1]: 2})
    change(rsvp, name="New", guest_count=1)
    assert rsvp.stored.answers == {keys[0]: "S", keys[1]: 2}
    change(rsvp, form_answers={keys[0]: "M"})
    assert rsvp.stored.answers == {keys[0]: "M"}
    with pytest.raises(Invalid) as refused:
        change(rsvp, form_answers={keys[1]: 3})
    assert refused.value.keys == {f"form_answers.{keys[0]}": MISSING}
    assert rsvp.stored.answers == {keys[0]: "M"}


def test_another_tier_has_another_form(event: MadeEvent, tier: Tier, keys: tuple[str, str]) -> None:
    """The answers to the old one go; the new one's are asked."""
    other = make_tier(event)
    food = str(make_question(other, required=True).pk)
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers={keys[0]: "S"})
    with pytest.raises(Invalid) as refused:
        change(rsvp, tier_id=other.pk)
    assert refused.value.keys == {f"form_answers.{food}": MISSING}
    assert (rsvp.stored.tier_id, rsvp.stored.answers) == (tier.pk, {keys[0]: "S"})
    change(rsvp, tier_id=other.pk, form_answers={food: "Soup"})
    assert (rsvp.stored.tier_id, rsvp.stored.answers) == (other.pk, {food: "Soup"})


def test_answers_to_retired_questions_stay(
    event: MadeEvent, tier: Tier, keys: tuple[str, str]
) -> None:
    """Beside new ones, through every change but another tier; they are not asked again."""
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers={keys[0]: "S", keys[1]: 2})
    form = {"questions": [{"id": keys[0], "label": "Size?", "required": True}]}
    update_tier(event_id=event.id, tier_id=tier.pk, values=form)
    assert not Question.objects.get(pk=keys[1]).is_active
    change(rsvp, form_answers={keys[0]: "M"})
    assert rsvp.stored.answers == {keys[0]: "M", keys[1]: 2}
    change(rsvp, attendance="not_going")
    change(rsvp, attendance="going")
    assert rsvp.stored.answers == {keys[0]: "M", keys[1]: 2}
    with pytest.raises(Invalid) as refused:
        change(rsvp, form_answers={keys[0]: "M", keys[1]: 3})
    assert list(refused.value.keys) == [f"form_answers.{keys[1]}"]
    change(rsvp, tier_id=make_tier(event).pk)
    assert rsvp.stored.answers == {}


def test_who_comes_back_answers_what_is_new(
    event: MadeEvent, tier: Tier, keys: tuple[str, str]
) -> None:
    """A question that came since is asked on switching to going, not on a mere edit."""
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers={keys[0]: "S"})
    new = str(make_question(tier, required=True).pk)
    change(rsvp, name="New")
    change(rsvp, attendance="interested")
    with pytest.raises(Invalid) as refused:
        change(rsvp, attendance="going")
    assert refused.value.keys == {f"form_answers.{new}": MISSING}
    change(rsvp, attendance="going", form_answers={keys[0]: "S", new: "Yes"})
    assert rsvp.stored.answers == {keys[0]: "S", new: "Yes"}


# --- Force --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [{"is_active": False}, {"price_cents": 500}, {"capacity": 1}, {"questions": [{"label": "A"}]}],
)
def test_force_takes_any_tier_of_the_event(event: MadeEvent, values: dict[str, Any]) -> None:
    """Switched off, paid, full, or with a form that stays open; its seats are counted."""
    tier = make_tier(event, **values)
    update_event(event=event.row, values={"capacity": 1, "rsvps_closed": True})
    make_rsvp(event, tier_id=tier.pk, force=True)
    late = make_rsvp(event, tier_id=tier.pk, guest_count=1, force=True)
    tier.refresh_from_db()
    assert (late.stored.tier_id, tier.seats_taken, event.stored.seats_taken) == (tier.pk, 3, 3)


def test_force_takes_none(event: MadeEvent, tier: Tier) -> None:
    """A guest without a ticket, where others need one; also by a change."""
    guest = make_rsvp(event, force=True)
    assert guest.stored.tier_id is None
    change(guest, tier_id=tier.pk, force=True)
    change(guest, tier_id=None, force=True)
    tier.refresh_from_db()
    assert (guest.stored.tier_id, tier.seats_taken, event.stored.seats_taken) == (None, 0, 1)


def test_force_leaves_questions_open_and_takes_no_nonsense(
    event: MadeEvent, tier: Tier, keys: tuple[str, str]
) -> None:
    """What is answered is checked all the same; another event's tier is nobody's."""
    rsvp = make_rsvp(event, tier_id=tier.pk, form_answers={keys[1]: 2}, force=True)
    assert rsvp.stored.answers == {keys[1]: 2}
    with pytest.raises(Invalid) as refused:
        make_rsvp(event, tier_id=tier.pk, form_answers={keys[1]: "two"}, force=True)
    assert refused.value.keys == {f"form_answers.{keys[1]}": ["not_a_number"]}
    with pytest.raises(TierUnknown):
        make_rsvp(event, tier_id=make_tier(make_event()).pk, force=True)
    assert event.stored.seats_taken == 1
