"""Days and times in words, in each language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from config import dates

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, 23, 30, tzinfo=BERLIN)
START = datetime(2026, 11, 28, 19, tzinfo=BERLIN)
END = datetime(2026, 11, 28, 21, 30, tzinfo=BERLIN)
NEXT = datetime(2027, 3, 1, 2, tzinfo=BERLIN)
TO = "\N{EN DASH}"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Sat 28 November 2026", "Sat 28 Nov", "Tomorrow", "November 2026"]),
        ("de", ["Sa, 28. November 2026", "Sa, 28. Nov", "Morgen", "November 2026"]),
        ("fr", ["sam 28 novembre 2026", "sam 28 nov.", "Demain", "novembre 2026"]),
        ("es", ["sáb 28 de noviembre de 2026", "sáb 28 nov.", "Mañana", "noviembre de 2026"]),
    ],
)
def test_days_in_each_language(language: str, said: list[str]) -> None:
    with override(language):
        told = [dates.day(START), dates.short_day(START, NOW), dates.near_day(START, NOW)]
        assert [*told, dates.month(START)] == said


def test_days_are_near_by_the_clock_of_the_zone() -> None:
    """Which a few minutes and a few thousand kilometres decide."""
    assert dates.near_day(NOW, NOW) == "Today"
    tokyo = START.astimezone(ZoneInfo("Asia/Tokyo"))
    assert dates.near_day(tokyo, NOW) == "Tomorrow"
    auckland = START.astimezone(ZoneInfo("Pacific/Auckland"))
    assert dates.near_day(auckland, NOW) == "Tomorrow"
    assert dates.near_day(auckland, NOW.replace(hour=9)) == "Sun 29 Nov"


def test_another_year_is_named() -> None:
    assert dates.short_day(NEXT, NOW) == "Mon 1 Mar 2027"
    assert dates.long_day(NEXT) == "Monday, 1 March 2027"
    assert dates.plain_day(NEXT) == "1 March 2027"


def test_spans() -> None:
    """Within a day and over several."""
    assert dates.span(START, None) == "Sat 28 November 2026, 19:00"
    assert dates.span(START, END) == f"Sat 28 November 2026, 19:00{TO}21:30"
    assert dates.span(START, NEXT) == f"Sat 28 November 2026, 19:00 {TO} Mon 1 March 2027, 02:00"
    assert dates.short_span(START, None, NOW) == "Sat 28 Nov, 19:00"
    assert dates.short_span(START, END, NOW) == f"Sat 28 Nov, 19:00{TO}21:30"
    assert dates.short_span(START, NEXT, NOW) == f"Sat 28 Nov {TO} Mon 1 Mar 2027"


def test_zones() -> None:
    assert (dates.zone_name(START), dates.zone_offset(START)) == ("CET", "UTC+01:00")
    caracas = START.astimezone(ZoneInfo("America/Caracas"))
    assert dates.zone_name(caracas) == dates.zone_offset(caracas) == "UTC\N{MINUS SIGN}04:00"
    assert [dates.zone_place(each) for each in ("America/New_York", "UTC", "Etc/GMT+5")] == [
        *("New York", "", ""),
    ]
