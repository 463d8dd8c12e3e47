"""The Social API's events, responses, users and files: what facts are called in its JSON. Every
documented field is there; what Convene has no notion of is empty, by a default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from rest_framework.serializers import ChoiceField, IntegerField

from accounts.facts import ImageFacts, UserFacts
from api.bodies import Body, Url
from api.social.base import TYPE_OF, OriginWord, TypeWord
from config.links import file_url
from events.enums import Status
from events.facts import EventFacts, StreamFacts
from rsvps.enums import Approval, Attendance
from rsvps.facts import RsvpFacts

# Where an account is named and there is none. The SDK looks everybody up by their id, and fails at
# null; the reference has no null there either.
NOBODY = UUID(int=0)


class SocialEventBody(Body):
    """An event. ``location``, ``externalUrl`` and ``livestreamId`` are null unless the caller may
    see them, ``originId`` unless they may see the community. ``isLocationVisible`` tells a guest
    whether they are shown where it is, an organizer whether the event hides it from guests.
    ``postId`` is the event's own id: what its room refers to, by which the SDK finds the room.
    ``userId`` is all zeros once the creator's account is gone."""

    eventId: UUID
    publicId: UUID
    postId: UUID
    userId: UUID
    userPublicId: UUID
    userInternalId: UUID
    title: str
    description: str
    type: TypeWord
    status: Annotated[str, Status]
    isInviteOnly: bool
    startTime: datetime
    endTime: datetime | None
    location: str | None
    externalUrl: str | None
    coverImageFileId: UUID | None
    originId: UUID | None
    originType: OriginWord = "community"
    livestreamId: UUID | None
    discussionCommunityId: UUID | None
    isLocationVisible: bool
    isOriginPublic: bool
    rsvpCount: Annotated[int, IntegerField(help_text="Approved RSVPs that are going.")]
    interestedCount: int
    tags: list[str]
    metadata: dict[str, Any]
    isDeleted: bool = False
    createdAt: datetime
    updatedAt: datetime

    @classmethod
    def of(cls, facts: EventFacts, stream: StreamFacts | None) -> Self:
        """An event with its stream."""
        channel, creator = facts.channel, facts.creator_id or NOBODY
        return cls.like(
            facts,
            eventId=facts.id,
            publicId=facts.id,
            postId=facts.id,
            userId=creator,
            userPublicId=creator,
            userInternalId=creator,
            type=TYPE_OF[facts.format],
            status=facts.status.value,
            isInviteOnly=facts.is_private,
            startTime=facts.start_time,
            endTime=facts.end_time,
            externalUrl=facts.online_url,
            coverImageFileId=facts.cover_id,
            originId=channel.id if channel else None,
            livestreamId=stream.id if stream else None,
            discussionCommunityId=channel.id if channel else None,
            isLocationVisible=facts.shows_place,
            isOriginPublic=channel is not None and channel.visibility == "public",
            rsvpCount=facts.going_count,
            interestedCount=facts.interested_count,
            createdAt=facts.created_at,
            updatedAt=facts.updated_at,
        )


class EventResponseBody(Body):
    """An RSVP. ``userId`` is the RSVP's own id for a guest without an account, whom ``users`` does
    not hold: the SDK tells RSVPs apart by it."""

    eventId: UUID
    userId: UUID
    userPublicId: UUID
    userInternalId: UUID
    status: Annotated[str, Attendance]
    approvalStatus: Annotated[str, Approval]
    respondedAt: datetime
    createdAt: datetime
    updatedAt: datetime

    @classmethod
    def of(cls, facts: RsvpFacts) -> Self:
        """An RSVP."""
        who = facts.user_id or facts.id
        return cls(
            eventId=facts.event_id,
            userId=who,
            userPublicId=who,
            userInternalId=who,
            status=facts.attendance,
            approvalStatus=facts.approval,
            respondedAt=facts.responded_at,
            createdAt=facts.created_at,
            updatedAt=facts.updated_at,
        )


class HashFlagBody(Body):
    """Always empty: nothing is flagged here."""

    bits: int = 0
    hashes: int = 0
    hash: Sequence[str] = ()


class SocialUserBody(Body):
    """A member's public profile."""

    userId: UUID
    createdAt: datetime
    updatedAt: datetime
    _id: UUID
    path: str
    userInternalId: UUID
    userPublicId: UUID
    roles: list[str]
    permissions: Sequence[str] = ()
    displayName: str
    profileHandle: str | None = None
    description: str = ""
    avatarFileId: str | None = None
    avatarCustomUrl: str | None
    flagCount: int = 0
    hashFlag: HashFlagBody = field(default_factory=HashFlagBody)
    metadata: dict[str, Any] = field(default_factory=dict)
    isGlobalBan: bool = False
    isBrand: bool = False
    isDeleted: bool

    @classmethod
    def of(cls, facts: UserFacts, base_url: str) -> Self:
        """A member."""
        return cls(
            userId=facts.id,
            createdAt=facts.created_at,
            updatedAt=facts.created_at,
            _id=facts.id,
            path=f"*/user/{facts.id}",
            userInternalId=facts.id,
            userPublicId=facts.id,
            roles=["organizer"] if facts.organizes else [],
            displayName=facts.name,
            avatarCustomUrl=facts.avatar and file_url(base_url, facts.avatar),
            isDeleted=not facts.is_active,
        )


class FileMetadataBody(Body):
    """Size in pixels. Images are re-encoded, so there is no EXIF and no GPS."""

    exif: dict[str, Any] = field(default_factory=dict)
    gps: dict[str, Any] = field(default_factory=dict)
    height: int
    width: int
    isFull: bool = True


class FileAttributesBody(Body):
    """What the file is; ``size`` in bytes."""

    name: str
    extension: str
    size: int
    mimeType: str
    metadata: FileMetadataBody


class SocialFileBody(Body):
    """An uploaded image."""

    fileId: UUID
    fileUrl: Url
    type: Annotated[str, ChoiceField(choices=["image"])] = "image"
    accessType: Annotated[str, ChoiceField(choices=["public"])] = "public"
    altText: str
    createdAt: datetime
    updatedAt: datetime
    attributes: FileAttributesBody

    @classmethod
    def of(cls, facts: ImageFacts, base_url: str) -> Self:
        """An image."""
        return cls(
            fileId=facts.id,
            fileUrl=file_url(base_url, facts.file),
            altText=facts.alt_text,
            createdAt=facts.created_at,
            updatedAt=facts.created_at,
            attributes=FileAttributesBody(
                name=facts.name,
                extension=facts.extension,
                size=facts.size,
                mimeType=facts.mime_type,
                metadata=FileMetadataBody(height=facts.height, width=facts.width),
            ),
        )
