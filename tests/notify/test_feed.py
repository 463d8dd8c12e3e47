"""The change feed: everything once, in an order without gaps, to whom it concerns."""

from __future__ import annotations

import threading
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from comments.domain.erasing import delete_event
from config.errors import Gone, Invalid
from events.models import Event
from notify.domain import feed
from notify.domain.feed import read_changes
from outbox.domain.taking import number_anew
from outbox.models import Change
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp
from rsvps.models import Rsvp
from tests.makers import MadeRsvp, make_channel, make_event, make_rsvp
from tests.tenant_cast import Cast, limited_key, make_cast

# Transactions of other tests, in whatever database of the server, hold the feed back.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.alone]
postgres = pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has one writer at a time")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


class Consumer:
    """A program that follows the feed and keeps a copy of what it hears of."""

    def __init__(self, cast: Cast) -> None:
        self.actor = cast.organizer.actor
        self.cursor: str | None = None
        self.types: list[str] = []
        self.objects: dict[UUID, dict[str, Any]] = {}

    def read(self, limit: int = 100) -> bool:
        """One page; whether there is more."""
        page = read_changes(actor=self.actor, cursor=self.cursor, limit=limit, now=timezone.now())
        self.cursor = page.next_cursor
        for told in page.data:
            self.types.append(told.type)
            if told.type == "event.deleted":
                gone = told.data["id"]
                self.objects = {
                    id: body
                    for id, body in self.objects.items()
                    if gone not in (id, body.get("event_id"))
                }
            elif told.type == "rsvp.deleted" or "created_at" not in told.data:
                self.objects.pop(told.data["id"], None)
            else:
                self.objects[told.data["id"]] = told.data
        return page.has_more

    def catch_up(self) -> None:
        while self.read():
            pass


def test_everything_once(cast: Cast) -> None:
    """In order, in pages of any size, and then nothing more."""
    event = cast.event()
    for number in range(4):
        make_rsvp(event, name=f"Guest {number}")
    consumer = Consumer(cast)
    assert consumer.read(2)
    assert consumer.read(2)
    assert not consumer.read(2)
    assert not consumer.read()
    assert consumer.types == ["event.created", *["rsvp.created"] * 4]
    make_rsvp(event)
    consumer.catch_up()
    assert consumer.types[5:] == ["rsvp.created"]


def test_a_tenant_hears_of_its_own(cast: Cast) -> None:
    """And a key that is limited to a channel, of what is in that channel."""
    channel = make_channel(tenant=cast.tenant)
    outside = cast.event()
    inside = cast.event(channel_id=channel.pk)
    make_event(actor=cast.outsider.actor)
    consumer = Consumer(cast)
    consumer.catch_up()
    assert set(consumer.objects) == {outside.id, inside.id}
    limited = Consumer(cast)
    limited.actor = limited_key(cast.organizer, channel).actor
    limited.catch_up()
    assert set(limited.objects) == {inside.id}
    update_event(event=inside.row, values={"channel_name": ""})
    limited.catch_up()
    assert (limited.types, limited.objects) == (["event.created", "event.deleted"], {})


def test_cursors(cast: Cast) -> None:
    """Made for one feed, and for thirty days."""
    cast.event()
    consumer = Consumer(cast)
    consumer.read()
    now = timezone.now()
    for cursor in ("nonsense", f"{consumer.cursor}x"):
        with pytest.raises(Invalid):
            read_changes(actor=consumer.actor, cursor=cursor, limit=1, now=now)
    with pytest.raises(Invalid):
        read_changes(actor=cast.outsider.actor, cursor=consumer.cursor, limit=1, now=now)
    later = now + timedelta(days=30)
    with pytest.raises(Gone):
        read_changes(
            actor=consumer.actor, cursor=consumer.cursor, limit=1, now=later + timedelta(hours=1)
        )
    moved = read_changes(
        actor=consumer.actor, cursor=consumer.cursor, limit=1, now=later - timedelta(hours=1)
    )
    assert not read_changes(
        actor=consumer.actor, cursor=moved.next_cursor, limit=1, now=later + timedelta(days=20)
    ).data


def test_a_cursor_within_old_changes_expires_with_them(cast: Cast) -> None:
    """Behind it there may be some that were removed since."""
    cast.event()
    cast.event()
    now = timezone.now()
    Change.objects.update(created_at=now - timedelta(days=29))
    actor = cast.organizer.actor
    page = read_changes(actor=actor, cursor=None, limit=1, now=now)
    assert page.has_more
    with pytest.raises(Gone):
        read_changes(
            actor=actor, cursor=page.next_cursor, limit=1, now=now + timedelta(days=1, hours=1)
        )


def test_a_restored_database_knows_no_later_cursor(cast: Cast) -> None:
    """Its next changes have the numbers of some that the reader has read already."""
    cast.event()
    consumer = Consumer(cast)
    cast.event()
    consumer.catch_up()
    last = Change.objects.latest("id")
    Change.objects.filter(pk=last.pk).delete()
    with pytest.raises(Gone):
        consumer.read()
    last.save(force_insert=True)
    Change.objects.filter(pk=last.pk).update(created_at=timezone.now())
    with pytest.raises(Gone):
        consumer.read()


@postgres
def test_changes_of_another_cluster_become_the_oldest(cast: Cast) -> None:
    """The numbers of its transactions lie ahead of ours: they would be told much later."""
    event = cast.event()
    Change.objects.update(xid=2**40)
    consumer = Consumer(cast)
    consumer.catch_up()
    assert consumer.types == []
    number_anew()
    make_rsvp(event)
    consumer.catch_up()
    assert consumer.types == ["event.created", "rsvp.created"]


def test_two_sizes(cast: Cast, queries_of: Any) -> None:
    """A page costs as many queries for three changes as for twenty."""
    actor = cast.organizer.actor
    costs = []
    for number in (3, 20):
        for _ in range(number):
            make_rsvp(cast.event())
        costs.append(
            queries_of(
                lambda: read_changes(actor=actor, cursor=None, limit=100, now=timezone.now())
            )
        )
    assert costs == [3, 3]


def test_a_consumer_that_stops_and_resumes_has_everything(cast: Cast) -> None:
    """Whatever happens meanwhile, in the end its copy is what the database holds."""
    chance = Random(7)
    consumer = Consumer(cast)
    events = [cast.event()]
    rsvps: list[tuple[Any, MadeRsvp]] = []
    for step in range(120):
        act = chance.random()
        event = chance.choice(events)
        if act < 0.15 or len(events) < 2:
            events.append(cast.event(title=f"Event {step}"))
        elif act < 0.5:
            rsvps.append((event, make_rsvp(event, name=f"Guest {step}")))
        elif act < 0.65 and rsvps:
            at, rsvp = chance.choice(rsvps)
            values = {"attendance": chance.choice(["going", "interested"]), "note": str(step)}
            change_rsvp(event_id=at.id, rsvp_id=rsvp.id, values=values)
        elif act < 0.75 and rsvps:
            at, rsvp = rsvps.pop(chance.randrange(len(rsvps)))
            delete_rsvp(event_id=at.id, rsvp_id=rsvp.id)
        elif act < 0.9:
            update_event(event=event.row, values={"title": f"Title {step}"})
        elif act < 0.95:
            events.remove(event)
            rsvps = [(at, rsvp) for at, rsvp in rsvps if at is not event]
            delete_event(event_id=event.id)
        if chance.random() < 0.3:
            consumer.read(chance.randint(1, 9))
    consumer.catch_up()
    stored = {event.id: event.title for event in Event.objects.all()}
    stored |= {rsvp.id: (rsvp.attendance, rsvp.note or None) for rsvp in Rsvp.objects.all()}
    assert {
        id: body["title"] if "title" in body else (body["status"], body["response_message"])
        for id, body in consumer.objects.items()
    } == stored


def _raced(cast: Cast) -> tuple[list[str], int]:
    """What a reader hears while one transaction is held open and later ones commit, reading after
    each step; and how many changes there are."""
    first, other = cast.event(), cast.event()
    consumer = Consumer(cast)
    written, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                make_rsvp(first, name="Slow")
                written.set()
                assert go_on.wait(20)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert written.wait(20)
    for number in range(3):
        make_rsvp(other, name=f"Fast {number}")
        consumer.catch_up()
    go_on.set()
    holder.join()
    consumer.catch_up()
    return consumer.types, Change.objects.count()


@postgres
def test_no_gap_while_a_transaction_is_open(cast: Cast) -> None:
    """A change that commits late is heard of, although later ones were there before it."""
    heard, written = _raced(cast)
    assert len(heard) == written == 6


@postgres
def test_without_the_horizon_there_is_a_gap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the same race, read without looking at open transactions."""
    monkeypatch.setattr(feed, "settled", lambda: Q())
    heard, written = _raced(cast)
    assert len(heard) < written == 6


@postgres
def test_many_writers_and_a_reader(cast: Cast) -> None:
    """Nothing is missed and nothing is told twice while eight write as fast as they can."""
    events = [cast.event() for _ in range(8)]
    consumer = Consumer(cast)

    def write(event: Any) -> None:
        try:
            for number in range(12):
                with transaction.atomic():
                    make_rsvp(event, name=f"Guest {number}")
        finally:
            connection.close()

    writers = [threading.Thread(target=write, args=[event]) for event in events]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        consumer.read(7)
    consumer.catch_up()
    assert len(consumer.types) == 8 + 8 * 12
    assert set(consumer.objects) == {
        *Event.objects.values_list("id", flat=True),
        *Rsvp.objects.values_list("id", flat=True),
    }
