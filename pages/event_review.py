"""What guests would see differently after a change, for the organizer to look at first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from access.events import SeenEvent
from comments.domain.series_changes import Outcome
from config.dates import day, day_and_time
from events.domain.rehearsal import rehearse
from events.enums import Standing
from events.facts import event_facts
from events.fields import TIMES
from events.rows import EventRow
from pages.event_form import EventForm
from pages.forms import spoken


class SeenChange(NamedTuple):
    """A field by its label, and what it holds before and after, in words."""

    label: str
    old: str
    new: str


def seen_changes(
    event: SeenEvent, act: Callable[[], object]
) -> tuple[list[SeenChange], Outcome | None]:
    """What ``act`` changes of the event for a guest who is going, and what becomes of its series,
    without doing it. What ``act`` refuses is refused."""
    row, done, _ = rehearse(event.row.id, act)
    outcome = done if isinstance(done, Outcome) else None
    if row is None:
        return [], outcome
    before, after = _seen(event.row), _seen(row)
    told = [
        (str(field.label), _words(before, name), _words(after, name))
        for name, field in before.fields.items()
    ]
    return [SeenChange(*each) for each in told if each[1] != each[2]], outcome


def _seen(row: EventRow) -> EventForm:
    return EventForm(event=event_facts(row, Standing.ATTENDEE, timezone.now()))


def _words(form: EventForm, name: str) -> str:
    said = spoken(form, name)
    if said and name in TIMES:
        local = datetime.fromisoformat(said)
        return day_and_time(day(local), local)
    return said
