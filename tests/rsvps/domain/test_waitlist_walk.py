"""No change that frees a seat forgets those who wait: each write of the domain is walked."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

import access
import accounts
import comments
import events
import notify
import operations
import pages
import rsvps
from events.domain.lifecycle import cancel_event, uncancel_event
from events.domain.locking import locked_event
from events.models import Event
from operations.archive.reading import import_event
from operations.recount import find_differences
from rsvps.domain.approval import back_to_pending, reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.merging import merge_rsvps
from rsvps.domain.respond import change_rsvp, delete_rsvp, respond_as_account
from rsvps.domain.tiers import update_tier
from rsvps.domain.waitlist import overlooked
from rsvps.models import Rsvp
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp, make_tier, make_user
from tests.operations.archive import Rows, changed, exported
from tests.rsvps.domain.seats import who_fits

pytestmark = pytest.mark.django_db


@dataclass
class Full:
    """An event of two seats, both taken by one party of a ticket with two. Somebody waits for that
    ticket, another ticket is free."""

    event: MadeEvent
    user: Any
    tier: Any
    other: Any
    seated: MadeRsvp
    waiting: MadeRsvp
    folder: Path

    @property
    def on_seated(self) -> dict[str, Any]:
        return {"event_id": self.event.id, "rsvp_id": self.seated.id}

    @property
    def on_tier(self) -> dict[str, Any]:
        return {"event_id": self.event.id, "tier_id": self.tier.pk}

    def change(self, **values: Any) -> None:
        update_event(event=self.event.row, values=values)

    def second_of_seated(self) -> UUID:
        """Another answer of the seated guest, for one, which fills the event."""
        second = make_rsvp(self.event, force=True, tier_id=self.other.pk)
        update_tier(**self.on_tier, values={"capacity": 9})
        self.change(capacity=3)
        return second.id

    def free_while_closed(self) -> Full:
        """With seats that nobody was given, as RSVPs were closed when they came free."""
        self.change(rsvps_closed=True)
        delete_rsvp(**self.on_seated)
        assert self.waiting.stored.approval == "waitlisted"
        return self

    def archive(self) -> Path:
        """The event in a file, which has more seats than there were."""

        def enlarge(rows: Rows) -> None:
            for row in (rows["event"], *rows["tiers"]):
                row["capacity"] = 9

        return changed(exported(self.event, self.folder), enlarge)


@pytest.fixture
def full(tmp_path: Path) -> Full:
    event, user = make_event(capacity=2), make_user()
    tier, other = make_tier(event, capacity=2), make_tier(event, name="Other")
    seated = make_rsvp(event, user=user, guest_count=1, tier_id=tier.pk)
    waiting = make_rsvp(event, join_waitlist=True, tier_id=tier.pk)
    assert waiting.stored.approval == "waitlisted"
    return Full(event, user, tier, other, seated, waiting, tmp_path)


def _shrunk_tier(full: Full) -> Full:
    """The ticket, not the event, is what is full."""
    full.change(capacity=10)
    change_rsvp(event_id=full.event.id, rsvp_id=full.waiting.id, values={"attendance": "not_going"})
    update_tier(**full.on_tier, values={"capacity": 2})
    change_rsvp(
        event_id=full.event.id,
        rsvp_id=full.seated.id,
        values={"guest_count": 1, "tier_id": full.tier.pk},
    )
    back = {"attendance": "going", "join_waitlist": True}
    change_rsvp(event_id=full.event.id, rsvp_id=full.waiting.id, values=back)
    assert full.waiting.stored.approval == "waitlisted"
    return full


Write = Callable[[Full], Callable[[], object]]
# By the function that frees seats, or lets those be taken that are free: what is there before, and
# the write itself.
FREES: Mapping[Callable[..., Any], list[Write]] = {
    delete_rsvp: [lambda f: lambda: delete_rsvp(**f.on_seated)],
    change_rsvp: [
        lambda f: lambda: change_rsvp(**f.on_seated, values={"attendance": "not_going"}),
        lambda f: lambda: change_rsvp(**f.on_seated, values={"guest_count": 0}),
        lambda f: (
            _shrunk_tier(f) and (lambda: change_rsvp(**f.on_seated, values={"tier_id": f.other.pk}))
        ),
    ],
    respond_as_account: [
        lambda f: (
            lambda: respond_as_account(
                event_id=f.event.id,
                user_id=f.user.pk,
                name="N",
                values={"attendance": "interested"},
            )
        ),
    ],
    reject: [lambda f: lambda: reject(**f.on_seated, reason="No")],
    # The larger of two parties stands: here the one that goes frees both its seats.
    merge_rsvps: [lambda f: lambda: merge_rsvps(**f.on_seated, into=f.second_of_seated())],
    back_to_pending: [lambda f: lambda: back_to_pending(**f.on_seated)],
    update_event: [
        lambda f: (
            update_tier(**f.on_tier, values={"capacity": 9}) or (lambda: f.change(capacity=3))
        ),
        lambda f: (
            update_tier(**f.on_tier, values={"capacity": None}) or (lambda: f.change(capacity=None))
        ),
        lambda f: f.free_while_closed() and (lambda: f.change(rsvps_closed=False)),
    ],
    uncancel_event: [
        lambda f: (
            cancel_event(event_id=f.event.id)
            or delete_rsvp(**f.on_seated)
            or (lambda: uncancel_event(event_id=f.event.id))
        ),
    ],
    update_tier: [
        lambda f: _shrunk_tier(f) and (lambda: update_tier(**f.on_tier, values={"capacity": 3})),
        lambda f: _shrunk_tier(f) and (lambda: update_tier(**f.on_tier, values={"capacity": None})),
        lambda f: (
            update_tier(**f.on_tier, values={"is_active": False})
            or delete_rsvp(**f.on_seated)
            or (lambda: update_tier(**f.on_tier, values={"is_active": True}))
        ),
    ],
    find_differences: [
        lambda f: (
            Rsvp.objects.filter(pk=f.seated.id).delete()
            and (lambda: find_differences(event_id=f.event.id, fix=True))
        ),
    ],
    import_event: [
        lambda f: (lambda source: lambda: import_event(source=source, replace=True))(f.archive()),
    ],
}
CASES = [
    pytest.param(write, id=f"{function.__name__}-{number}")
    for function, writes in FREES.items()
    for number, write in enumerate(writes)
]


@pytest.mark.parametrize("write", CASES)
def test_seats_that_come_free_are_given_out(full: Full, write: Write) -> None:
    """In the transaction of the write, counters and all."""
    act = write(full)
    assert full.waiting.stored.approval == "waitlisted"
    act()
    assert full.waiting.stored.approval == "approved"
    assert find_differences(event_id=full.event.id) == []
    assert (who_fits(full.event), overlooked(timezone.now())) == ([], [])


def test_a_write_that_fails_gives_nothing_out(full: Full) -> None:
    """Seats that did not come free are nobody's."""

    class Broken(Exception):
        pass

    def fail() -> None:
        with locked_event(full.event.id):
            delete_rsvp(**full.on_seated)
            raise Broken

    with pytest.raises(Broken):
        fail()
    assert full.waiting.stored.approval == "waitlisted"
    assert full.seated.stored.approval == "approved"
    delete_rsvp(**full.on_seated)
    assert full.waiting.stored.approval == "approved"


def test_the_doctor_would_notice() -> None:
    """The negative control: what is written past the domain is told."""
    event = make_event(capacity=1)
    make_rsvp(event)
    make_rsvp(event, join_waitlist=True)
    assert overlooked(timezone.now()) == []
    Event.objects.filter(pk=event.id).update(capacity=2)
    assert overlooked(timezone.now()) == [event.id]
    Event.objects.filter(pk=event.id).update(rsvp_close_at=timezone.now() - timedelta(days=1))
    assert overlooked(timezone.now()) == []


# What writes counters or capacities: each holds the event by locked_event(), which gives out what
# came free, or is called behind that lock by one that does.
WRITES_SEATS = {
    *("delete_rsvp", "update_tier", "update_event", "store_event", "_compare_held"),
    *("_create", "_change", "_decide", "_merge", "seat", "_let_in", "move_seats"),
}


def test_every_write_to_seats_is_known() -> None:
    """A new one has to be looked at: does it hold the event by locked_event()?"""
    words = ("move_seats(", "move_all_seats(", "settle_capacity(", "restate(", "seat(event")
    found = set()
    for package in (accounts, events, rsvps, comments, access, notify, operations, pages):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in module.name:
                continue
            for name, function in inspect.getmembers(
                import_module(module.name), inspect.isfunction
            ):
                source = inspect.getsource(function) if function.__module__ == module.name else ""
                body = source.partition(") ->")[2] or source
                if any(word in body for word in words):
                    found.add(name)
    assert found == WRITES_SEATS
