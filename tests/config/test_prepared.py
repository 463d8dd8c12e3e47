"""Prepared reads: the ORM's own answer, compiled once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.expressions import RawSQL
from django.forms.models import model_to_dict
from django.utils import timezone

from comments.domain.messages import announce, write_to_guest
from comments.models import Message
from comments.rows import (
    MessageRow,
    event_message_rows,
    guest_message_rows,
    public_message_rows,
    rsvp_message_rows,
)
from config.prepared import (
    ID,
    MOMENT,
    TEXT,
    LostKey,
    PreparedInsert,
    PreparedRead,
    read_rows,
    whole,
)
from events.domain.lifecycle import cancel_event
from events.domain.locking import LockedEvent, locked_event
from events.models import Event, EventLink
from events.rows import LinkRow, event_row, event_rows, link_row
from outbox.enums import Kind
from outbox.models import Change
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp
from rsvps.rows import (
    ListedRow,
    RsvpRow,
    account_rsvp_row,
    first_listed_rows,
    listed_rows_after,
    rsvp_row,
    rsvp_rows,
)
from tests.makers import (
    MadeEvent,
    make_event,
    make_image,
    make_rsvp,
    make_stream,
    make_tier,
    make_user,
)

pytestmark = pytest.mark.django_db


def columns(row: Any, model: Any) -> None:
    """Every column of the row is what the model holds, in value and in type."""
    for name, value in zip(row._fields, row, strict=True):
        expected = getattr(model, name)
        assert (name, value, type(value)) == (name, _plain(expected), type(_plain(expected)))


def _plain(value: Any) -> Any:
    return value.name if hasattr(value, "storage") else value


@pytest.fixture
def event() -> MadeEvent:
    """Every kind of column holds something."""
    event = make_event(
        end_time="2099-01-01T00:00:00.123456Z",
        rsvp_close_at="2098-01-01T00:00:00Z",
        capacity=9,
        tags=["a", "ž"],
        metadata={"n": [1, 2.5, None, True, {"x": "é"}]},
        channel_name="Club",
        cover_id=make_image(alt_text="A lawn").pk,
    )
    make_stream(event)
    cancel_event(event_id=event.id)
    Event.objects.update(featured=True)
    return event


def test_an_event(event: MadeEvent) -> None:
    """The row is the model, with its channel's name, slug and visibility, its cover and the
    status of its stream."""
    row, stored = event.row, event.stored
    assert stored.channel is not None
    assert stored.cover is not None
    joined = {"channel_name": "Club", "channel_slug": "club", "channel_visibility": "public"}
    joined |= {"cover_file": stored.cover.file.name, "cover_alt": "A lawn"}
    sizes = {"cover_width": 640, "cover_height": 360, "cover_widths": []}
    for name, value in (joined | sizes | {"stream_status": "idle", "series_rrule": None}).items():
        setattr(stored, name, value)
    columns(row, stored)
    assert event_rows(Event.objects.all()) == [row]
    assert isinstance(row.start_time, datetime)
    assert row.start_time.utcoffset() == stored.start_time.utcoffset()


def test_an_event_without_anything() -> None:
    """Empty columns come as None, {} and []."""
    row = make_event().row
    assert (row.channel_id, row.channel_name, row.end_time, row.capacity) == (None,) * 4
    assert (row.tags, row.metadata) == ([], {})
    assert (row.cover_id, row.cover_file, row.stream_status) == (None,) * 3


def test_links_and_locks(event: MadeEvent) -> None:
    """The other two reads of an event."""
    link = EventLink.objects.get()
    row = link_row(link.id)
    assert isinstance(row, LinkRow)
    columns(row, link)
    with locked_event(event.id) as locked:
        assert isinstance(locked, LockedEvent)
        assert locked.has_tiers is False
        stored = event.stored
        stored.has_tiers = False  # type: ignore[attr-defined] # the lock's own column
        columns(locked, stored)
    make_tier(event)
    with locked_event(event.id) as locked:
        assert locked.has_tiers is True


def test_answers() -> None:
    """By id, by account, by queryset, and the public list."""
    event, user = make_event(), make_user()
    rsvp = make_rsvp(event, user=user, email="a@example.org", pronouns="they", note="Hi")
    Rsvp.objects.update(tier=make_tier(event), answers={"q": ["é", 1]})
    stored = rsvp.stored
    row = rsvp_row(rsvp.id)
    assert isinstance(row, RsvpRow)
    columns(row, stored)
    assert account_rsvp_row(event.id, user.pk) == row
    assert rsvp_rows(Rsvp.objects.all()) == [row]
    (listed,) = first_listed_rows(event.id)
    assert isinstance(listed, ListedRow)
    columns(listed, stored)


def test_the_public_list_goes_on_behind_a_position() -> None:
    """Approved answers that are not private, by time."""
    event = make_event()
    made = [make_rsvp(event, is_private=number == 1).stored for number in range(4)]
    make_rsvp(make_event())
    assert [row.id for row in first_listed_rows(event.id)] == [made[n].id for n in (0, 2, 3)]
    rest = listed_rows_after(event.id, made[2].created_at, made[2].id)
    assert [row.id for row in rest] == [made[3].id]


def test_messages() -> None:
    """The four reads, newest first, each as the ORM orders and filters them."""
    event = make_event()
    rsvp = make_rsvp(event)
    announce(event_id=event.id, content="public")
    announce(event_id=event.id, content="internal", visibility="admin")
    write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content="to the guest")
    write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content="note", type="admin_note")
    read = {
        "public": public_message_rows(event.id),
        "all": event_message_rows(event.id),
        "guest": guest_message_rows(rsvp.id),
        "rsvp": rsvp_message_rows(rsvp.id),
    }
    assert {name: [row.content for row in rows] for name, rows in read.items()} == {
        "public": ["public"],
        "all": ["note", "to the guest", "internal", "public"],
        "guest": ["to the guest"],
        "rsvp": ["note", "to the guest"],
    }
    for row in read["all"]:
        assert isinstance(row, MessageRow)
        columns(row, Message.objects.get(pk=row.id))


def test_nothing_found() -> None:
    """None, or an empty list."""
    assert event_row(uuid4()) is None
    assert rsvp_row(uuid4()) is None
    assert first_listed_rows(uuid4()) == []


def test_a_query_is_built_once() -> None:
    """Built with markers on first use, then only run; each id finds its own row."""
    built: list[UUID] = []

    def build(event_id: UUID) -> Any:
        built.append(event_id)
        return Event.objects.filter(pk=event_id, title="Garden party").values_list("id", "title")

    read = PreparedRead(build, keys={"event_id": ID}, make=tuple)
    events = [make_event() for _ in range(3)]
    assert [read.one(event_id=event.id) for event in events] == [
        (event.id, "Garden party") for event in events
    ]
    assert len(built) == 1
    assert built[0] not in {event.id for event in events}


def test_rows_are_counted_up_to_a_cap() -> None:
    """As many as there are for these values, and no further than is asked."""
    events = [make_event(start_time=f"2031-01-0{day}T10:00:00Z") for day in (1, 2, 3)]
    read = PreparedRead(
        lambda moment: Event.objects.filter(start_time__gte=moment).values_list("id"),
        keys={"moment": MOMENT},
        make=tuple,
    )
    moments = [event.row.start_time for event in events]
    assert [read.count(9, moment=moment) for moment in moments] == [3, 2, 1]
    assert [read.count(most, moment=moments[0]) for most in (0, 2, 3)] == [0, 2, 3]
    assert len(read.all(moment=moments[0])) == 3


def test_two_keys_keep_their_places() -> None:
    """Ids go where their names stand, also when they are equal."""
    event = make_event()
    read = PreparedRead(
        lambda first, second: Event.objects.filter(pk=second).exclude(pk=first).values_list("id"),
        keys={"first": ID, "second": ID},
        make=tuple,
    )
    assert read.all(first=uuid4(), second=event.id) == [(event.id,)]
    assert read.all(first=event.id, second=uuid4()) == []
    assert read.all(first=event.id, second=event.id) == []


def test_a_key_that_does_not_reach_the_sql_is_refused() -> None:
    """A query that forgets a key, or one of the places it stands in, would find the same rows
    whatever it is asked."""

    def forgets(event_id: UUID) -> Any:
        return Event.objects.values_list("id")

    def once(moment: Any) -> Any:
        return Event.objects.filter(start_time__gte=moment).values_list("id")

    def again(moment: Any) -> Any:
        return once(moment).filter(end_time__gt=moment)

    def prefixed(words: str) -> Any:
        return Event.objects.filter(title__startswith=words).values_list("id")

    for broken in (
        PreparedRead(forgets, keys={"event_id": ID}, make=tuple),
        PreparedRead(prefixed, keys={"words": TEXT}, make=tuple),
        PreparedRead(once, keys={"moment": MOMENT}, make=tuple, times={"moment": 2}),
    ):
        for _ in range(2):  # and it is not kept
            with pytest.raises(LostKey):
                broken.all(event_id=uuid4(), moment=timezone.now(), words="a")
    both = PreparedRead(again, keys={"moment": MOMENT}, make=tuple, times={"moment": 2})
    assert both.all(moment=timezone.now()) == []


def test_rows_equal_the_orms() -> None:
    """read_rows gives what values_list gives, on this database."""
    make_event(metadata={"a": 1}, end_time="2099-01-01T00:00:00Z")
    names = [field.attname for field in Event._meta.concrete_fields]
    query = Event.objects.values_list(*names)
    assert read_rows(query, tuple) == list(query)
    assert connection.vendor in ("sqlite", "postgresql")


def test_an_inserted_row_is_what_the_orm_stores() -> None:
    """Every column alike, empty ones and full ones, with and without columns that the database
    sets."""
    event, moment = make_event(), timezone.now()
    full = {
        "event_id": event.id,
        "tier_id": make_tier(event).pk,
        "user_id": str(make_user().pk),
        "name": "Žoë 100%",
        "email": "zoe@example.org",
        "attendance": Attendance.GOING,
        "approval": Approval.WAITLISTED,
        "waitlisted_at": moment.astimezone(ZoneInfo("Asia/Kolkata")),
        "guest_names": ["é", "%s"],
        "answers": {"q": [1, "ž"]},
        "is_private": True,
        "created_at": moment,
    }
    told = {"kind": Kind.RSVP_CREATED, "object_id": uuid4(), "data": {"at": moment}}
    bare = {"event_id": event.id, "name": "A", "attendance": Attendance.NOT_GOING}
    for answer in (full, bare):
        answer |= {"responded_at": moment, "updated_at": moment}
    for model, values in ((Rsvp, full), (Rsvp, bare), (Change, told)):
        stored = []
        for insert in (PreparedInsert(model).run, lambda each: each.save(force_insert=True)):
            with transaction.atomic():
                instance = model(**{"created_at": moment, **values})
                insert(instance)
                assert (instance._state.adding, instance._state.db) == (False, "default")
                stored += model.objects.order_by("-pk").values()
                transaction.set_rollback(True)
        one, other = ({**each, "id": None} for each in stored)
        assert one == other


def test_a_new_instance_is_what_the_model_makes() -> None:
    """With the same defaults, which no two instances share, and ready to be saved."""
    moment, insert = timezone.now(), PreparedInsert(Rsvp)
    values = {"event_id": make_event().id, "name": "Ana", "attendance": Attendance.GOING}
    # What is different each time it is made.
    values |= {"id": uuid4(), "responded_at": moment, "created_at": moment, "updated_at": moment}
    one, other, expected = insert.new(**values), insert.new(**values), Rsvp(**values)
    assert _held(one) == _held(expected)
    assert (one._state.adding, one._state.db) == (True, None)
    one.answers["q"] = "Fish"
    assert other.answers == {}
    assert len({insert.new().id for _ in range(3)}) == 3
    one.save()
    assert _held(Rsvp.objects.get()) == _held(one)


def _held(instance: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(instance).items() if name != "_state"}


def test_an_insert_finds_what_stands_in_its_way() -> None:
    """A constraint is an IntegrityError, as the ORM raises it."""
    rsvp = make_rsvp(make_event()).stored
    with pytest.raises(IntegrityError), transaction.atomic():
        PreparedInsert(Rsvp).run(rsvp)


def test_whole_instances() -> None:
    """What is read whole is what the ORM reads, and can be changed and saved."""
    make_rsvp(make_event(), name="Other")
    rsvp = make_rsvp(make_event(), email="a@example.org")
    read = whole(Rsvp, lambda rsvp_id: Rsvp.objects.filter(pk=rsvp_id), keys={"rsvp_id": ID})
    found = read.one(rsvp_id=rsvp.id)
    assert found is not None
    assert model_to_dict(found) == model_to_dict(rsvp.stored)
    assert found.__dict__.keys() == rsvp.stored.__dict__.keys()
    found.name = "Changed"
    found.save(update_fields=["name"])
    assert sorted(Rsvp.objects.values_list("name", flat=True)) == ["Changed", "Other"]


def test_a_percent_sign_in_the_sql_stays_one() -> None:
    """With parameters beside it and without."""
    make_rsvp(make_event(), name="A")
    percent = Rsvp.objects.annotate(share=RawSQL("'5%%'", [])).order_by()
    assert read_rows(percent.values_list("share"), tuple) == [("5%",)]
    assert read_rows(percent.filter(name="A").values_list("share"), tuple) == [("5%",)]


def test_errors_are_djangos() -> None:
    wrong = PreparedRead(
        lambda: Event.objects.annotate(no=RawSQL("no_such_column", [])).values_list("no"),
        keys={},
        make=tuple,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        wrong.all()
    assert event_row(uuid4()) is None
