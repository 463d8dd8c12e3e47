"""What is kept for the public never differs from what would be told anew, neither after any write
of the domain, nor at any moment at which the clock changes something, nor after many of both."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import DomainError
from config.kept import KEPT, arrived
from tests.conftest import Clock, elsewhere, undone
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.writes import CASES, WRITES, Scene, Write, make_scene

pytestmark = pytest.mark.django_db

# The addresses of an event whose answers are the same for everybody.
ADDRESSES = (
    *("/api/v1/events/{id}", "/api/v1/events/{id}/event.ics", "/api/v1/events/{id}/tiers"),
    "/e/{id}",
)
LISTS = (
    *("/", "/api/v1/events", "/api/v1/events?upcoming=true&per_page=1", "/api/v1/events?q=party"),
    *("/api/v1/events?cursor=&per_page=1", "/api/v1/events?cursor=&upcoming=true"),
    *("/channels", "/c/{slug}", "/c/{slug}.ics", "/c/{slug}.atom"),
)
# What belongs to a single visitor on a page.
OWN = re.compile(rb'name="(csrfmiddlewaretoken|form_key)" value="[^"]+"')
Answer = tuple[int, dict[str, str], bytes]
# How many steps the generated test takes, so many of them one after the other, and of how many
# minutes those are that only let time pass.
STEPS = int(os.environ.get("KEPT_STEPS", "24"))
IN_A_ROW = 8
MINUTES = (1, 59, 4 * 60, 24 * 60, 30 * 24 * 60)


def told(client: Client, path: str, **headers: str) -> Answer:
    """An answer without what differs from request to request."""
    client.cookies.clear()
    response = client.get(path, headers=headers)
    kept = {name: text for name, text in response.headers.items() if name != "X-Request-ID"}
    body = response.content
    if kept.get("Content-Encoding") == "gzip":
        # Padded, so its length varies.
        body = gzip.decompress(body)
        kept["Content-Length"] = str(len(body))
    return response.status_code, kept, OWN.sub(rb"\1", body)


def told_anew(client: Client, path: str, **headers: str) -> Answer:
    """The same answer when nothing is kept."""
    KEPT.clear()
    return told(client, path, **headers)


def paths_of(slug: str, *events: MadeEvent) -> list[str]:
    """Every address of these events, and of the lists that show them and their channel."""
    lists = [path.format(slug=slug) for path in LISTS]
    return [*lists, *(path.format(id=event.id) for event in events for path in ADDRESSES)]


# That each write is carried out on PostgreSQL, too, tests/outbox holds, and the generated test
# below that what is kept follows it there.
@pytest.mark.once
@pytest.mark.parametrize(("function", "write"), CASES)
def test_no_write_leaves_a_stale_byte(
    client: Client, clock: Clock, tmp_path: Path, function: Callable[..., Any], write: Write
) -> None:
    scene = make_scene(tmp_path)
    act = write(scene)
    clock.advance(minutes=1)
    paths = paths_of(scene.channel.slug, scene.event, scene.other)
    for path in paths:
        told(client, path)
    act()
    kept = {path: told(client, path) for path in paths}
    assert kept == {path: told_anew(client, path) for path in paths}


@pytest.mark.once
def test_no_moment_leaves_a_stale_byte(client: Client, clock: Clock) -> None:
    """From the day before an event until its hosts can no longer be reached."""
    start = timezone.now().replace(microsecond=0) + timedelta(days=1)
    event = make_event(
        start_time=start,
        end_time=start + timedelta(hours=2),
        rsvp_close_at=start - timedelta(hours=3),
        timezone="Europe/Berlin",
        channel_name="Walks",
    )
    steps = [timedelta(hours=5)] * 3 + [timedelta(hours=3)] * 3
    steps += [timedelta(minutes=29, seconds=50), timedelta(seconds=10), timedelta(seconds=20)] * 5
    steps += [timedelta(hours=6), timedelta(days=29), timedelta(days=1), timedelta(days=400)]
    for step in steps:
        for path in paths_of("walks", event):
            kept = told(client, path)
            assert kept == told_anew(client, path), path
        clock.advance(seconds=step.total_seconds())


@settings(max_examples=STEPS // IN_A_ROW)
@given(
    steps=st.lists(
        st.sampled_from([each for writes in WRITES.values() for each in writes])
        | st.sampled_from(MINUTES),
        min_size=IN_A_ROW,
        max_size=IN_A_ROW,
    )
)
def test_no_order_of_writes_and_moments_leaves_a_stale_byte(
    client: Client, clock: Clock, tmp_path_factory: Any, steps: list[Write | int]
) -> None:
    with undone():
        clock.set(2030, 5, 1, 12)
        scene = make_scene(tmp_path_factory.mktemp("archives"))
        events = [scene.event, scene.other]
        for step in steps:
            if isinstance(step, int):
                clock.advance(minutes=step)
            else:
                attempt(step, scene)
            if scene.event not in events:
                events.append(scene.event)
            for path in paths_of(scene.channel.slug, *events):
                kept = told(client, path)
                assert kept == told_anew(client, path), path


def attempt(write: Write, scene: Scene) -> None:
    """Carries it out, unless what went before leaves no room for it."""
    event = scene.event
    try:
        with transaction.atomic():
            write(scene)()
    except (DomainError, ObjectDoesNotExist, AssertionError):
        scene.event = event


def test_a_kept_page_is_compressed_like_a_new_one(client: Client, clock: Clock) -> None:
    path = ADDRESSES[-1].format(id=make_event(capacity=1).id)
    plain = told(client, path)
    reads_gzip = {"Accept-Encoding": "gzip"}
    new, kept = told_anew(client, path, **reads_gzip), told(client, path, **reads_gzip)
    assert new == kept == (200, plain[1] | {"Content-Encoding": "gzip"}, plain[2])


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


@pytest.mark.alone
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/api/v1/events/{id}", "/", "/api/v1/events?q=party"])
def test_what_was_found_to_hold_does_until_something_is_stored(
    client: Client, clock: Clock, django_assert_num_queries: Any, address: str
) -> None:
    """One statement asks whether anything was; whoever arrives meanwhile shares its answer."""
    event = make_event(title="Party")
    path = address.format(id=event.id)
    first = told(client, path)
    assert told(client, path) == first
    with django_assert_num_queries(1):
        assert told(client, path) == first
    with arrived(), django_assert_num_queries(1):
        assert told(client, path) == told(client, path) == first
    make_rsvp(event)
    with arrived():
        new = told(client, path)
        assert new != first
        with django_assert_num_queries(0):
            assert told(client, path) == new
    elsewhere(partial(make_rsvp, event))
    newest = told(client, path)
    assert newest not in (first, new)
    assert newest == told_anew(client, path)
