"""Many answers at once: in their order, behind one lock, and what cannot be done is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from comments.domain.bulk import act_on_answers
from comments.enums import BulkAction
from comments.models import Message
from config.errors import Invalid
from events.domain.lifecycle import cancel_event
from outbox.models import Change
from rsvps import limits
from rsvps.domain.bulk import Outcome, choose
from rsvps.domain.capacity import recount
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_rsvp

pytestmark = pytest.mark.django_db


def waiting(number: int, **values: Any) -> MadeEvent:
    """An event with so many parties that wait for approval."""
    event = make_event(approval_required=True, **values)
    for each in range(number):
        make_rsvp(event, name=f"Guest {each:03}", email=f"guest{each}@example.org")
    return event


def ids_of(event: MadeEvent) -> list[Any]:
    return list(Rsvp.objects.of_event(event.id).order_by("created_at").values_list("id", flat=True))


def act(event: MadeEvent, action: str, **words: Any) -> Outcome:
    ids = words.pop("ids", None)
    narrowed = words.pop("narrowed", {} if ids is None else None)
    chosen = choose(ids=ids, narrowed=narrowed)
    return act_on_answers(event_id=event.id, action=BulkAction(action), chosen=chosen, words=words)


def codes(outcome: Outcome) -> list[tuple[str | None, str]]:
    return [(each.name, each.problem.code) for each in outcome.refused]


def test_who_came_first_gets_the_seats_whatever_order_they_are_named_in() -> None:
    """Seats run out in the order of answering."""
    event = waiting(4, capacity=2)
    ids = ids_of(event)
    outcome = act(event, "approve", ids=reversed(ids))
    assert (outcome.done, outcome.waitlisted, outcome.refused) == (ids[:2], ids[2:], [])
    assert event.stored.seats_taken == recount(event.id).seats_taken == 2
    assert (event.stored.pending_count, event.stored.waitlisted_count) == (0, 2)


def test_a_party_that_does_not_fit_lets_a_smaller_one_through() -> None:
    """All that can be done is done."""
    event = make_event(approval_required=True, capacity=2, waitlist=False)
    make_rsvp(event, name="Three", guest_count=2)
    two = make_rsvp(event, name="Two", guest_count=1)
    outcome = act(event, "approve")
    assert (outcome.done, codes(outcome)) == ([two.id], [("Three", "event_full")])


def test_an_answer_of_another_event_is_named_and_not_touched() -> None:
    """So is one that nobody gave; neither tells a name."""
    event, other = waiting(1), waiting(1)
    stranger, nobody = ids_of(other)[0], uuid4()
    outcome = act(event, "remove", ids=[stranger, *ids_of(event), nobody])
    assert len(outcome.done) == 1
    assert [(each.id, each.name, each.problem.key) for each in outcome.refused] == [
        (stranger, None, "rsvp_not_found"),
        (nobody, None, "rsvp_not_found"),
    ]
    assert Rsvp.objects.of_event(other.id).count() == 1


def test_the_filter_is_that_of_the_list() -> None:
    """By answer, approval and text."""
    event = waiting(3)
    maybe = make_rsvp(event, attendance="interested", name="Maybe")
    assert act(event, "pending", narrowed={"attendance": "interested"}).done == [maybe.id]
    assert len(act(event, "approve", narrowed={"q": "guest 001"}).done) == 1
    assert len(act(event, "reject", narrowed={"approval": "approved"}).done) == 1


def test_all_who_are_declined_read_why() -> None:
    """One reason for each."""
    event = waiting(2)
    act(event, "reject", reason="Only members this time.")
    reasons = Message.objects.filter(type="rejection_reason").values_list("content", flat=True)
    assert list(reasons) == ["Only members this time."] * 2


def test_a_message_reaches_each_guest() -> None:
    """As one written to each of them."""
    event = waiting(2)
    act(event, "message", content="Bring a chair.")
    written = Message.objects.filter(type="admin_message", visibility="attendee")
    assert sorted(written.values_list("rsvp_id", flat=True)) == sorted(ids_of(event))


@pytest.mark.once
def test_a_cancelled_event_refuses_each() -> None:
    """By the rule of the single act."""
    event = waiting(2)
    cancel_event(event_id=event.id)
    assert [code for _, code in codes(act(event, "approve"))] == ["event_cancelled"] * 2


@pytest.mark.once
@pytest.mark.parametrize(
    ("action", "words", "wrong"),
    [
        ("message", {"content": " "}, {"content": ["blank"]}),
        ("message", {}, {"content": ["blank"]}),
        ("reject", {"reason": "x" * 2001}, {"reason": ["too_long"]}),
        ("approve", {"reason": "Because"}, {"reason": ["not_of_this_action"]}),
        ("reject", {"content": "Hello"}, {"content": ["not_of_this_action"]}),
    ],
)
def test_wrong_words_change_nothing(
    action: str, words: Any, wrong: Any, everything_stored: Callable[[], Any]
) -> None:
    """They are wrong for all of them alike."""
    event = waiting(2)
    before = everything_stored()
    with pytest.raises(Invalid) as refused:
        act(event, action, **words)
    assert refused.value.keys == wrong
    assert everything_stored() == before


def test_ids_or_a_filter() -> None:
    """One of the two, and not too many."""
    for asked in ({}, {"ids": []}, {"ids": [uuid4()], "narrowed": {}}):
        with pytest.raises(Invalid):
            choose(**asked)  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        choose(ids=[uuid4() for _ in range(limits.AT_ONCE + 1)])
    assert refused.value.keys == {"ids": ["too_many"]}


def test_a_filter_that_finds_too_many_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is to be narrowed first."""
    monkeypatch.setattr(limits, "AT_ONCE", 2)
    event = waiting(3)
    with pytest.raises(Invalid) as refused:
        act(event, "remove")
    assert refused.value.keys == {"filter": ["too_many_answers"]}
    assert len(ids_of(event)) == 3


def test_each_change_is_told_and_one_task_takes_them(settings: Any) -> None:
    """A mail for each guest, as if they had been settled one by one."""
    settings.MAIL_ENABLED = True
    event = waiting(3)
    Change.objects.all().delete()
    act(event, "approve")
    assert list(Change.objects.values_list("kind", flat=True)) == ["rsvp.updated"] * 3


def test_the_queries_of_each_answer_are_few(queries_of: Callable[[Callable[[], Any]], int]) -> None:
    """Each answer more costs as many as the one before."""
    small, large = waiting(2), waiting(12)
    few = queries_of(lambda: act(small, "approve"))
    many = queries_of(lambda: act(large, "approve"))
    assert (many - few) % 10 == 0
    assert (many - few) / 10 <= 8
