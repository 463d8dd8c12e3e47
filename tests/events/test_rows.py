"""The prepared listing is the queryset's own answer, for every set of filters."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from events.models import Event
from events.rows import event_rows, public_listing, public_listing_rows
from tests.makers import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> None:
    """Events that each filter tells apart, two of them at the same moment, one private."""
    for day in (1, 2, 2, 3, 4):
        for kind, channel in (("virtual", "Room"), ("in_person", None)):
            values: dict[str, Any] = {"channel_name": channel} if channel else {}
            make_event(start_time=f"2031-01-0{day}T10:00:00Z", format=kind, **values)
    make_event(start_time="2031-01-02T10:00:00Z", is_private=True, title="Hidden")


def test_every_set_of_filters(events: None) -> None:
    """With markers in place of the values, compiled once, sliced by parameters: the same rows."""
    second = Event.objects.public().order_by("start_time", "id")[1]
    choices: dict[str, Any] = {
        "start_after": Event.objects.order_by("start_time")[2].start_time,
        "start_before": Event.objects.order_by("-start_time")[2].start_time,
        "format": "virtual",
        "channel": "room",
        "upcoming_at": Event.objects.order_by("start_time")[1].over_at,
        "after": None,
        "q": "party",
    }
    seen = set()
    for size in range(len(choices) + 1):
        for names in itertools.combinations(choices, size):
            filters = {name: choices[name] for name in names if name != "after"}
            if "after" in names:
                filters |= {"after_start": second.start_time, "after_id": second.id}
            for start, stop in ((0, 3), (2, 9)):
                expected = event_rows(public_listing(**filters)[start:stop])
                assert public_listing_rows(start, stop, **filters) == expected
                seen.add(len(expected))
    assert len(seen) > 3  # the filters did narrow


def test_other_values_give_other_rows(events: None) -> None:
    """The compiled query keeps no value of its first use."""
    found = {kind: public_listing_rows(0, 50, format=kind) for kind in ("virtual", "in_person")}
    assert {kind: {row.format for row in rows} for kind, rows in found.items()} == {
        "virtual": {"virtual"},
        "in_person": {"in_person"},
    }
