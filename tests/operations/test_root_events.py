"""root_events: lists, searches and erases events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from comments.domain.messages import announce
from events.domain.lifecycle import cancel_event
from events.models import Event
from tests.conftest import Clock
from tests.makers import make_event, make_rsvp
from tests.root import answer, refusal, run, run_json, written
from tests.tenant_cast import Cast, make_cast

pytestmark = pytest.mark.django_db


def titles(*options: object) -> list[str]:
    """The listed events' titles, in order."""
    return [entry["title"] for entry in run_json("root_events", *options)]


@pytest.fixture
def cast() -> Cast:
    """Two tenants."""
    return make_cast()


def test_an_event_in_the_list(cast: Cast) -> None:
    """Every field, as text and as JSON; a private event too."""
    event = cast.event(
        title="Dinner", channel_name="Club", capacity=3, is_private=True, approval_required=False
    )
    make_rsvp(event, guest_count=1)
    stored = event.stored
    assert run_json("root_events") == [
        {
            "id": str(event.id),
            "status": "scheduled",
            "start_time": written(stored.start_time),
            "title": "Dinner",
            "tenant": cast.tenant.slug,
            "channel": "club",
            "is_private": True,
            "seats_taken": 2,
            "capacity": 3,
            "pending_count": 0,
            "waitlisted_count": 0,
            "created_at": written(stored.created_at),
        }
    ]
    start = f"{stored.start_time:%Y-%m-%d %H:%M}"
    assert run("root_events") == f"{event.id}  scheduled  {start}      2/3  Dinner"


def test_narrowing_the_list(cast: Cast, clock: Clock) -> None:
    """By words, tenant, channel and status; each finds its own and nothing else."""
    tomorrow = clock.now + timedelta(days=1)
    make_event(title="Past", start_time=clock.now - timedelta(days=2))
    make_event(title="Open", start_time=tomorrow, channel_name="Club")
    cast.event(title="Theirs", start_time=tomorrow + timedelta(hours=1))
    called_off = make_event(title="Off", start_time=tomorrow + timedelta(hours=2))
    cancel_event(event_id=called_off.id)
    assert titles() == ["Past", "Open", "Theirs", "Off"]
    assert titles("--search", "OP") == ["Open"]
    assert titles("--tenant", cast.tenant.slug) == ["Theirs"]
    assert titles("--tenant", cast.other.slug) == []
    assert titles("--channel", "club") == ["Open"]
    assert titles("--status", "ended") == ["Past"]
    assert titles("--status", "cancelled") == ["Off"]
    assert titles("--status", "scheduled") == ["Open", "Theirs"]
    assert titles("--limit", 2, "--offset", 1) == ["Open", "Theirs"]
    assert titles("--limit", 0) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tenant", "no"], "tenant_not_found"),
        (["--channel", "no"], "channel_not_found"),
        (["--status", "soon"], "Error: argument --status: invalid choice"),
        (["--search", "a\x00b"], "search: "),
        (["--limit", "-1"], "Error: argument --limit: '-1' is not a whole number of 0 or more"),
        (["--offset", "9" * 30], "Error: argument --offset: "),
        (["--delete", "x"], "Error: argument --delete: 'x' is not a valid id"),
        (["--delete", str(uuid4()), "--yes"], "event_not_found"),
    ],
)
def test_lists_that_are_refused(options: list[str], said: str) -> None:
    """One line that says why."""
    assert refusal("root_events", *options).startswith(said)


def test_the_list_takes_one_query(queries_of: Callable[[Callable[[], Any]], int]) -> None:
    """However many events, of however many channels."""
    for number in range(3):
        make_event(channel_name=f"Room {number}")
    few = queries_of(lambda: run("root_events"))
    for number in range(30):
        make_event(channel_name=f"Hall {number}")
    assert few == queries_of(lambda: run("root_events")) == 1


def test_deleting_an_event(
    monkeypatch: pytest.MonkeyPatch, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """Asked first: anything but yes keeps all; then it is gone with everything on it."""
    kept = make_event(title="Kept")
    event = make_event(title="Gone")
    make_rsvp(event)
    announce(event_id=event.id, content="Soon")
    before = everything_stored()
    for said in ("", "no\n", "y\n"):
        answer(monkeypatch, said)
        assert refusal("root_events", "--delete", event.id) == "Nothing was done."
    assert everything_stored() == before
    answer(monkeypatch, "yes\n")
    said = f"Deleted Gone ({event.id}) with 1 RSVPs."
    assert run("root_events", "--delete", event.id) == said
    assert list(Event.objects.values_list("id", flat=True)) == [kept.id]
    assert event.id.hex not in str(everything_stored()).replace("-", "")


def test_deleting_without_being_asked() -> None:
    """--yes, with --json."""
    event = make_event(title="Gone")
    done = run_json("root_events", "--delete", event.id, "--yes")
    assert done == {"id": str(event.id), "title": "Gone", "rsvps": 0}
    assert not Event.objects.exists()
