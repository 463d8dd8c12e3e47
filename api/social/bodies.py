"""The Social API's events, responses, users and files: how facts are spelt in its JSON, and the
same shapes as schema. Every documented field is there; what Convene has no notion of is empty."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.facts import ImageFacts, UserFacts
from api.social.base import ORIGIN_WORDS, TYPE_OF, TYPE_WORDS
from config.links import file_url
from events.enums import Status
from events.facts import EventFacts, StreamFacts
from rsvps.enums import Approval, Attendance
from rsvps.facts import RsvpFacts


class SocialEventBody(serializers.Serializer[Any]):
    """An event. ``location``, ``externalUrl`` and ``livestreamId`` are null for who may not know
    them, ``originId`` for who may not know the community. ``isLocationVisible`` tells a guest
    whether they are shown where it is, an organizer whether the event hides it from guests."""

    eventId = serializers.UUIDField()
    userId = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    description = serializers.CharField()
    type = serializers.ChoiceField(choices=TYPE_WORDS)
    status = serializers.ChoiceField(choices=Status.choices)
    isInviteOnly = serializers.BooleanField()
    startTime = serializers.DateTimeField()
    endTime = serializers.DateTimeField(allow_null=True)
    location = serializers.CharField(allow_null=True)
    externalUrl = serializers.CharField(allow_null=True)
    coverImageFileId = serializers.UUIDField(allow_null=True)
    originId = serializers.UUIDField(allow_null=True)
    originType = serializers.ChoiceField(choices=ORIGIN_WORDS)
    livestreamId = serializers.UUIDField(allow_null=True)
    discussionCommunityId = serializers.UUIDField(allow_null=True)
    isLocationVisible = serializers.BooleanField()
    isOriginPublic = serializers.BooleanField()
    rsvpCount = serializers.IntegerField(help_text="Approved answers that are going.")
    interestedCount = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField())
    metadata = serializers.DictField()
    isDeleted = serializers.BooleanField()
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()


class EventResponseBody(serializers.Serializer[Any]):
    """An answer. ``userId`` is null for a guest without an account."""

    eventId = serializers.UUIDField()
    userId = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=Attendance.choices)
    approvalStatus = serializers.ChoiceField(choices=Approval.choices)
    respondedAt = serializers.DateTimeField()
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()


class HashFlagBody(serializers.Serializer[Any]):
    """Always empty: nothing is flagged here."""

    bits = serializers.IntegerField()
    hashes = serializers.IntegerField()
    hash = serializers.ListField(child=serializers.CharField())


class SocialUserBody(serializers.Serializer[Any]):
    """A member by their public face."""

    userId = serializers.UUIDField()
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()
    _id = serializers.UUIDField()
    path = serializers.CharField()
    userInternalId = serializers.UUIDField()
    userPublicId = serializers.UUIDField()
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    displayName = serializers.CharField()
    profileHandle = serializers.CharField(allow_null=True)
    description = serializers.CharField()
    avatarFileId = serializers.CharField(allow_null=True)
    avatarCustomUrl = serializers.CharField(allow_null=True)
    flagCount = serializers.IntegerField()
    hashFlag = HashFlagBody()
    metadata = serializers.DictField()
    isGlobalBan = serializers.BooleanField()
    isBrand = serializers.BooleanField()
    isDeleted = serializers.BooleanField()


class FileMetadataBody(serializers.Serializer[Any]):
    """Size in pixels. Images are drawn anew, so there is no EXIF and no GPS."""

    exif = serializers.DictField()
    gps = serializers.DictField()
    height = serializers.IntegerField()
    width = serializers.IntegerField()
    isFull = serializers.BooleanField()


class FileAttributesBody(serializers.Serializer[Any]):
    """What the file is; ``size`` in bytes."""

    name = serializers.CharField()
    extension = serializers.CharField()
    size = serializers.IntegerField()
    mimeType = serializers.CharField()
    metadata = FileMetadataBody()


class SocialFileBody(serializers.Serializer[Any]):
    """An uploaded image."""

    fileId = serializers.UUIDField()
    fileUrl = serializers.URLField()
    type = serializers.ChoiceField(choices=[("image", "image")])
    accessType = serializers.ChoiceField(choices=[("public", "public")])
    altText = serializers.CharField()
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()
    attributes = FileAttributesBody()


def social_event_body(facts: EventFacts, stream: StreamFacts | None) -> dict[str, Any]:
    """A SocialEventBody."""
    channel = facts.channel
    return {
        "eventId": facts.id,
        "userId": facts.creator_id,
        "title": facts.title,
        "description": facts.description,
        "type": TYPE_OF[facts.format],
        "status": facts.status.value,
        "isInviteOnly": facts.is_private,
        "startTime": facts.start_time,
        "endTime": facts.end_time,
        "location": facts.location,
        "externalUrl": facts.online_url,
        "coverImageFileId": facts.cover_id,
        "originId": channel.id if channel else None,
        "originType": "community",
        "livestreamId": stream.id if stream else None,
        "discussionCommunityId": channel.id if channel else None,
        "isLocationVisible": facts.shows_place,
        "isOriginPublic": channel is not None and channel.visibility == "public",
        "rsvpCount": facts.going_count,
        "interestedCount": facts.interested_count,
        "tags": facts.tags,
        "metadata": facts.metadata,
        "isDeleted": False,
        "createdAt": facts.created_at,
        "updatedAt": facts.updated_at,
    }


def event_response_body(facts: RsvpFacts) -> dict[str, Any]:
    """An EventResponseBody."""
    return {
        "eventId": facts.event_id,
        "userId": facts.user_id,
        "status": facts.attendance,
        "approvalStatus": facts.approval,
        "respondedAt": facts.responded_at,
        "createdAt": facts.created_at,
        "updatedAt": facts.updated_at,
    }


def social_user_body(facts: UserFacts, base_url: str) -> dict[str, Any]:
    """A SocialUserBody."""
    return {
        "userId": facts.id,
        "createdAt": facts.created_at,
        "updatedAt": facts.created_at,
        "_id": facts.id,
        "path": f"*/user/{facts.id}",
        "userInternalId": facts.id,
        "userPublicId": facts.id,
        "roles": ["organizer"] if facts.organizes else [],
        "permissions": [],
        "displayName": facts.name,
        "profileHandle": None,
        "description": "",
        "avatarFileId": None,
        "avatarCustomUrl": facts.avatar and file_url(base_url, facts.avatar),
        "flagCount": 0,
        "hashFlag": no_flags(),
        "metadata": {},
        "isGlobalBan": False,
        "isBrand": False,
        "isDeleted": not facts.is_active,
    }


def social_file_body(facts: ImageFacts, base_url: str) -> dict[str, Any]:
    """A SocialFileBody."""
    return {
        "fileId": facts.id,
        "fileUrl": file_url(base_url, facts.file),
        "type": "image",
        "accessType": "public",
        "altText": facts.alt_text,
        "createdAt": facts.created_at,
        "updatedAt": facts.created_at,
        "attributes": {
            "name": facts.name,
            "extension": facts.extension,
            "size": facts.size,
            "mimeType": facts.mime_type,
            "metadata": {
                "exif": {},
                "gps": {},
                "height": facts.height,
                "width": facts.width,
                "isFull": True,
            },
        },
    }


def no_flags() -> dict[str, Any]:
    """A HashFlagBody."""
    return {"bits": 0, "hashes": 0, "hash": []}
