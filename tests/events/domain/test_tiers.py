"""Ticket tiers and their forms: what they may hold, and what a change keeps."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from config.errors import Invalid, NotFound
from events import limits
from events.enums import QuestionKind
from events.kinds import exponent_of, is_currency
from events.models import Question, Tier
from rsvps.domain.tiers import create_tier, delete_tier, update_tier
from rsvps.errors import TierInUse
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp, make_tier

pytestmark = pytest.mark.django_db
REQUIRED, NOT_NULL = ["required"], ["null"]
CONTROL = ["control_characters"]
CURRENCY = ["not_a_currency"]


@pytest.fixture
def event() -> MadeEvent:
    """An event without tiers."""
    return make_event()


# --- Making -----------------------------------------------------------------------------------


def test_a_tier_by_its_name_alone(event: MadeEvent) -> None:
    """Free, in euros, unlimited, handed out, asking nothing."""
    tier = make_tier(event, name="  Cafe\u0301 ")
    assert (tier.event_id, tier.name, tier.price_cents, tier.currency) == (
        event.id,
        "Caf\xe9",
        0,
        "EUR",
    )
    assert (tier.capacity, tier.is_active, tier.position, tier.seats_taken) == (None, True, 0, 0)
    assert not tier.questions.exists()


def test_a_tier_with_everything(event: MadeEvent) -> None:
    """Every field, and a form of every kind in its order."""
    asked = [
        {
            "kind": kind,
            "label": f"About {kind}",
            "help": "Say it",
            "required": True,
            **({"options": ["a", "b"]} if "select" in kind else {}),
        }
        for kind in QuestionKind.values
    ]
    values = {
        "name": "VIP",
        "price_cents": 1250,
        "currency": " jpy ",
        "capacity": 3,
        "is_active": False,
        "position": 7,
    }
    tier = make_tier(event, **values, questions=asked)
    stored = {name: getattr(tier, name) for name in values}
    assert stored == values | {"currency": "JPY"}
    kept = [
        (q.kind, q.label, q.help, q.required, q.options, q.position, q.is_active)
        for q in tier.questions.all()
    ]
    assert kept == [
        (kind, f"About {kind}", "Say it", True, ["a", "b"] if "select" in kind else [], n, True)
        for n, kind in enumerate(QuestionKind.values)
    ]


def test_tiers_stand_in_order(event: MadeEvent) -> None:
    """A new one comes last, behind the highest position, unless it says where."""
    make_tier(make_event(), position=99)
    for values in ({}, {}, {"position": 10}, {}, {"position": 1}):
        make_tier(event, **values)
    assert [tier.position for tier in Tier.objects.filter(event_id=event.id)] == [0, 1, 1, 10, 11]


def test_there_is_an_end_to_tiers(event: MadeEvent, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many for an event; one that goes makes room."""
    monkeypatch.setattr(limits, "TIERS", 2)
    first = make_tier(event)
    make_tier(event)
    with pytest.raises(Invalid) as refused:
        make_tier(event)
    assert refused.value.keys == {"name": ["too_many_tiers"]}
    make_tier(make_event())
    delete_tier(event_id=event.id, tier_id=first.pk)
    make_tier(event)


def test_an_unknown_event_gets_no_tier() -> None:
    """NotFound, and nothing is stored."""
    with pytest.raises(NotFound):
        create_tier(event_id=uuid4(), values={"name": "T"})
    assert not Tier.objects.exists()


@pytest.mark.parametrize(
    ("code", "decimals"),
    [("EUR", 2), ("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)],
)
def test_money(code: str, decimals: int) -> None:
    """Current currencies of ISO 4217, each with its number of decimals."""
    assert (is_currency(code), exponent_of(code)) == (True, decimals)


@pytest.mark.parametrize("code", ["DEM", "XXX", "XAU", "XTS", "abc", "", "EU", "EURO", "€", "eur"])
def test_no_money(code: str) -> None:
    """Withdrawn ones, metals, test codes and what was never one."""
    assert (is_currency(code), exponent_of(code)) == (False, None)


BAD: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"name": ""}, {"name": ["blank"]}),
    ({"name": " \t"}, {"name": ["blank"]}),
    ({"name": "a\0"}, {"name": CONTROL}),
    ({"name": None}, {"name": NOT_NULL}),
    ({"name": "x" * (limits.TIER_NAME + 1)}, {"name": ["too_long"]}),
    ({"price_cents": -1}, {"price_cents": ["not_between"]}),
    ({"price_cents": 10**18}, {"price_cents": ["not_between"]}),
    ({"price_cents": 1.5}, {"price_cents": ["not_whole"]}),
    ({"price_cents": True}, {"price_cents": ["not_whole"]}),
    ({"price_cents": None}, {"price_cents": NOT_NULL}),
    *[({"currency": code}, {"currency": CURRENCY}) for code in ("DEM", "XXX", "XAU", "abc", 978)],
    ({"currency": None}, {"currency": NOT_NULL}),
    ({"capacity": 0}, {"capacity": ["not_between"]}),
    ({"capacity": limits.CAPACITY + 1}, {"capacity": ["not_between"]}),
    ({"capacity": "9"}, {"capacity": ["not_whole"]}),
    ({"is_active": 1}, {"is_active": ["not_a_flag"]}),
    ({"is_active": None}, {"is_active": NOT_NULL}),
    ({"position": -1}, {"position": ["not_between"]}),
    ({"position": 10_001}, {"position": ["not_between"]}),
    ({"capacity": 0, "currency": "X"}, {"capacity": ["not_between"], "currency": CURRENCY}),
]


@pytest.mark.once
@pytest.mark.parametrize(("values", "errors"), BAD)
def test_what_a_tier_cannot_hold(
    event: MadeEvent,
    everything_stored: Callable[[], Any],
    values: dict[str, Any],
    errors: dict[str, list[str]],
) -> None:
    """Each refusal names its fields, on making and on changing, and writes nothing at all."""
    tier = make_tier(event, questions=[{"label": "Kept?"}])
    stored = everything_stored()
    with pytest.raises(Invalid) as on_making:
        create_tier(event_id=event.id, values={"name": "New"} | values)
    with pytest.raises(Invalid) as on_changing:
        update_tier(event_id=event.id, tier_id=tier.pk, values=values)
    assert on_making.value.keys == on_changing.value.keys == errors
    assert everything_stored() == stored


def test_the_largest_of_everything_fits(event: MadeEvent) -> None:
    """The limits themselves are allowed, and the database holds them."""
    choice = {"kind": "select", "options": [f"{n:0{limits.OPTION}}" for n in range(50)]}
    text = {"label": "l" * limits.QUESTION_LABEL, "help": "h" * limits.QUESTION_HELP}
    tier = make_tier(
        event,
        name="n" * limits.TIER_NAME,
        price_cents=limits.PRICE_CENTS,
        capacity=limits.CAPACITY,
        position=10_000,
        questions=[choice | text] * limits.QUESTIONS,
    )
    assert tier.questions.count() == limits.QUESTIONS
    assert Tier.objects.get().price_cents == limits.PRICE_CENTS


def test_a_name_is_needed_only_by_a_new_tier(event: MadeEvent) -> None:
    """Changing something else asks for none."""
    with pytest.raises(Invalid) as refused:
        create_tier(event_id=event.id, values={"capacity": 3})
    assert refused.value.keys == {"name": REQUIRED}
    tier = make_tier(event, name="Kept")
    update_tier(event_id=event.id, tier_id=tier.pk, values={"capacity": 3})
    tier.refresh_from_db()
    assert (tier.name, tier.capacity) == ("Kept", 3)


# --- Changing ---------------------------------------------------------------------------------


def test_a_change_is_a_new_version_of_the_event(event: MadeEvent, clock: Clock) -> None:
    """Making, changing, a new form, removing: each once, at its time. Changing nothing is none."""
    seen = [event.stored.version]
    tier = make_tier(event)
    for act in (
        lambda: update_tier(event_id=event.id, tier_id=tier.pk, values={"name": "T"}),
        lambda: update_tier(event_id=event.id, tier_id=tier.pk, values={"questions": []}),
        lambda: update_tier(event_id=event.id, tier_id=tier.pk, values={"unknown": 1}),
        lambda: delete_tier(event_id=event.id, tier_id=tier.pk),
    ):
        seen.append(event.stored.version)
        clock.advance(hours=1)
        act()
    seen.append(event.stored.version)
    assert [later - before for before, later in itertools.pairwise(seen)] == [
        1,
        1,
        1,
        0,
        1,
    ]
    assert event.stored.updated_at == clock.now


def test_capacity_may_fall_below_the_seats_and_be_lifted(event: MadeEvent) -> None:
    """Nobody loses a ticket; null is unlimited."""
    tier = make_tier(event, capacity=3)
    make_rsvp(event, tier_id=tier.pk, guest_count=2)
    for capacity in (1, None):
        update_tier(event_id=event.id, tier_id=tier.pk, values={"capacity": capacity})
        tier.refresh_from_db()
        assert (tier.capacity, tier.seats_taken) == (capacity, 3)


@pytest.mark.parametrize("act", [update_tier, delete_tier])
def test_another_events_tier_is_not_found(event: MadeEvent, act: Callable[..., None]) -> None:
    """Like one that does not exist, and nothing happens to it."""
    foreign = make_tier(make_event(), name="Theirs")
    values = {"values": {"name": "Ours"}} if act is update_tier else {}
    for tier_id in (foreign.pk, uuid4()):
        with pytest.raises(NotFound) as refused:
            act(event_id=event.id, tier_id=tier_id, **values)
        assert refused.value.key == "tier_not_found"
    assert Tier.objects.get().name == "Theirs"


# --- Removing ---------------------------------------------------------------------------------


def test_a_tier_goes_with_its_form(event: MadeEvent) -> None:
    """When nobody holds a ticket of it."""
    tier = make_tier(event, questions=[{"label": "A"}])
    delete_tier(event_id=event.id, tier_id=tier.pk)
    assert not Tier.objects.exists()
    assert not Question.objects.exists()


@pytest.mark.parametrize("attendance", ["going", "interested", "not_going"])
def test_a_tier_in_use_stays(event: MadeEvent, attendance: str) -> None:
    """While any answer names it, one of who left too."""
    tier = make_tier(event, questions=[{"label": "A"}])
    make_rsvp(event, attendance=attendance, tier_id=tier.pk)
    version = event.stored.version
    with pytest.raises(TierInUse) as refused:
        delete_tier(event_id=event.id, tier_id=tier.pk)
    assert refused.value.code == "tier_in_use"
    assert [each.label for each in Question.objects.all()] == ["A"]
    assert event.stored.version == version
