"""Checks of what is stored: seats, counters, files."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from comments.enums import Author
from comments.models import Message
from events.models import Event, Tier
from operations.doctor.files import file_problems
from operations.doctor.findings import Found, error, ok, several, warning
from operations.recount import find_differences
from rsvps.domain.approval import APPROVED_BY_FORCE
from rsvps.domain.respond import ACCEPTED_BY_FORCE

# Both times of a fresh event are set one after the other.
_FRESH = timedelta(seconds=1)


def check_seats() -> Found:
    """No event or tier that is still to come has more seats taken than it holds, unless an
    organizer forced an answer in or may have lowered the capacity since."""
    logged = Q(content__startswith=ACCEPTED_BY_FORCE) | Q(content__startswith=APPROVED_BY_FORCE)
    forced = Message.objects.filter(logged, event=OuterRef("pk"), author=Author.SYSTEM)
    full = Event.objects.not_over(timezone.now()).annotate(
        forced=Exists(forced),
        small=Exists(Tier.objects.filter(event=OuterRef("pk"), seats_taken__gt=F("capacity"))),
    )
    over = full.filter(seats_taken__gt=F("capacity")) | full.filter(small=True)
    events = list(over.only("id", "created_at", "updated_at"))
    oversold = [
        event
        for event in events
        if not event.forced and event.updated_at - event.created_at < _FRESH  # type: ignore[attr-defined]
    ]
    if oversold:
        return error(f"{several(len(oversold), 'event')} oversold: {_ids(oversold)}.")
    if events:
        why = "by force, or after their capacity was lowered"
        return warning(f"{several(len(events), 'event')} over capacity {why}: {_ids(events)}.")
    return ok("No event holds more than its capacity.")


def check_counters() -> Found:
    """The counters match the RSVPs."""
    differences = find_differences()
    if differences:
        events = len({each.event_id for each in differences})
        return error(
            f"Counters of {several(events, 'event')} are wrong. Run manage.py recount --fix."
        )
    return ok("Every counter matches its RSVPs.")


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


def _ids(events: list[Event]) -> str:
    return ", ".join(str(event.id) for event in events[:3])
