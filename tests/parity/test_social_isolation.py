"""Nothing of another tenant is read, counted, changed or guessed through the Social API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Image, User
from channels.models import Channel
from comments.domain.messages import announce
from comments.models import Comment, Message
from events.models import Event, LiveRoom
from rsvps.models import Rsvp
from tests.conftest import Api, headers_of, undone
from tests.makers import MadeEvent, make_channel, make_image, make_rsvp, make_stream
from tests.social_cast import SIDE_LOADS, Social, make_social
from tests.tenant_cast import comment_by, said

pytestmark = pytest.mark.once

ASKERS = ("creator", "colleague", "organizer", "superuser", "publishable", "reads")


@dataclass
class World:
    """Two tenants with the same kinds of things; everything of the other one says Umbrella."""

    social: Social
    ours: MadeEvent
    theirs: MadeEvent
    image: Image
    channels: list[Channel]

    def foreign(self) -> list[str]:
        """Every id and word that must not come out."""
        other = self.social.cast.other
        ids = (
            *Event.objects.filter(tenant=other).values_list("pk", flat=True),
            *Rsvp.objects.filter(event__tenant=other).values_list("pk", flat=True),
            *Channel.objects.filter(tenant=other).values_list("pk", flat=True),
            *Comment.objects.filter(tenant=other).values_list("pk", flat=True),
            *Message.objects.filter(event__tenant=other).values_list("pk", flat=True),
            *LiveRoom.objects.filter(event__tenant=other).values_list("pk", flat=True),
            *Image.objects.filter(tenant=other).values_list("pk", flat=True),
            *User.objects.filter(tenant=other).values_list("pk", flat=True),
            other.pk,
        )
        return [*map(str, ids), "Umbrella", "Umberto", "umbrella"]


@pytest.fixture
def world(api: Api) -> World:
    """What could leak is stored first: events that name everything, the colleague's answer over
    there, a comment of theirs under a post of ours, an event of theirs in a channel of everybody's
    that ours is in too."""
    social = make_social(api)
    cast, opened = social.cast, make_channel("Open")
    public = make_channel("Umbrella hall", tenant=cast.other)
    private = make_channel("Umbrella cellar", "private", cast.other)
    image = make_image(cast.other, alt_text="Umbrella")
    theirs = cast.event(
        cast.outsider,
        title="Umbrella picnic",
        location="Umbrella St",
        channel_id=public.pk,
        cover_id=image.pk,
    )
    make_stream(theirs, status="live", playback_url="https://umbrella.example/x.m3u8")
    post = announce(event_id=theirs.id, content="Umbrella says")
    comment_by(cast.outsider, "post", str(post.id), body="Umbrella says")
    cast.event(cast.outsider, title="Umbrella cellar night", channel_id=private.pk)
    cast.event(cast.outsider, title="Umbrella private", is_private=True)
    in_open = cast.event(cast.outsider, title="Umbrella in the open", channel_id=opened.pk)
    make_rsvp(theirs, user=cast.outsider.user, name="Umberto")
    make_rsvp(theirs, user=cast.colleague.user)
    ours = social.rich(title="Ours", channel_id=opened.pk)
    make_rsvp(ours, user=cast.colleague.user)
    our_post = Message.objects.filter(event=ours.id).latest("created_at")
    # Stored by hand: no door lets another tenant comment here.
    Comment.objects.create(
        tenant=cast.other,
        author=cast.outsider.user,
        content_type="post",
        content_id=str(our_post.pk),
        body="Umbrella here",
    )
    assert in_open.stored.channel == ours.stored.channel
    return World(social, ours, theirs, image, [public, private])


ALIKE = {
    "GET events/{event}": None,
    "PUT events/{event}": {"title": "Ours now"},
    "DELETE events/{event}": None,
    "GET events/{event}/rsvp": None,
    "POST events/{event}/rsvp": {"status": "interested"},
    "PUT events/{event}/rsvp": {"status": "interested"},
    "GET events/{event}/me/rsvp": None,
    "GET events/{event}/room": None,
    "PUT events/{event}/room": {"liveChatEnabled": True},
    "DELETE events/{event}/room": None,
    "GET rooms/{room}": None,
    "PUT rooms/{room}": {"liveChatEnabled": True},
    "DELETE rooms/{room}": None,
    "POST rooms/{room}/stop": None,
    "GET rooms/{room}/recorded": None,
    "GET files/{file}": None,
}


@pytest.mark.parametrize("endpoint", ALIKE)
def test_a_foreign_id_answers_like_an_unknown_one(
    world: World, endpoint: str, everything_stored: Callable[[], Any]
) -> None:
    """Byte for byte and header for header, also where the caller answered, and with a body that
    would not pass."""
    method, path = endpoint.split(" ")
    unknown = {"event": uuid4(), "file": uuid4(), "room": uuid4()}
    room = LiveRoom.objects.get(event=world.theirs.id)
    foreign = {"event": world.theirs.id, "file": world.image.pk, "room": room.pk}
    stored, surprises = everything_stored(), []
    for who, body in product(ASKERS, (ALIKE[endpoint], {"status": 5, "title": 5})):
        refused = (method != "GET" and who == "reads") or (
            who == "publishable" and (method != "GET" or "/me/" in path)
        )
        with undone():
            answers = [
                world.social.send(method, path.format(**ids), body, who)
                for ids in (unknown, foreign)
            ]
            told = [(each.status_code, each.content, headers_of(each)) for each in answers]
            status = 403 if refused else 404
            if told[0] != told[1] or told[0][0] != status or everything_stored() != stored:
                surprises.append((who, body, told))
    assert surprises == []


QUERIES: tuple[dict[str, Any], ...] = (
    *({}, {"limit": 100}, {"originType": "community"}, {"status": "scheduled"}, {"tags": ""}),
    *({"type": "in_person"}, {"sortBy": "createdAt", "orderBy": "desc"}, {"originId": "{open}"}),
    *({"tenant": "{other}"}, {"tenantId": "{other}"}, {"startTimeFrom": "2000-01-01"}),
)
NOTHING: tuple[dict[str, Any], ...] = (
    *({"originId": "{public}"}, {"originId": "{private}"}, {"userId": "{outsider}"}),
    {"userId": "{outsider}", "onlyAttendee": "true"},
)


@pytest.mark.parametrize("who", ASKERS)
def test_no_list_holds_or_counts_them(world: World, who: str) -> None:
    """Through every filter, sort and invented parameter: our one event and what it names, or
    nothing."""
    opened = world.ours.stored.channel
    assert opened is not None
    ids = {
        "open": opened.pk,
        "other": world.social.cast.other.pk,
        "outsider": world.social.cast.outsider.id,
        "public": world.channels[0].pk,
        "private": world.channels[1].pk,
    }
    for query in QUERIES + NOTHING:
        asked = {name: str(value).format(**ids) for name, value in query.items()}
        response = world.social.get("events", who, asked)
        admin = who in ("organizer", "superuser")
        if "userId" in query and not admin:
            assert response.status_code == 403
        else:
            body = said(response, 200)
            titles = [event["title"] for event in body["events"]]
            assert titles == ([] if query in NOTHING else ["Ours"]), query
            assert body["paging"] == {"next": None, "previous": None}
            if query in NOTHING:
                assert [body[name] for name in SIDE_LOADS] == [[]] * 5
        text = response.content.decode()
        assert [word for word in world.foreign() if word in text] == []


@pytest.mark.parametrize("who", ASKERS)
def test_no_single_answer_holds_them(world: World, who: str) -> None:
    """Our event, who answered it, its stream, and one's own answers."""
    paths = [f"events/{world.ours.id}{more}" for more in ("", "/rsvp", "/room")]
    paths += [] if who == "publishable" else ["events/me/rsvps"]
    paths += ["rooms", f"rooms/{world.ours.stored.live_room.pk}"]
    for path in paths:
        response = world.social.get(path, who)
        assert response.status_code == 200
        text = response.content.decode()
        assert [word for word in world.foreign() if word in text] == []


def test_their_comment_under_our_post_is_not_counted(world: World) -> None:
    """Only the tenant's people's comments are."""
    posts = said(world.social.get(f"events/{world.ours.id}"), 200)["posts"]
    assert [post["commentsCount"] for post in posts] == [1, 0]
    assert Comment.objects.filter(content_id=posts[0]["postId"]).count() == 2


def test_answers_over_there_are_not_mine(world: World) -> None:
    """The colleague's answer to the other tenant's event is real, and out of the key's reach."""
    cast = world.social.cast
    assert Rsvp.objects.filter(user=cast.colleague.user).count() == 2
    body = said(world.social.get("events/me/rsvps"), 200)
    assert [each["eventId"] for each in body["eventResponses"]] == [str(world.ours.id)]
    query = {"userId": cast.colleague.id, "onlyAttendee": "true"}
    body = said(world.social.get("events", query=query), 200)
    assert [each["eventId"] for each in body["events"]] == [str(world.ours.id)]


def test_the_other_side_does_see_them(world: World) -> None:
    """The negative control: every hidden thing is there for its own tenant."""
    social = world.social
    body = said(social.get("events", "outsider"), 200)
    assert len(body["events"]) == 4
    assert [len(body[name]) for name in SIDE_LOADS] == [1, 1, 3, 1, 1]
    assert body["posts"][0]["commentsCount"] == 1
    answers = said(social.get(f"events/{world.theirs.id}/rsvp", "outsider"), 200)
    assert len(answers["eventResponses"]) == 2
    file = said(social.get(f"files/{world.image.pk}", "outsider"), 200)["files"]
    assert file[0]["altText"] == "Umbrella"
