"""The change feed: everything once, in an order without gaps, to whom it concerns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

from comments.domain.accounts import delete_account
from comments.domain.comments import delete_comment
from comments.domain.erasing import delete_event
from comments.domain.messages import announce, delete_message
from comments.models import Comment, Message
from config.errors import Gone, Invalid
from events.models import Event
from notify.api.bodies import bodies_of
from notify.domain import feed
from notify.domain.feed import read_changes
from outbox.domain.taking import number_anew
from outbox.models import Change
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp
from rsvps.models import Rsvp
from tests.makers import make_channel, make_event, make_rsvp
from tests.tenant_cast import Cast, comment_by, limited_key, make_cast, make_member

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
            elif told.type.endswith(".deleted") or "created_at" not in told.data:
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


class Life:
    """What happens in a tenant, by chance: events, answers, comments on events and posts; made,
    changed and erased, by people who leave, too."""

    def __init__(self, cast: Cast, chance: Random) -> None:
        self.cast, self.chance, self.step = cast, chance, 0
        self.events = [cast.event()]
        self.acts: dict[Callable[[], object], int] = {
            self.make_event: 3,
            self.answer: 8,
            self.change_answer: 4,
            self.withdraw: 2,
            self.change_event: 4,
            self.erase_event: 1,
            self.comment: 6,
            self.erase_comment: 2,
            self.post: 3,
            self.erase_post: 2,
            self.leave: 1,
        }

    def go_on(self) -> None:
        self.step += 1
        (act,) = self.chance.choices(list(self.acts), list(self.acts.values()))
        act()

    def any(self, things: models.QuerySet[Any]) -> Any:
        """One of these, or None when there is none."""
        found = list(things.order_by("pk"))
        return self.chance.choice(found) if found else None

    def make_event(self) -> None:
        self.events.append(self.cast.event(title=f"Event {self.step}"))

    def answer(self) -> None:
        make_rsvp(self.chance.choice(self.events), name=f"Guest {self.step}")

    def change_answer(self) -> None:
        if rsvp := self.any(Rsvp.objects.all()):
            values = {"attendance": self.chance.choice(["going", "interested"]), "note": "Later"}
            change_rsvp(event_id=rsvp.event_id, rsvp_id=rsvp.pk, values=values)

    def withdraw(self) -> None:
        if rsvp := self.any(Rsvp.objects.all()):
            delete_rsvp(event_id=rsvp.event_id, rsvp_id=rsvp.pk)

    def change_event(self) -> None:
        event = self.chance.choice(self.events)
        update_event(event=event.row, values={"title": f"Title {self.step}"})

    def erase_event(self) -> None:
        if len(self.events) > 1:
            event = self.events.pop(self.chance.randrange(len(self.events)))
            delete_event(event_id=event.id)

    def comment(self) -> None:
        author, post = make_member(self.cast.tenant, "Ada"), self.any(Message.objects.all())
        if post and self.chance.random() < 0.5:
            comment_by(author, "post", str(post.pk))
        else:
            comment_by(author, "event", str(self.chance.choice(self.events).id))

    def erase_comment(self) -> None:
        if comment := self.any(Comment.objects.all()):
            delete_comment(comment_id=comment.pk)

    def post(self) -> None:
        announce(event_id=self.chance.choice(self.events).id, content="Bring cups")

    def erase_post(self) -> None:
        if post := self.any(Message.objects.all()):
            delete_message(event_id=post.event_id, message_id=post.pk)

    def leave(self) -> None:
        if comment := self.any(Comment.objects.all()):
            delete_account(user_id=comment.author_id)


# They follow from an event's answers and are not told by themselves.
COUNTED = {"attendee_count", "spots_left", "tiers"}


def held() -> dict[UUID, dict[str, Any]]:
    """What the database holds, as the feed tells it."""
    kinds = {Event: "event.updated", Rsvp: "rsvp.updated", Comment: "comment.created"}
    things = [
        Change(kind=kind, object_id=thing.pk, event_id=_event_of(thing))
        for model, kind in kinds.items()
        for thing in model._default_manager.all()
    ]
    bodies = bodies_of(things)
    return {thing.object_id: _told(body) for thing, body in zip(things, bodies, strict=True)}


def _event_of(thing: Any) -> UUID | None:
    if isinstance(thing, Comment) and thing.content_type == "post":
        return Message.objects.get(pk=thing.content_id).event_id
    return UUID(thing.content_id) if isinstance(thing, Comment) else None


def _told(body: Any) -> dict[str, Any]:
    return {name: said for name, said in body.items() if name not in COUNTED}


@pytest.mark.parametrize("seed", [1, 7])
def test_a_consumer_that_stops_and_resumes_has_everything(cast: Cast, seed: int) -> None:
    """Whatever happens meanwhile, in the end its copy is what the database holds."""
    chance = Random(seed)
    consumer, life = Consumer(cast), Life(cast, chance)
    for _ in range(150):
        life.go_on()
        if chance.random() < 0.3:
            consumer.read(chance.randint(1, 9))
    consumer.catch_up()
    assert {id: _told(body) for id, body in consumer.objects.items()} == held()
    assert {"comment.deleted", "event.deleted", "rsvp.deleted"} <= set(consumer.types)


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
