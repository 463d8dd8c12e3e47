"""Seats of an occurrence are its own: the steps of test_seats, on one of a series, with answers to
all that follow in between."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, multiple, rule

from config.errors import DomainError
from events.models import Event
from rsvps.domain.capacity import Counts, recount
from rsvps.domain.series_answers import answer_following
from tests.makers import MadeEvent, make_series, make_tier, occurrences
from tests.rsvps.domain.seats import (
    ATTENDANCES,
    CAPACITIES,
    GUESTS,
    JOINS,
    STEPS,
    Seats,
    stored_counts,
    take_steps,
)


class SeatsOfSeries(Seats):
    """The first of two occurrences."""

    other: MadeEvent
    # What the second one counts by the answers that were given to both.
    given: Counts

    @initialize(capacity=CAPACITIES, approval=st.booleans())
    def open_doors(self, capacity: int | None, approval: bool) -> None:
        series = make_series("FREQ=WEEKLY;COUNT=2", capacity=capacity, approval_required=approval)
        self.event, self.other = occurrences(series)
        self.tiers = [make_tier(self.event, capacity=2), make_tier(self.event, capacity=None)]
        self.given = Counts()

    @rule(target=Seats.rsvps, attendance=ATTENDANCES, guests=GUESTS, joins=JOINS)
    def answer_both(self, attendance: str, guests: int, joins: bool) -> Any:
        values = {"name": "G", "attendance": attendance, "guest_count": guests}
        values |= {"join_waitlist": joins}
        shown = Event.objects.public()
        try:
            given = answer_following(event=self.event.row, shown=shown, values=values)
        except DomainError:
            return multiple()
        self.given = stored_counts(self.other.id)
        first = next(each for each in given if each.event.id == self.event.id)
        return multiple() if first.rsvp is None else first.rsvp.id

    @invariant()
    def the_other_counts_its_own(self) -> None:
        """Nothing that happens to the first occurrence reaches the second."""
        if hasattr(self, "other"):
            assert stored_counts(self.other.id) == self.given == recount(self.other.id)


@pytest.mark.slow
@pytest.mark.django_db
def test_in_any_order() -> None:
    """After every step, one of both occurrences or of one alone, the counters of both are true."""
    take_steps(SeatsOfSeries, STEPS // 3)
