"""Every time from outside becomes UTC here, and a time plus the clock becomes a status."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol
from zoneinfo import ZoneInfo

from config.cleaners import Moment
from config.errors import Invalid, flaw
from events import limits
from events.enums import Status

_OPEN_ENDED = timedelta(hours=limits.OPEN_ENDED_HOURS)
_REACHABLE = timedelta(days=limits.REACHABLE_DAYS)
_LARGEST_OFFSET = timedelta(minutes=limits.OFFSET_MINUTES)


class Timed(Protocol):
    """What a status is derived from."""

    @property
    def start_time(self) -> datetime: ...
    @property
    def end_time(self) -> datetime | None: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


class Answerable(Timed, Protocol):
    """What decides whether answers are taken."""

    @property
    def rsvps_closed(self) -> bool: ...
    @property
    def rsvp_close_at(self) -> datetime | None: ...


def read_time(text: str, *, field: str) -> datetime:
    """An ISO 8601 text as a datetime, naive when it names no offset. Raises Invalid."""
    return Moment().clean(field, text)


def to_utc(
    moment: datetime,
    *,
    field: str,
    zone: str | None = None,
    offset_minutes: int | None = None,
    stored_zone: str | None = None,
) -> datetime:
    """``moment`` in UTC, to the second.

    An explicit offset is taken as it is. A naive time is read in ``zone`` (IANA), else with
    ``offset_minutes`` (east positive: -300 is UTC-5), else in the event's stored zone, else UTC.
    A time that a clock change skips or repeats is read as the earlier offset says (PEP 495).
    Raises Invalid naming ``field`` outside the years 1970 to 2200, and for an explicit offset of
    more than 14 hours.
    """
    moment = moment.replace(microsecond=0)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone_of(zone, offset_minutes, stored_zone))
    elif abs(moment.utcoffset() or timedelta()) > _LARGEST_OFFSET:
        raise Invalid({field: "bad_offset"})
    try:
        in_utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        in_utc = None
    if in_utc is None or not limits.FIRST_YEAR <= in_utc.year <= limits.LAST_YEAR:
        years = flaw("year_out_of_range", first=limits.FIRST_YEAR, last=limits.LAST_YEAR)
        raise Invalid({field: years})
    return in_utc


def check_offset(minutes: int, *, field: str = "timezone_offset_minutes") -> int:
    """``minutes`` when it is a possible UTC offset (within 14 hours). Raises Invalid."""
    if abs(minutes) > limits.OFFSET_MINUTES:
        raise Invalid({field: "bad_offset"})
    return minutes


def zone_of_offset(minutes: int) -> str | None:
    """The IANA name of a fixed whole-hour offset (-300 is Etc/GMT+5), or None without one."""
    hours, rest = divmod(minutes, 60)
    if rest or not -12 <= hours <= 14:
        return None
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"


def status_of(event: Timed, now: datetime) -> Status:
    """cancelled > ended (end_time, or start + 3 h when open-ended, passed) > live > scheduled."""
    if event.cancelled_at is not None:
        return Status.CANCELLED
    if over_at(event) <= now:
        return Status.ENDED
    return Status.LIVE if event.start_time <= now else Status.SCHEDULED


def over_at(event: Timed) -> datetime:
    """When it ends, or would have if it was cancelled; as the column of that name has it."""
    return event.end_time or event.start_time + _OPEN_ENDED


def next_change(event: Answerable, now: datetime) -> datetime | None:
    """The next moment at which the clock alone changes what is told of the event: RSVPs close, it
    begins, it is over, its hosts can no longer be written to. None when nothing will."""
    ends = over_at(event)
    unreachable = ends + _REACHABLE + timedelta.resolution
    moments = (event.start_time, ends, event.rsvp_close_at, unreachable)
    return min((each for each in moments if each is not None and each > now), default=None)


def is_reachable(event: Timed, now: datetime) -> bool:
    """Whether people may still write to its hosts and be mailed their links to it, even when it was
    cancelled."""
    return over_at(event) >= reachable_since(now)


def reachable_since(now: datetime) -> datetime:
    """The earliest end of an event that is still reachable."""
    return now - _REACHABLE


def rsvps_open(event: Answerable, now: datetime) -> bool:
    """Whether new answers and larger parties are taken: not closed by hand, by time or by the
    event being over or called off. Computed from the clock, never stored."""
    if event.rsvps_closed or (event.rsvp_close_at is not None and event.rsvp_close_at <= now):
        return False
    return status_of(event, now) not in (Status.ENDED, Status.CANCELLED)


def _zone_of(
    zone: str | None, offset_minutes: int | None, stored_zone: str | None
) -> timezone | ZoneInfo:
    if zone:
        return ZoneInfo(zone)
    if offset_minutes is not None:
        return timezone(timedelta(minutes=offset_minutes))
    return ZoneInfo(stored_zone) if stored_zone else UTC
