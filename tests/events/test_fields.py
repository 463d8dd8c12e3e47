"""The tables of fields against the models: no column is forgotten, a copy takes what they say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.utils import timezone

from accounts.domain.actors import ANONYMOUS
from config.cleaners import (
    Email,
    Field,
    Flag,
    Id,
    Json,
    Moment,
    OneOf,
    Table,
    Text,
    Texts,
    WebAddress,
    Whole,
)
from events.domain.duplicate import duplicate_event
from events.fields import EVENT, QUESTION, STREAM, TIER
from events.kinds import Currency, Hours, Zone
from events.models import Event, LiveRoom, Question, Tier
from rsvps.domain.capacity import Counts
from rsvps.domain.event_changes import update_event
from rsvps.fields import RSVP
from rsvps.models import Rsvp
from tests.makers import make_event, make_tier

TABLES: list[tuple[type[models.Model], Table[Any]]] = [
    (Event, EVENT),
    (Tier, TIER),
    (Question, QUESTION),
    (LiveRoom, STREAM),
    (Rsvp, RSVP),
]


def columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@pytest.mark.parametrize(("model", "table"), TABLES)
def test_every_column_is_decided_on(model: type[models.Model], table: Table[Any]) -> None:
    """A column is a field of the table, the table's own, or a counter, and only one of these.

    Fails for a new column: put it into the table, where duplicate, inputs and admin find it, or
    name it among the table's own.
    """
    counters = Counts._fields if model is Event else ()
    assert sorted([*table.names, *table.own, *counters]) == sorted(columns(model))


def other(field: Field, default: Any) -> Any:
    """A value the field may hold that is not its default."""
    match field.kind:
        case Text():
            return f"Another {field.name}"
        case WebAddress():
            return f"https://example.org/{field.name}"
        case Flag():
            return not default
        case Whole():
            return field.kind.lowest + 2
        case OneOf():
            return next(word for word, _ in field.kind.choices if word != default)
        case Moment():
            now = timezone.now().replace(microsecond=0)
            return default - timedelta(days=1) if default else now + timedelta(days=60)
        case Texts():
            return [field.name]
        case Json():
            return {field.name: True}
        case Email():
            return f"{field.name}@example.org"
        case Hours():
            return [2]
        case Zone():
            return "Europe/Vienna"
        case Currency():
            return "JPY"
    raise AssertionError(f"What else may {field} hold?")


def filled(table: Table[Any], model: type[models.Model]) -> dict[str, Any]:
    """A value that is not the default for every field but ids and those of a kind's own."""
    plain = model()
    return {
        field.name: other(field, getattr(plain, field.name))
        for field in table
        if not isinstance(field.kind, Id)
    }


def test_what_sets_fields_apart() -> None:
    """Spelt out beside the table, against which the tests below judge: a slip in it is seen."""
    assert {field.name for field in EVENT if not field.copied} == {"rsvps_closed", "featured"}
    assert {field.name for field in (*TIER, *QUESTION) if not field.copied} == set()
    assert {field.name for field in EVENT if field.is_place} == {"location"}
    assert {field.name for field in EVENT if field.is_online} == {"online_url"}
    heard = {"title", "start_time", "end_time", "timezone", "format", "location", "online_url"}
    assert {field.name for field in EVENT if field.in_calendar} == heard


@pytest.mark.django_db
def test_a_copy_has_what_is_copied_and_defaults_for_the_rest() -> None:
    """Every field of event, ticket and question, whatever is added to the tables."""
    values = filled(EVENT, Event) | {"channel_name": "Walks"}
    values["end_time"] = values["start_time"] + timedelta(hours=1)
    event = make_event(**values)
    asked = filled(QUESTION, Question) | {"kind": "select"}
    make_tier(event, **filled(TIER, Tier), questions=[asked])
    first = Event.objects.get(pk=event.id)
    copy = Event.objects.get(pk=duplicate_event(event_id=event.id, actor=ANONYMOUS).event_id)
    for each, old, new in (
        (EVENT, first, copy),
        (TIER, Tier.objects.get(event=first), Tier.objects.get(event=copy)),
        (QUESTION, Question.objects.get(tier__event=first), Question.objects.get(tier__event=copy)),
    ):
        plain = type(old)()
        for field in each:
            kept = getattr(old if field.copied else plain, field.name)
            kept = f"Copy of {kept}" if field.name == "title" else kept
            assert getattr(new, field.name) == kept, field.name
    assert (copy.tenant_id, copy.channel_id) == (first.tenant_id, first.channel_id)


@pytest.mark.django_db
def test_calendars_hear_of_what_is_in_their_entries() -> None:
    """Changing a field raises SEQUENCE when the table says so, and never else."""
    event = make_event(channel_name="Walks")
    for field in EVENT:
        if isinstance(field.kind, Id):
            continue
        before = Event.objects.get(pk=event.id)
        changed = {field.name: other(field, getattr(before, field.name))}
        update_event(event=event.row, values=changed)
        after = Event.objects.get(pk=event.id)
        assert after.version == before.version + 1, field.name
        assert after.sequence == before.sequence + field.in_calendar, field.name
