"""demo_data: made-up events, the same ones for the same seed, with true counters."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.db.models import F, GeneratedField
from django.test import Client

from accounts.models import Tenant, User
from channels.models import Channel
from comments.models import Comment, Message
from events.models import Event, EventLink, Question, Series, Tier
from operations.demo import make_demo, storing
from operations.demo.rows import row
from operations.inserting import insert
from operations.recount import find_differences
from operations.reindex import is_in_step
from rsvps.models import CheckIn, Rsvp
from tests.conftest import Api, Clock
from tests.makers import make_event
from tests.root import refusal, run, run_json

pytestmark = pytest.mark.django_db


def facts() -> dict[str, list[Any]]:
    """Everything that a seed decides."""
    return {
        "events": list(Event.objects.order_by("pk").values_list("pk", "title", "start_time")),
        "rsvps": list(Rsvp.objects.order_by("pk").values_list("pk", "name", "attendance")),
        "links": list(EventLink.objects.order_by("pk").values_list("pk", "event_id")),
        "tiers": list(Tier.objects.order_by("pk").values_list("pk", "name", "capacity")),
        "messages": list(Message.objects.order_by("pk").values_list("pk", "content")),
        "comments": list(Comment.objects.order_by("pk").values_list("pk", "body")),
        "check_ins": list(CheckIn.objects.order_by("pk").values_list("pk", "rsvp_id")),
    }


def test_a_made_up_instance(api: Api, clock: Clock) -> None:
    """As many as asked; true counters; no seat beyond a capacity; some of everything."""
    done = run_json("demo_data", "--events", 120, "--rsvps", 2500)
    assert (done["events"], done["rsvps"]) == (120, 2500)
    assert (Event.objects.count(), Rsvp.objects.count()) == (120, 2500)
    assert find_differences() == []
    for model in (Event, Tier):
        assert not model.objects.filter(seats_taken__gt=F("capacity")).exists()  # type: ignore[attr-defined]
        assert model.objects.filter(seats_taken=F("capacity"), seats_taken__gt=1).exists()  # type: ignore[attr-defined]
    events = Event.objects.all()
    for some in (
        events.past(clock.now).filter(cancelled_at=None),
        events.upcoming(clock.now),
        events.exclude(cancelled_at=None),
        events.filter(is_private=True),
        events.filter(approval_required=True, pending_count__gt=0),
        events.filter(channel__tenant__isnull=False, tenant=F("channel__tenant")),
        events.filter(channel=None),
        Question.objects.all(),
        Message.objects.all(),
        Comment.objects.all(),
        CheckIn.objects.all(),
        Rsvp.objects.filter(user__isnull=False),
        Rsvp.objects.exclude(answers={}),
    ):
        assert some.exists()
    assert Client().get(urlsplit(done["url"]).path).status_code == 303
    assert Tenant.objects.count() == 3
    assert Channel.objects.count() == 10
    assert not any(user.has_usable_password() for user in User.objects.all())


def test_what_was_made_up_hangs_together(clock: Clock) -> None:
    """Nobody answers before the event was made or after it began; doors let in who attends."""
    run("demo_data", "--events", 60, "--rsvps", 900)
    assert not Rsvp.objects.filter(created_at__lt=F("event__created_at")).exists()
    assert not Rsvp.objects.filter(created_at__gt=F("event__start_time")).exists()
    assert not Rsvp.objects.filter(created_at__gt=clock.now).exists()
    assert not Rsvp.objects.filter(tier__isnull=False).exclude(tier__event=F("event")).exists()
    came = Rsvp.objects.exclude(checked_in_at=None)
    assert set(came.values_list("pk", flat=True)) == set(
        CheckIn.objects.filter(admitted=True).values_list("rsvp_id", flat=True)
    )
    assert not came.exclude(attendance="going", approval="approved").exists()
    assert not Event.objects.filter(cancelled_at__gt=clock.now).exists()
    for event in Event.objects.all():
        event.full_clean()


def test_the_same_seed_makes_the_same(clock: Clock) -> None:
    """Ids, titles, people and answers; on another day only the days move."""
    runs = []
    for seed in (7, 7, 8):
        run("demo_data", "--events", 20, "--rsvps", 200, "--seed", seed, "--yes")
        runs.append(facts())
        Comment.objects.all().delete()
        Rsvp.objects.all().delete()
        Event.objects.all().delete()
    assert runs[0]["events"] != runs[2]["events"]
    # Whose comment it is hangs on accounts, which keep their ids here.
    assert runs[0] == runs[1]
    clock.advance(days=3)
    run("demo_data", "--events", 20, "--rsvps", 200, "--seed", 7, "--yes")
    later = facts()
    moved = [(pk, title, start - timedelta(days=3)) for pk, title, start in later["events"]]
    assert moved == runs[0]["events"]
    assert later["rsvps"] == runs[0]["rsvps"]


def test_an_instance_with_data(everything_stored: Callable[[], dict[str, list[str]]]) -> None:
    """Refused without --yes; a seed comes once."""
    make_event()
    before = everything_stored()
    assert refusal("demo_data", "--events", 5, "--rsvps", 5) == "instance_in_use"
    assert everything_stored() == before
    run("demo_data", "--events", 5, "--rsvps", 5, "--yes")
    run("demo_data", "--events", 5, "--rsvps", 5, "--seed", 2, "--yes")
    assert Event.objects.count() == 11
    before = everything_stored()
    assert refusal("demo_data", "--events", 5, "--rsvps", 5, "--yes") == "seed_used"
    assert everything_stored() == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--events", "0"], "events: not_between"),
        (["--rsvps", "-1"], "rsvps: not_between"),
        (["--events", "x"], "Error: argument --events: invalid int value: 'x'"),
    ],
)
def test_numbers_that_are_refused(options: list[str], said: str) -> None:
    """One line that says why."""
    assert refusal("demo_data", *options) == said
    assert not Event.objects.exists()


def test_an_interruption_leaves_whole_events(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each batch is one transaction: what is there is right."""
    monkeypatch.setattr(storing, "_EVENTS_AT_A_TIME", 10)
    insert, tables = storing.insert, []

    def failing(model: Any, rows: Any) -> None:
        tables.append(model)
        if tables.count(CheckIn) == 2:
            raise IntegrityError
        insert(model, rows)

    monkeypatch.setattr(storing, "insert", failing)
    with pytest.raises(IntegrityError):
        make_demo(events=30, rsvps=300, seed=1, now=clock.now)
    assert Event.objects.count() == 10
    assert find_differences() == []


def schema() -> list[Any]:
    """Every index and constraint, and how the connection is set."""
    asked = [
        "SELECT type, name, sql FROM sqlite_master",
        *(f"PRAGMA {name}" for name in ("foreign_keys", "cache_size", "temp_store")),
    ]
    if connection.vendor == "postgresql":
        asked = [
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        ]
    with connection.cursor() as cursor:
        return [sorted(cursor.execute(sql).fetchall(), key=str) for sql in asked]


@pytest.mark.django_db(transaction=True)
def test_very_many_are_stored_in_one_go(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same ones as a few at a time; every index and constraint is back, and holds them."""
    make_demo(events=300, rsvps=600, seed=1, now=clock.now)
    few_at_a_time = facts()
    for model in (Comment, CheckIn, Rsvp, Event, Series):
        model.objects.all().delete()  # type: ignore[attr-defined]
    before = schema()
    monkeypatch.setattr(storing, "VERY_MANY", 900)
    make_demo(events=300, rsvps=600, seed=1, now=clock.now, beside=True)
    assert facts() == few_at_a_time
    assert schema() == before
    connection.check_constraints()
    assert find_differences() == []
    assert is_in_step()


@pytest.mark.django_db(transaction=True)
def test_very_many_that_are_interrupted(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left of them, and no index is lost."""
    before = schema()
    monkeypatch.setattr(storing, "VERY_MANY", 1)

    def stop(done: int, of: int) -> None:
        if done > 300:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(events=600, rsvps=600, seed=1, now=clock.now, progress=stop)
    assert not any(model.objects.exists() for model in (Event, User, Channel))
    assert schema() == before


def test_beside_what_is_there_they_are_stored_a_few_at_a_time(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An instance that is in use keeps its indexes meanwhile."""
    make_event()
    monkeypatch.setattr(storing, "VERY_MANY", 1)
    monkeypatch.setattr(storing, "in_one_go", None)
    make_demo(events=5, rsvps=5, seed=1, now=clock.now, beside=True)
    assert Event.objects.count() == 6


def test_rows_read_as_instances_would(clock: Clock) -> None:
    """Defaults, and values of every kind as the ORM stores them."""
    made = Event(
        title="Dinner",
        start_time=datetime(2030, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        tags=["food", "ünü"],
        metadata={"a": [1, None]},
        series_date=date(2030, 1, 2),
        slug="dinner",
    )
    copied = {
        field.attname: getattr(made, field.attname)
        for field in Event._meta.concrete_fields
        if not isinstance(field, GeneratedField)
    }
    given = ("tags", "title", "metadata", "series_date", "start_time", "slug")
    usual = row(Event, **{name: copied[name] for name in (*given, "id", "created_at")})
    assert vars(usual) == {**copied, "updated_at": usual.updated_at}
    insert(Event, [usual])
    stored = Event.objects.get()
    assert {name: getattr(stored, name) for name in copied} == vars(usual)
    with pytest.raises(TypeError, match="Event lacks"):
        row(Event, name="Dinner")


def test_the_progress_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal one line that grows; elsewhere, and with --json, nothing of it."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(storing, "_EVENTS_AT_A_TIME", 1)
    seen = {}
    for name, out, more in (
        ("terminal", Terminal(), []),
        ("json", Terminal(), ["--json"]),
        ("pipe", io.StringIO(), []),
    ):
        options = ["--events", "2", "--rsvps", "40", "--seed", str(len(seen)), "--yes"]
        call_command("demo_data", *options, *more, stdout=out, no_color=True)
        seen[name] = out.getvalue()
    bars = seen["terminal"].split("\r")[1:]
    assert len(bars) == 2
    assert bars[0].startswith("[#")
    assert bars[1].splitlines()[0] == f"[{'#' * 40}] 100% 40 RSVPs"
    assert "\r" not in seen["json"] + seen["pipe"]
    assert seen["pipe"].startswith("Created 2 events with 40 RSVPs in ")
