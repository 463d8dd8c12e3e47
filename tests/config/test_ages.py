"""How long ago something was, and how far off it is, in as few words as can be."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.dates import ago, days_away

# A Saturday; in Tokyo it is Sunday already.
NOW = datetime(2026, 11, 28, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("2026-11-28T15:31", "now"),
        ("2026-11-28T15:29:30", "now"),
        ("2026-11-28T15:18", "12 min"),
        ("2026-11-28T14:31", "59 min"),
        ("2026-11-28T14:30", "1 h"),
        ("2026-11-28T00:10", "15 h"),
        ("2026-11-27T23:59", "yesterday"),
        ("2026-11-27T00:00", "yesterday"),
        ("2026-11-26T23:59", "Thu"),
        ("2026-11-22T00:00", "Sun"),
        ("2026-11-21T23:59", "Sat 21 Nov"),
        ("2025-11-21T23:59", "Fri 21 Nov 2025"),
    ],
)
def test_how_long_ago(then: str, said: str) -> None:
    assert ago(datetime.fromisoformat(then).replace(tzinfo=UTC), NOW) == said


def test_a_day_is_that_of_the_zone() -> None:
    """In Tokyo it is half past midnight."""
    tokyo = ZoneInfo("Asia/Tokyo")
    assert ago(datetime(2026, 11, 28, 14, 0, tzinfo=UTC).astimezone(tokyo), NOW) == "yesterday"
    assert days_away(datetime(2026, 11, 28, 23, 0, tzinfo=UTC).astimezone(tokyo), NOW) == "today"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-28", "today"),
        ("2026-11-29", "tomorrow"),
        ("2026-11-27", "yesterday"),
        ("2026-12-08", "in 10 days"),
        ("2026-11-18", "10 days ago"),
        ("2027-02-26", "in 90 days"),
        ("2027-02-27", ""),
        ("2026-08-29", ""),
    ],
)
def test_how_far_off(day: str, said: str) -> None:
    assert days_away(datetime.fromisoformat(f"{day}T23:30").replace(tzinfo=UTC), NOW) == said
