"""What is kept for the public never differs from what would be told anew, neither after any write
of the domain nor at any moment at which the clock changes something."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.kept import KEPT
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.writes import CASES, Write, make_scene

pytestmark = pytest.mark.django_db

# The addresses of an event whose answers are the same for everybody.
ADDRESSES = (
    *("/api/v1/events/{id}", "/api/v1/events/{id}/event.ics", "/api/v1/events/{id}/tiers"),
    "/e/{id}",
)
LISTS = ("/", "/api/v1/events", "/api/v1/events?upcoming=true&per_page=1", "/api/v1/events?q=party")
# What belongs to a single visitor on a page.
OWN = re.compile(rb'name="(csrfmiddlewaretoken|form_key)" value="[^"]+"')
Answer = tuple[int, dict[str, str], bytes]


def told(client: Client, path: str, **headers: str) -> Answer:
    """An answer without what differs from request to request."""
    client.cookies.clear()
    response = client.get(path, headers=headers)
    kept = {name: text for name, text in response.headers.items() if name != "X-Request-ID"}
    return response.status_code, kept, OWN.sub(rb"\1", response.content)


def told_anew(client: Client, path: str, **headers: str) -> Answer:
    """The same answer when nothing is kept."""
    KEPT.clear()
    return told(client, path, **headers)


def paths_of(*events: MadeEvent) -> list[str]:
    """Every address of these events, and of the lists that show them."""
    return [*LISTS, *(path.format(id=event.id) for event in events for path in ADDRESSES)]


@pytest.mark.parametrize(("function", "write"), CASES)
def test_no_write_leaves_a_stale_byte(
    client: Client, clock: Clock, tmp_path: Path, function: Callable[..., Any], write: Write
) -> None:
    scene = make_scene(tmp_path)
    act = write(scene)
    clock.advance(minutes=1)
    paths = paths_of(scene.event, scene.other)
    for path in paths:
        told(client, path)
    act()
    kept = {path: told(client, path) for path in paths}
    assert kept == {path: told_anew(client, path) for path in paths}


def test_no_moment_leaves_a_stale_byte(client: Client, clock: Clock) -> None:
    """From the day before an event until its hosts can no longer be reached."""
    start = timezone.now().replace(microsecond=0) + timedelta(days=1)
    event = make_event(
        start_time=start,
        end_time=start + timedelta(hours=2),
        rsvp_close_at=start - timedelta(hours=3),
        timezone="Europe/Berlin",
    )
    steps = [timedelta(hours=5)] * 3 + [timedelta(hours=3)] * 3
    steps += [timedelta(minutes=29, seconds=50), timedelta(seconds=10), timedelta(seconds=20)] * 5
    steps += [timedelta(hours=6), timedelta(days=29), timedelta(days=1), timedelta(days=400)]
    for step in steps:
        for path in paths_of(event):
            kept = told(client, path)
            assert kept == told_anew(client, path), path
        clock.advance(seconds=step.total_seconds())


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_is_told_again_after_one_narrow_query(
    client: Client, clock: Clock, django_assert_num_queries: Any, address: str
) -> None:
    event = make_event(hide_location=True, location="Elm Street 1")
    path = address.format(id=event.id)
    first = told(client, path)
    with django_assert_num_queries(1):
        assert told(client, path) == first
    make_rsvp(event)
    assert told(client, path) != first
