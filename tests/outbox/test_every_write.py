"""Every write of the domain tells what it did: whatever the Tenant API says differently afterwards
has a change in the outbox."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import comments.domain
import events.domain
import rsvps.domain
from comments.domain.messages import announce
from comments.models import Comment
from events.domain.search import unindexed
from events.models import Event
from notify.api.bodies import bodies_of
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.respond import (
    rotate_guest_link,
)
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.writes import CASES, WRITES, Scene, Write, make_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(clock: Clock, tmp_path: Path) -> Scene:
    return make_scene(tmp_path)


# Links open an event and are not told, as is what a picture shows; change_event() is what
# update_event() calls. Reports and invitations are for mail alone.
NOT_TOLD = {"make_link", "revoke_link", "rotate_link", "delete_link", "describe_shown"}
NOT_TOLD |= {"change_event", "confirm_host", "report_event", "invite"}
# What these write belongs to no body: the seats beside a write that is told. act_on_all() calls
# other writes; anonymise() does its part by anonymise_answers().
HELPERS = {"settle_capacity", "restate", "move_seats", "act_on_all", "show_rule"}
HELPERS |= {"anonymise_answers"}
SILENT = {rotate_guest_link: Kind.LINK_REPLACED, announce: Kind.MESSAGE_POSTED}


def stored() -> dict[UUID, dict[str, Any]]:
    """The body of everything, as an organizer may see it."""
    things = [
        *((Kind.EVENT_UPDATED, id) for id in Event.objects.values_list("id", flat=True)),
        *((Kind.RSVP_UPDATED, id) for id in Rsvp.objects.values_list("id", flat=True)),
        *((Kind.COMMENT_CREATED, id) for id in Comment.objects.values_list("id", flat=True)),
    ]
    bodies = bodies_of([Change(kind=kind, object_id=id) for kind, id in things])
    return {id: body for (_, id), body in zip(things, bodies, strict=True) if body is not None}


@pytest.mark.parametrize(("function", "write"), CASES)
def test_what_differs_was_told(
    scene: Scene, clock: Clock, function: Callable[..., Any], write: Write
) -> None:
    """An event by a change of its own, or of an answer that it counts; an answer by its own, or
    with its event. Afterwards, search finds every event by what it says."""
    act = write(scene)
    clock.advance(minutes=1)
    before, last = stored(), Change.objects.latest("id").pk
    act()
    after = stored()
    told = Change.objects.filter(pk__gt=last)
    events = set(told.values_list("event_id", flat=True))
    objects = set(told.values_list("object_id", flat=True))
    erased = set(told.filter(kind=Kind.EVENT_DELETED).values_list("event_id", flat=True))
    differing = {id for id in before | after if before.get(id) != after.get(id)}
    for id in differing:
        body = before.get(id) or after[id]
        of_event = body.get("event_id", id)
        stands_for = of_event in erased and "comment" not in body
        assert id in objects or stands_for or ("title" in body and id in events), body
    assert told.exists()
    assert unindexed(Event.objects.values_list("id", flat=True)) == []
    if function in SILENT:
        assert list(told.values_list("kind", flat=True)) == [SILENT[function]]


def test_every_write_is_walked() -> None:
    """A function of the domain that locks an event or touches one is in the table above."""
    walked = {function.__name__ for function in WRITES} | NOT_TOLD | HELPERS
    found = set()
    for package in (events.domain, rsvps.domain, comments.domain):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name == "events.domain.locking":
                continue
            for name, function in inspect.getmembers(
                import_module(module.name), inspect.isfunction
            ):
                if function.__module__ != module.name or name.startswith("_"):
                    continue
                source = inspect.getsource(function)
                if any(f"{word}(" in source for word in ("locked_event", "touch", "edit_all")):
                    found.add(name)
    assert found <= walked, found - walked
