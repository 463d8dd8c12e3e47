"""Featuring an event through the Tenant API: one in each group, moved in one step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from events.models import Event
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel
from tests.tenant_cast import EVENTS, Cast, make_cast, said


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


@pytest.fixture
def pair(cast: Cast) -> tuple[MadeEvent, MadeEvent]:
    """Two events of one group, the first of them featured."""
    group = make_channel("Club", tenant=cast.tenant)
    first = cast.event(channel_id=group.pk, featured=True)
    return first, cast.event(channel_id=group.pk)


def patch(api: Api, cast: Cast, event: MadeEvent, **values: Any) -> Any:
    """The creator changes an event."""
    return api.patch(f"{EVENTS}/{event.id}", values, cast.creator.key)


def featured() -> set[Any]:
    """The featured events' ids."""
    return set(Event.objects.filter(featured=True).values_list("pk", flat=True))


def test_featuring_takes_the_place(api: Api, cast: Cast, pair: tuple[MadeEvent, MadeEvent]) -> None:
    """The other one is no longer featured; both are a new version; other groups keep theirs."""
    first, second = pair
    elsewhere = cast.event(
        channel_id=make_channel("Elsewhere", tenant=cast.tenant).pk, featured=True
    )
    versions = [each.stored.version for each in (first, second, elsewhere)]
    assert said(patch(api, cast, second, featured=True), 200)["featured"] is True
    assert said(api.get(f"{EVENTS}/{first.id}", cast.creator.key), 200)["featured"] is False
    assert featured() == {second.id, elsewhere.id}
    now = [each.stored.version for each in (first, second, elsewhere)]
    assert now == [versions[0] + 1, versions[1] + 1, versions[2]]
    assert first.stored.updated_at > first.stored.created_at


def test_featuring_what_is_featured_changes_nothing(
    api: Api, cast: Cast, pair: tuple[MadeEvent, MadeEvent]
) -> None:
    """Not the event's version, and not its neighbour's."""
    versions = [each.stored.version for each in pair]
    said(patch(api, cast, pair[0], featured=True), 200)
    assert [each.stored.version for each in pair] == versions
    assert featured() == {pair[0].id}


def test_taking_it_down(api: Api, cast: Cast, pair: tuple[MadeEvent, MadeEvent]) -> None:
    """Then none is featured."""
    assert said(patch(api, cast, pair[0], featured=False), 200)["featured"] is False
    assert featured() == set()


def test_a_new_event_may_be_featured(
    api: Api, cast: Cast, pair: tuple[MadeEvent, MadeEvent]
) -> None:
    """On creation too, in the place of the old one."""
    group = str(pair[0].row.channel_id)
    new = {"title": "T", "start_time": "2100-01-01T10:00:00Z", "group_id": group, "featured": True}
    made = said(api.post(EVENTS, new, cast.creator.key), 201)
    assert made["featured"] is True
    assert {str(id) for id in featured()} == {made["id"]}


def test_it_needs_a_group(api: Api, cast: Cast, everything_stored: Callable[[], Any]) -> None:
    """400 naming it, on creation and on change; with the group in the same change it works."""
    event = cast.event()
    errors = {"featured": ["Only an event in a channel can be featured."]}
    new = {"title": "T", "start_time": "2100-01-01T10:00:00Z", "featured": True}
    stored = everything_stored()
    assert said(api.post(EVENTS, new, cast.creator.key), 400)["errors"] == errors
    assert said(patch(api, cast, event, featured=True), 400)["errors"] == errors
    assert everything_stored() == stored
    group = make_channel("Club", tenant=cast.tenant)
    body = said(patch(api, cast, event, featured=True, group_id=str(group.pk)), 200)
    assert (body["featured"], body["group_id"]) == (True, str(group.pk))


def test_moving_to_another_group(api: Api, cast: Cast, pair: tuple[MadeEvent, MadeEvent]) -> None:
    """It arrives unfeatured beside the one there, or in its place when that is asked."""
    first, second = pair
    there = make_channel("Elsewhere", tenant=cast.tenant)
    other = cast.event(channel_id=there.pk, featured=True)
    moved = said(patch(api, cast, first, group_id=str(there.pk)), 200)
    assert moved["featured"] is False
    assert featured() == {other.id}
    said(patch(api, cast, second, group_id=str(there.pk), featured=True), 200)
    assert featured() == {second.id}
    assert said(patch(api, cast, second, group_id=None), 200)["featured"] is False


@pytest.mark.once
def test_a_refused_change_moves_nothing(
    api: Api, cast: Cast, pair: tuple[MadeEvent, MadeEvent], everything_stored: Callable[[], Any]
) -> None:
    """Another field that is wrong, or a caller who may not: the old one stays featured."""
    stored = everything_stored()
    for values in (
        {"featured": True, "capacity": 0},
        {"featured": "yes"},
        {"featured": None},
        {"featured": 1},
        {"featured": True, "end_time": "1999-01-01T10:00:00Z"},
    ):
        patch_refused = patch(api, cast, pair[1], **values)
        assert patch_refused.status_code == 400
    path = f"{EVENTS}/{pair[1].id}"
    assert api.patch(path, {"featured": True}, cast.colleague.key).status_code == 403
    assert api.patch(path, {"featured": True}, cast.outsider.key).status_code == 404
    assert everything_stored() == stored
