"""Nothing of another tenant is read, counted, changed or guessed through a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest

from channels.models import Channel
from comments.models import Comment
from events.models import Event
from rsvps.models import Rsvp
from tests.conftest import Api, headers_of, undone
from tests.makers import MadeEvent, make_channel, make_rsvp, make_tier
from tests.tenant_cast import (
    COMMENTS,
    EVENTS,
    Cast,
    Member,
    comment_by,
    make_cast,
    make_member,
    said,
)
from tests.wording import in_words

pytestmark = pytest.mark.once

ASKERS = ("creator", "colleague", "organizer", "superuser", "publishable")
WRITERS = ASKERS[:-1]


@dataclass
class World:
    """Two tenants with the same kinds of things; everything of the other one says Umbrella."""

    api: Api
    cast: Cast
    superuser: Member
    event: MadeEvent
    rsvp: UUID
    comment: UUID
    public: Channel
    private: Channel
    open_private: Channel

    def key(self, who: str) -> str | None:
        """The asker's key."""
        return self.superuser.key if who == "superuser" else self.cast.keys[who]

    def foreign(self) -> list[str]:
        """Every id and word that must not come out."""
        ids = (
            *Event.objects.filter(tenant=self.cast.other).values_list("pk", flat=True),
            *Rsvp.objects.filter(event__tenant=self.cast.other).values_list("pk", flat=True),
            *Channel.objects.filter(tenant=self.cast.other).values_list("pk", flat=True),
            *Comment.objects.filter(tenant=self.cast.other).values_list("pk", flat=True),
            self.cast.other.pk,
            self.cast.outsider.id,
            self.open_private.pk,
        )
        return [*map(str, ids), "Umbrella", "Umberto"]


@pytest.fixture
def world(api: Api) -> World:
    """What could leak is stored first, with a colleague's own answer on the other side too."""
    cast = make_cast()
    superuser = make_member(cast.tenant, "Root", is_superuser=True)
    public = make_channel("Umbrella hall", tenant=cast.other)
    private = make_channel("Umbrella cellar", visibility="private", tenant=cast.other)
    event = cast.event(
        cast.outsider, title="Umbrella picnic", location="Umbrella St", channel_id=public.pk
    )
    cast.event(cast.outsider, title="Umbrella private", is_private=True)
    cast.event(cast.outsider, title="Umbrella cellar night", channel_id=private.pk)
    make_rsvp(event, user=cast.outsider.user, name="Umberto")
    answered = make_rsvp(event, user=cast.colleague.user, name="Colin at Umbrella")
    comment = comment_by(cast.outsider, body="Umbrella says")
    comment_by(cast.outsider, "event", str(event.id), body="Umbrella says")
    cast.event(title="Ours")
    comment_by(cast.creator, body="Our word")
    open_private = make_channel("Elsewhere", visibility="private")
    assert superuser.actor.is_root
    return World(api, cast, superuser, event, answered.id, comment, public, private, open_private)


ALIKE: dict[str, str] = {
    "GET community-events/{event}": "",
    "PATCH community-events/{event}": "event",
    "DELETE community-events/{event}": "",
    "POST community-events/{event}/rsvp": "rsvp",
    "PATCH community-events/rsvps/{rsvp}": "rsvp",
    "GET community-events/{event}/attendees": "",
    "GET community-events/{event}/rsvps": "",
    "GET community-events/{event}/export/ical": "",
    "GET community-events/{event}/tiers": "",
    "POST community-events/{event}/tiers": "tier",
    "GET community-events/{event}/tiers/{tier}": "",
    "PATCH community-events/{event}/tiers/{tier}": "tier",
    "DELETE community-events/{event}/tiers/{tier}": "",
    "GET community/comments/event/{event}": "",
    "DELETE community/comments/{comment}": "",
}
BODIES: dict[str, Any] = {"event": {"title": "Ours now"}, "rsvp": {"status": "interested"}}
BODIES["tier"] = {"name": "Ours now"}


@pytest.mark.parametrize("endpoint", ALIKE)
def test_a_foreign_id_answers_like_an_unknown_one(
    world: World, endpoint: str, everything_stored: Callable[[], Any]
) -> None:
    """Byte for byte and header for header, also for the caller's own answer over there, and with
    a body that would not pass."""
    method, path = endpoint.split(" ")
    unknown = {"event": uuid4(), "rsvp": uuid4(), "comment": uuid4(), "tier": uuid4()}
    foreign = {"event": world.event.id, "rsvp": world.rsvp, "comment": world.comment}
    foreign["tier"] = make_tier(world.event, name="Umbrella ticket").pk
    stored, surprises = everything_stored(), []
    bodies = (BODIES.get(ALIKE[endpoint], {}), {"status": 5, "title": 5})
    for who, body in product(ASKERS, bodies):
        with undone():
            answers = [
                world.api.send(method, path.format(**ids), body, world.key(who))
                for ids in (unknown, foreign)
            ]
            status = 403 if who == "publishable" and method != "GET" else 404
            told = [(each.status_code, each.content, headers_of(each)) for each in answers]
            if told[0] != told[1] or told[0][0] != status or everything_stored() != stored:
                surprises.append((who, body, told))
    assert surprises == []


LISTS = (
    *("", "?filter_type=upcoming", "?filter_type=past", "?filter_type=my_events"),
    *("?group_id={public}", "?group_id={private}", "?group_id={open_private}", "?offset=0"),
    *("/browse", "/browse?sort_by=attendee_count&sort_order=desc", "/browse?event_type=in_person"),
    *("/browse?group_id={public}", "/browse?group_id={private}"),
    *("/my-events", "/my-events?upcoming_only=false", "/my-events?status_filter=going"),
    *("?tenant_id={other}", "?tenant={other}", "/browse?creator_id={outsider}"),
)


@pytest.mark.parametrize("who", ASKERS)
def test_no_list_holds_or_counts_them(world: World, who: str) -> None:
    """Through every filter, sort and invented parameter: our one event or nothing, and totals
    that say so."""
    ids = {
        "public": world.public.pk,
        "private": world.private.pk,
        "open_private": world.open_private.pk,
        "other": world.cast.other.pk,
        "outsider": world.cast.outsider.id,
    }
    for path in LISTS:
        response = world.api.get(f"{EVENTS}{path.format(**ids)}", world.key(who))
        if who == "publishable" and "my" in path:
            assert response.status_code == 403
            continue
        body = said(response, 200)
        mine = "my" in path and not (who == "creator" and "my_events" in path)
        nothing = mine or "group_id" in path or "past" in path
        assert [event["title"] for event in body["events"]] == ([] if nothing else ["Ours"]), path
        assert (body["total"], body["has_more"]) == (len(body["events"]), False)
        assert not [text for text in world.foreign() if text in response.content.decode()]


@pytest.mark.parametrize("who", ASKERS)
@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/browse"])
def test_the_group_filter_tells_no_group_from_another(world: World, who: str, path: str) -> None:
    """A foreign channel, somebody's private one, and none at all: the same bytes."""
    answers = {
        world.api.get(path, world.key(who), group_id=group).content
        for group in (world.public.pk, world.private.pk, world.open_private.pk, uuid4())
    }
    limit = 50 if path == EVENTS else 20
    nothing = f'{{"total":0,"offset":0,"limit":{limit},"has_more":false,"events":[]}}'
    assert answers == {nothing.encode()}


@pytest.mark.parametrize("who", WRITERS)
def test_joining_a_group_tells_no_group_from_another(
    world: World, who: str, everything_stored: Callable[[], Any]
) -> None:
    """The same 400 names group_id, on creation and on change, and nothing is written."""
    ours = Event.objects.get(title="Ours")
    new = {"title": "T", "start_time": "2100-01-01T10:00:00Z"}
    stored = everything_stored()
    bodies = set()
    for group in (world.public.pk, world.private.pk, world.open_private.pk, uuid4()):
        changed = {"group_id": str(group)}
        created = world.api.post(EVENTS, new | changed, world.key(who))
        assert said(created, 400)["errors"] == {"group_id": [in_words("unknown_id")]}
        bodies.add(created.content)
        if who != "colleague":  # who may not change the event at all
            patched = world.api.patch(f"{EVENTS}/{ours.pk}", changed, world.key(who))
            assert patched.status_code == 400
            bodies.add(patched.content)
    assert len(bodies) == 1
    assert everything_stored() == stored


@pytest.mark.parametrize("who", ASKERS)
def test_threads_are_the_tenants_own(world: World, who: str) -> None:
    """Two tenants number their videos alike; a key reads and counts its tenant's comments."""
    response = world.api.get(f"{COMMENTS}/video/123", world.key(who))
    body = said(response, 200)
    assert [each["comment"] for each in body["comments"]] == ["Our word"]
    assert body["total"] == 1
    assert not [text for text in world.foreign() if text in response.content.decode()]


def test_a_foreign_event_takes_no_comment(
    world: World, everything_stored: Callable[[], Any]
) -> None:
    """The same 404 as an unknown event, and nothing is written."""
    stored = everything_stored()
    answers = [
        world.api.post(
            COMMENTS,
            {"content_type": "event", "content_id": str(event), "comment": "Hi"},
            world.cast.organizer.key,
        )
        for event in (world.event.id, uuid4())
    ]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert everything_stored() == stored


def test_answers_over_there_are_not_my_events(world: World) -> None:
    """The colleague's answer to the other tenant's event is real, and out of the key's reach."""
    assert Rsvp.objects.filter(user=world.cast.colleague.user).count() == 1
    key = world.cast.colleague.key
    body = said(world.api.get(f"{EVENTS}/my-events", key, upcoming_only="false"), 200)
    assert (body["events"], body["total"]) == ([], 0)


def test_the_other_side_does_see_them(world: World) -> None:
    """The negative control: every hidden thing is there for its own tenant."""
    key = world.cast.outsider.key
    assert said(world.api.get(EVENTS, key), 200)["total"] == 3
    assert said(world.api.get(EVENTS, key, group_id=world.private.pk), 200)["total"] == 1
    assert said(world.api.get(f"{EVENTS}/{world.event.id}/attendees", key), 200)["total"] == 2
    assert said(world.api.get(f"{COMMENTS}/video/123", key), 200)["total"] == 1
    assert said(world.api.delete(f"{COMMENTS}/{world.comment}", key), 200)["success"] is True
