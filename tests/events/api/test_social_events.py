"""Events in the Social API as they are read: their bodies, and what is sent beside them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from channels.models import Channel
from comments.domain.messages import announce
from comments.models import Comment, Message
from events.models import Event
from tests.conftest import Api, Clock
from tests.makers import make_channel, make_image, make_rsvp, make_stream
from tests.social_cast import SIDE_LOADS, Social, make_social
from tests.tenant_cast import comment_by, make_member, said, soon

HOST = "http://testserver"
WATCH = "https://stream.example.org/x.m3u8"
NO_FLAGS = {"bits": 0, "hashes": 0, "hash": []}

# Who made an event whose creator's account is gone.
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def social(api: Api, clock: Clock) -> Social:
    """Who calls, on the first of May 2030 at noon."""
    return make_social(api)


def written(moment: Any) -> str:
    """A moment as JSON has it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


# --- Bodies -----------------------------------------------------------------------------------


@pytest.mark.once
def test_a_full_event(social: Social) -> None:
    """Every field as it was stored; the same on its own and in the list."""
    cover = make_image(social.cast.tenant, alt_text="A lawn")
    event = social.event(
        title="Porto Meetup",
        description="*All* welcome",
        start_time="2030-06-01T18:00:00",
        end_time="2030-06-01T22:00:00",
        timezone="Europe/Lisbon",
        location="Rua 1",
        online_url="https://meet.example.org/x",
        format="virtual",
        tags=["porto", "žluť"],
        metadata={"a": [1, None]},
        cover_id=cover.pk,
        channel_id=social.channel.pk,
    )
    stream = make_stream(event)
    make_rsvp(event, guest_count=2)
    make_rsvp(event, attendance="interested")
    make_rsvp(event, attendance="interested", is_private=True)
    stored = event.stored
    creator = str(social.cast.creator.id)
    body = {
        "eventId": str(event.id),
        "publicId": str(event.id),
        "postId": str(event.id),
        "userId": creator,
        "userPublicId": creator,
        "userInternalId": creator,
        "title": "Porto Meetup",
        "description": "*All* welcome",
        "type": "virtual",
        "status": "scheduled",
        "isInviteOnly": False,
        "startTime": "2030-06-01T17:00:00Z",
        "endTime": "2030-06-01T21:00:00Z",
        "location": "Rua 1",
        "externalUrl": "https://meet.example.org/x",
        "coverImageFileId": str(cover.pk),
        "originId": str(social.channel.pk),
        "originType": "community",
        "livestreamId": str(stream.pk),
        "discussionCommunityId": str(social.channel.pk),
        "isLocationVisible": True,
        "isOriginPublic": True,
        "rsvpCount": 1,
        "interestedCount": 2,
        "tags": ["porto", "žluť"],
        "metadata": {"a": [1, None]},
        "isDeleted": False,
        "createdAt": written(stored.created_at),
        "updatedAt": written(stored.updated_at),
    }
    for who in ("creator", "colleague", "organizer", "superuser", "publishable"):
        assert social.only(event, who) == body
        alone = said(social.get(f"events/{event.id}", who), 200)
        listed = said(social.get("events", who), 200)
        assert listed.pop("paging") == {"next": None, "previous": None}
        assert listed == alone


def test_a_bare_event(social: Social) -> None:
    """null and empty where nothing is known, and nothing beside it but its creator."""
    event = social.event()
    body = social.only(event)
    missing = ("endTime", "location", "externalUrl", "coverImageFileId")
    missing += ("originId", "livestreamId", "discussionCommunityId")
    assert [body[name] for name in missing] == [None] * 7
    assert (body["description"], body["tags"], body["metadata"]) == ("", [], {})
    assert (body["isLocationVisible"], body["isOriginPublic"]) == (True, False)
    assert (body["type"], body["originType"]) == ("in_person", "community")
    whole = said(social.get(f"events/{event.id}"), 200)
    assert [len(whole[name]) for name in SIDE_LOADS] == [1, 0, 0, 0, 0]
    Event.objects.filter(pk=event.id).update(creator=None)
    whole = said(social.get(f"events/{event.id}"), 200)
    assert (whole["events"][0]["userId"], whole["users"]) == (NOBODY, [])


@pytest.mark.parametrize(
    ("format", "word"),
    [("in_person", "in_person"), ("virtual", "virtual"), ("hybrid", "in_person")],
)
def test_types(social: Social, format: str, word: str) -> None:
    """A hybrid event has a place to go to."""
    assert social.only(social.event(format=format))["type"] == word


@pytest.mark.once
def test_what_an_event_names(social: Social) -> None:
    """User, file, community, posts and room, field by field."""
    event = social.rich(title="Porto Meetup", description="*All* welcome")
    stored, cast = event.stored, social.cast
    creator, channel, cover = str(cast.creator.id), str(social.channel.pk), stored.cover
    assert cover is not None
    body = said(social.get(f"events/{event.id}"), 200)
    joined = written(cast.creator.user.date_joined)
    assert body["users"] == [
        {
            "userId": creator,
            "createdAt": joined,
            "updatedAt": joined,
            "_id": creator,
            "path": f"*/user/{creator}",
            "userInternalId": creator,
            "userPublicId": creator,
            "roles": [],
            "permissions": [],
            "displayName": "Cora",
            "profileHandle": None,
            "description": "",
            "avatarFileId": None,
            "avatarCustomUrl": f"{HOST}/media/{cast.creator.user.avatar.name}",
            "flagCount": 0,
            "hashFlag": NO_FLAGS,
            "metadata": {},
            "isGlobalBan": False,
            "isBrand": False,
            "isDeleted": False,
        }
    ]
    assert body["files"] == [
        {
            "fileId": str(cover.pk),
            "fileUrl": f"{HOST}/media/{cover.file.name}",
            "type": "image",
            "accessType": "public",
            "altText": "",
            "createdAt": written(cover.created_at),
            "updatedAt": written(cover.created_at),
            "attributes": {
                "name": "garden.png",
                "extension": "png",
                "size": 6,
                "mimeType": "image/png",
                "metadata": {"exif": {}, "gps": {}, "height": 360, "width": 640, "isFull": True},
            },
        }
    ]
    room = stored.live_room
    assert body["rooms"] == [
        {
            "_id": str(room.pk),
            "type": "directStreaming",
            "targetId": channel,
            "targetType": "community",
            "referenceType": "event",
            "referenceId": str(event.id),
            "liveChannelId": None,
            "liveChatEnabled": False,
            "title": "Porto Meetup",
            "roomId": str(room.pk),
            "description": "*All* welcome",
            "thumbnailFileId": None,
            "status": "live",
            "participants": [{"type": "host", "userId": creator}],
            "livePlaybackUrl": WATCH,
            "liveThumbnailUrl": None,
            "recordedPlaybackInfos": [],
            "durationSeconds": 0,
            "moderation": {
                "flagLabels": [],
                "terminateLabels": [],
                "updatedAt": written(room.updated_at),
            },
            "parentRoomId": None,
            "childRoomIds": [],
            "createdAt": written(room.created_at),
            "createdBy": creator,
            "creatorInternalId": creator,
            "updatedAt": written(room.updated_at),
            "liveAt": "2030-05-01T12:00:00Z",
            "endedAt": None,
            "recordedAt": None,
            "isDeleted": False,
            "deletedAt": None,
            "deletedBy": None,
            "path": f"*/room/{room.pk}",
            "metadata": {"eventId": str(event.id)},
        }
    ]


def test_a_community(social: Social) -> None:
    """Its announcements of public events, and the tenant's people, counted."""
    social.rich()
    social.rich(is_private=True)
    make_member(social.cast.tenant, is_active=False)
    channel = Channel.objects.get(pk=social.channel.pk)
    (body,) = said(social.get("events"), 200)["communities"]
    id = str(channel.pk)
    assert body == {
        "communityId": id,
        "channelId": id,
        "displayName": "Club",
        "_id": id,
        "path": f"*/community/{id}",
        "userId": None,
        "userPublicId": None,
        "userInternalId": None,
        "avatarFileId": None,
        "description": "",
        "isOfficial": True,
        "isPublic": True,
        "onlyAdminCanPost": True,
        "tags": [],
        "metadata": {},
        "postsCount": 2,
        "membersCount": User.objects.filter(tenant=social.cast.tenant, is_active=True).count(),
        "isJoined": True,
        "categoryIds": [],
        "isDeleted": False,
        "createdAt": written(channel.created_at),
        "updatedAt": written(channel.last_used_at),
        "hasFlaggedComment": False,
        "hasFlaggedPost": False,
        "needApprovalOnPostCreation": False,
        "moderatorMemberCount": 2,
        "allowCommentInStory": False,
        "isDiscoverable": True,
        "requiresJoinApproval": False,
        "notificationMode": "default",
        "type": "default",
    }
    assert body["membersCount"] == 5
    opened = make_channel("Open")
    event = social.event(channel_id=opened.pk)
    (body,) = said(social.get(f"events/{event.id}"), 200)["communities"]
    assert (body["isOfficial"], body["isJoined"]) == (False, False)
    assert (body["membersCount"], body["moderatorMemberCount"]) == (0, 0)


def test_posts(social: Social, clock: Clock) -> None:
    """Public announcements only, the latest first, with the comments of the tenant's people."""
    event = social.rich(title="Porto Meetup")
    announce(event_id=event.id, content="Between us", visibility="admin")
    latest, first = Message.objects.filter(visibility="public").order_by("-created_at", "-id")
    clock.advance(seconds=1)
    again = comment_by(social.cast.creator, "post", str(latest.pk))
    earlier = Comment.objects.exclude(pk=again).get()
    creator, channel = str(social.cast.creator.id), str(social.channel.pk)
    posts = said(social.get(f"events/{event.id}", "creator"), 200)["posts"]
    said_at = written(latest.created_at)
    assert posts[0] == {
        "postId": str(latest.pk),
        "data": {
            "title": "Porto Meetup",
            "text": "Doors at six",
            "fileId": None,
            "thumbnailFileId": None,
            "videoFileId": {"original": None, "low": None, "medium": None, "high": None},
            "streamId": None,
        },
        "_id": str(latest.pk),
        "path": f"*/post/{latest.pk}",
        "parentPostId": None,
        "postedUserId": creator,
        "postedUserPublicId": creator,
        "postedUserInternalId": creator,
        "sharedUserId": None,
        "sharedCount": 0,
        "targetId": channel,
        "targetPublicId": channel,
        "targetInternalId": channel,
        "targetType": "community",
        "dataType": "text",
        "metadata": {"eventId": str(event.id)},
        "flagCount": 0,
        "hashFlag": NO_FLAGS,
        "editedAt": said_at,
        "createdAt": said_at,
        "updatedAt": said_at,
        "reactions": {},
        "reactionsCount": 0,
        "myReactions": [],
        "commentsCount": 2,
        "comments": [str(again), str(earlier.pk)],
        "children": [],
        "childrenNumber": 0,
        "isDeleted": False,
        "hasFlaggedComment": False,
        "hasFlaggedChildren": False,
        "feedId": channel,
        "tags": [],
        "hashtags": [],
        "mentionees": [],
        "impression": 0,
        "reach": 0,
        "structureType": "text",
    }
    told = [(post["postId"], post["data"]["text"], post["comments"]) for post in posts[1:]]
    assert told == [(str(first.pk), "Bring a chair", [])]


def test_the_latest_posts_and_comments(social: Social, clock: Clock) -> None:
    """Twenty of each event and of each post; comments are counted beyond that."""
    one, other = social.event(), social.event()
    for number in range(23):
        clock.advance(seconds=1)
        announce(event_id=one.id, content=f"P{number}")
    post, comments = announce(event_id=other.id, content="Only one"), []
    for _ in range(22):
        clock.advance(seconds=1)
        comments.append(str(comment_by(social.cast.creator, "post", str(post.id))))
    posts = said(social.get("events"), 200)["posts"]
    of_one = [each["data"]["text"] for each in posts if each["metadata"]["eventId"] == str(one.id)]
    assert of_one == [f"P{number}" for number in range(22, 2, -1)]
    (of_other,) = (each for each in posts if each["postId"] == str(post.id))
    assert (of_other["commentsCount"], of_other["comments"]) == (22, comments[:1:-1])


def test_a_creator_who_has_gone(social: Social) -> None:
    """A deactivated account is marked as deleted; an organizer has a role."""
    event = social.cast.event(social.cast.organizer)
    (user,) = said(social.get(f"events/{event.id}"), 200)["users"]
    assert (user["roles"], user["isDeleted"]) == (["organizer"], False)
    User.objects.filter(pk=social.cast.organizer.id).update(is_active=False)
    (user,) = said(social.get(f"events/{event.id}"), 200)["users"]
    assert user["isDeleted"] is True


def test_sent_once(social: Social) -> None:
    """What several events name comes once; what only events on other pages name does not come."""
    cast, cover = social.cast, make_image(social.cast.tenant)
    make_image(cast.tenant)
    second = make_channel("Second", tenant=cast.tenant)
    shared = [social.rich(cover_id=cover.pk, start_time=soon(days=day)) for day in (1, 2, 3)]
    shared.append(cast.event(cast.colleague, cover_id=cover.pk, start_time=soon(days=4)))
    last = cast.event(cast.organizer, channel_id=second.pk, start_time=soon(days=9))
    announce(event_id=last.id, content="Later")
    make_stream(last)

    def named(body: dict[str, Any]) -> dict[str, list[str]]:
        keys = ("userId", "fileId", "communityId", "postId", "roomId")
        pairs = zip(SIDE_LOADS, keys, strict=True)
        return {name: [each[key] for each in body[name]] for name, key in pairs}

    body = said(social.get("events", limit=4), 200)
    assert [each["eventId"] for each in body["events"]] == [str(each.id) for each in shared]
    found = named(body)
    assert sorted(found["users"]) == sorted(map(str, (cast.creator.id, cast.colleague.id)))
    assert (found["files"], found["communities"]) == ([str(cover.pk)], [str(social.channel.pk)])
    posts = Message.objects.exclude(event=last.id).values_list("pk", flat=True)
    assert sorted(found["posts"]) == sorted(map(str, posts))
    rooms = [str(each.stored.live_room.pk) for each in shared[:3]]
    assert sorted(found["rooms"]) == sorted(rooms)
    rest = named(said(social.get("events", limit=4, token=body["paging"]["next"]), 200))
    assert rest == {
        "users": [str(cast.organizer.id)],
        "files": [],
        "communities": [str(second.pk)],
        "posts": [str(Message.objects.get(event=last.id).pk)],
        "rooms": [str(last.stored.live_room.pk)],
    }
