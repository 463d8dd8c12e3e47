"""Checks of what is stored: seats, counters, files."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from comments.models import Report
from events.models import Event, Series, Tier
from operations.commands import several
from operations.doctor.files import file_problems
from operations.doctor.findings import Found, error, ok, warning
from operations.recount import find_differences
from operations.reindex import is_in_step
from rsvps.domain.capacity import overbooked
from rsvps.domain.waitlist import overlooked

_AT_A_TIME = 500
# The worker looks every few seconds.
_LATE = timedelta(days=1)


def check_seats() -> Found:
    """No event or tier that is still to come has more seats taken than it holds and an organizer
    accepted."""
    # Found by a look at all; only then is asked which of them are still to come.
    over = overbooked(unaccepted=False)
    suspects = sorted(
        {
            *Event.objects.filter(over).order_by().values_list("id", flat=True),
            *Tier.objects.filter(over).order_by().values_list("event", flat=True),
        }
    )
    if events := _overbooked(suspects, unaccepted=True):
        return error(f"{several(len(events), 'event')} oversold: {_ids(events)}.")
    if events := _overbooked(suspects, unaccepted=False):
        why = "by force, or after their capacity was lowered"
        return warning(f"{several(len(events), 'event')} over capacity {why}: {_ids(events)}.")
    return ok("No event holds more than its capacity.")


def check_reports() -> Found:
    """Somebody looked at every reported event."""
    if number := Report.objects.filter(settled_at=None, event__taken_down_at=None).count():
        return warning(f"{several(number, 'report')} of events not settled: see the admin.")
    return ok("No reported event waits to be looked at.")


def check_counters() -> Found:
    """The counters match the RSVPs."""
    differences = find_differences()
    if differences:
        events = len({each.event_id for each in differences})
        return error(
            f"Counters of {several(events, 'event')} are wrong. Run manage.py recount --fix."
        )
    return ok("Every counter matches its RSVPs.")


def check_search() -> Found:
    """Search finds events by what they say."""
    if not is_in_step():
        return error("Search does not find every event by what it says. Run manage.py reindex.")
    return ok("Search finds every event by what it says.")


def check_waitlists() -> Found:
    """Nobody waits for seats that are free."""
    if events := overlooked(timezone.now()):
        return error(
            f"Guests of {several(len(events), 'event')} wait for seats that are free: "
            f"{_ids(events)}. Any change of the event gives them out."
        )
    return ok("Nobody waits for seats that are free.")


def check_files() -> Found:
    """Every row has its file, and every file its row."""
    problems = file_problems(timezone.now())
    if problems.missing:
        lost = several(len(problems.missing), "file")
        return error(f"{lost} missing: {', '.join(problems.missing[:3])}.")
    if problems.orphaned:
        left = several(len(problems.orphaned), "file")
        return warning(f"{left} no longer used: {', '.join(problems.orphaned[:3])}.")
    return ok("Every row has its file, and every file its row.")


def check_series() -> Found:
    """Occurrences of series are made in time."""
    late = Series.objects.filter(extend_at__lt=timezone.now() - _LATE).count()
    if late:
        return error(
            f"{several(late, 'series', 'series')} short of occurrences. Run manage.py "
            "extend_series, and see whether the worker runs."
        )
    return ok("Every series has its next occurrences.")


def _overbooked(among: list[UUID], *, unaccepted: bool) -> list[UUID]:
    over = overbooked(unaccepted=unaccepted)
    tiers = Tier.objects.filter(over, event=OuterRef("pk"))
    events = Event.objects.not_over(timezone.now()).filter(over | Exists(tiers))
    found: list[UUID] = []
    for start in range(0, len(among), _AT_A_TIME):
        some = events.filter(pk__in=among[start : start + _AT_A_TIME])
        found += some.values_list("id", flat=True)
    return found


def _ids(events: list[UUID]) -> str:
    return ", ".join(str(event_id) for event_id in events[:3])
