"""What the event's page says by tags: when it is, who hosts, where it is, who comes first."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from pages.part_tags import going_first, hosted_by, in_a_row, place_parts, site_of
from pages.template_tags import ends_in, event_date, event_hours, event_zone
from tests.conftest import Clock

START = datetime(2030, 6, 1, 17, tzinfo=UTC)


def words(html: str) -> str:
    return re.sub("<[^>]+>", "", html)


def test_a_day_has_its_year_when_it_is_another(clock: Clock) -> None:
    assert words(event_date(START, "Europe/Berlin")) == "Saturday, 1 June"
    assert words(event_date(datetime(2031, 1, 2, tzinfo=UTC), "UTC")) == "Thursday, 2 January 2031"


@pytest.mark.parametrize(
    ("hours", "said"),
    [(None, "19:00"), (2.5, "19:00–21:30"), (8, "19:00 – Sun 2 Jun, 03:00")],
)
def test_hours_name_the_last_day_when_it_is_another(
    clock: Clock, hours: float | None, said: str
) -> None:
    end = None if hours is None else START + timedelta(hours=hours)
    assert words(event_hours(START, end, "Europe/Berlin")) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Europe/Berlin", "Berlin time"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "UTC\N{MINUS SIGN}05:00"),
    ],
)
def test_a_zone_is_called_by_its_place(zone: str, said: str) -> None:
    assert event_zone(START, zone) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(1, "ends in 1 minute"), (48, "ends in 48 minutes"), (120, "ends at 16:00")],
)
def test_the_last_minutes_are_counted(clock: Clock, minutes: int, said: str) -> None:
    assert ends_in(clock.now + timedelta(minutes=minutes), "Europe/Berlin") == said


def test_hosts_stand_in_a_sentence() -> None:
    assert words(hosted_by(["Ada"])) == "Hosted by Ada"
    assert words(hosted_by(["Ada", "Zo", "<b>"])) == "Hosted by Ada, Zo and &lt;b&gt;"
    assert in_a_row(["Ada", "<b>"]) == "Ada and &lt;b&gt;"
    assert in_a_row([]) == ""


@pytest.mark.parametrize(
    ("location", "head", "rest"),
    [
        ("Hinterhof, Weserstr. 40, 12045 Berlin", "Hinterhof", "Weserstr. 40, 12045 Berlin"),
        ("Town hall", "Town hall", ""),
        (", then", ", then", ""),
        ("Old mill,", "Old mill,", ""),
    ],
)
def test_a_place_stands_in_two_lines(location: str, head: str, rest: str) -> None:
    assert place_parts(location) == (head, rest)


def test_a_web_address_is_shown_without_its_scheme() -> None:
    assert site_of("https://meet.example.org/x/") == "meet.example.org/x"


def test_those_who_are_going_come_first() -> None:
    rsvps = [SimpleNamespace(attendance=each) for each in ("interested", "going", "going")]
    assert going_first(rsvps, 2) == rsvps[1:]
    assert going_first(rsvps, 3) == [*rsvps[1:], rsvps[0]]
