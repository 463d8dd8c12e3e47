"""The Social API's communities, posts and rooms, which events name; see api.social.bodies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from rest_framework.serializers import ChoiceField

from api.bodies import Body
from api.social.base import DefaultWord, OriginWord, TextWord
from api.social.bodies import NOBODY, HashFlagBody
from api.social.communities import CommunityFacts
from comments.facts import PostFacts
from events.enums import StreamStatus
from events.facts import EventFacts, StreamFacts


class SocialCommunityBody(Body):
    """A community: the channel of an event."""

    communityId: UUID
    channelId: UUID
    displayName: str
    _id: UUID
    path: str
    userId: UUID | None = None
    userPublicId: UUID | None = None
    userInternalId: UUID | None = None
    avatarFileId: str | None = None
    description: str
    isOfficial: bool
    isPublic: bool
    onlyAdminCanPost: bool = True
    tags: Sequence[str] = ()
    metadata: dict[str, Any] = field(default_factory=dict)
    postsCount: int
    membersCount: int
    isJoined: bool
    categoryIds: Sequence[str] = ()
    isDeleted: bool = False
    createdAt: datetime
    updatedAt: datetime
    hasFlaggedComment: bool = False
    hasFlaggedPost: bool = False
    needApprovalOnPostCreation: bool = False
    moderatorMemberCount: int
    allowCommentInStory: bool = False
    isDiscoverable: bool
    requiresJoinApproval: bool = False
    notificationMode: DefaultWord = "default"
    type: DefaultWord = "default"

    @classmethod
    def of(cls, facts: CommunityFacts, tenant_id: UUID | None) -> Self:
        """A community for a caller of this tenant, whose people are its members."""
        return cls(
            communityId=facts.id,
            channelId=facts.id,
            displayName=facts.name,
            _id=facts.id,
            path=f"*/community/{facts.id}",
            description=facts.description,
            isOfficial=facts.tenant_id is not None,
            isPublic=facts.is_public,
            postsCount=facts.posts,
            membersCount=facts.members,
            isJoined=facts.tenant_id is not None and facts.tenant_id == tenant_id,
            createdAt=facts.created_at,
            updatedAt=facts.last_used_at,
            moderatorMemberCount=facts.organizers,
            isDiscoverable=facts.is_public,
        )


class VideoFilesBody(Body):
    """Always null: posts are texts."""

    original: str | None = None
    low: str | None = None
    medium: str | None = None
    high: str | None = None


class PostDataBody(Body):
    """The content of a post."""

    title: str
    text: str
    fileId: str | None = None
    thumbnailFileId: str | None = None
    videoFileId: VideoFilesBody = field(default_factory=VideoFilesBody)
    streamId: str | None = None


class MentioneesBody(Body):
    """Nobody is mentioned."""

    type: str
    userIds: list[str]
    userPublicIds: list[str]
    userInternalIds: list[str]


class SocialPostBody(Body):
    """A public announcement of an event, which ``metadata.eventId`` names, in its community.
    ``comments`` are the ids of the newest of them."""

    postId: UUID
    data: PostDataBody
    _id: UUID
    path: str
    parentPostId: str | None = None
    postedUserId: UUID | None
    postedUserPublicId: UUID | None
    postedUserInternalId: UUID | None
    sharedUserId: str | None = None
    sharedCount: int = 0
    targetId: UUID | None
    targetPublicId: UUID | None
    targetInternalId: UUID | None
    targetType: OriginWord = "community"
    dataType: TextWord = "text"
    metadata: dict[str, Any]
    flagCount: int = 0
    hashFlag: HashFlagBody = field(default_factory=HashFlagBody)
    editedAt: datetime
    createdAt: datetime
    updatedAt: datetime
    reactions: dict[str, int] = field(default_factory=dict)
    reactionsCount: int = 0
    myReactions: Sequence[str] = ()
    commentsCount: int
    comments: list[UUID]
    children: Sequence[str] = ()
    childrenNumber: int = 0
    isDeleted: bool = False
    hasFlaggedComment: bool = False
    hasFlaggedChildren: bool = False
    feedId: UUID | None
    tags: Sequence[str] = ()
    hashtags: Sequence[str] = ()
    mentionees: Sequence[MentioneesBody] = ()
    impression: int = 0
    reach: int = 0
    structureType: TextWord = "text"

    @classmethod
    def of(cls, facts: PostFacts, event: EventFacts) -> Self:
        """An announcement of ``event``."""
        community = event.channel.id if event.channel else None
        return cls(
            postId=facts.id,
            data=PostDataBody(title=event.title, text=facts.text),
            _id=facts.id,
            path=f"*/post/{facts.id}",
            postedUserId=event.creator_id,
            postedUserPublicId=event.creator_id,
            postedUserInternalId=event.creator_id,
            targetId=community,
            targetPublicId=community,
            targetInternalId=community,
            metadata={"eventId": event.id},
            editedAt=facts.created_at,
            createdAt=facts.created_at,
            updatedAt=facts.created_at,
            commentsCount=facts.comments,
            comments=facts.comment_ids,
            feedId=community,
        )


class ParticipantBody(Body):
    """Who hosts the stream."""

    type: Annotated[str, ChoiceField(choices=["host", "coHost"])] = "host"
    userId: UUID


class RecordingBody(Body):
    """Where a recording is watched."""

    url: str
    thumbnailUrl: str | None


class FlagLabelBody(Body):
    """A moderation label; there are none."""

    category: str
    threshold: float
    detectedAt: datetime


class ModerationBody(Body):
    """Always empty: streams run elsewhere and are not watched by Convene."""

    flagLabels: Sequence[FlagLabelBody] = ()
    terminateLabels: Sequence[FlagLabelBody] = ()
    updatedAt: datetime


class SocialRoomBody(Body):
    """An event's stream. Title and description are the event's, which ``metadata.eventId`` names,
    too. There is a target only where the caller may see the event's community."""

    _id: UUID
    type: Annotated[str, ChoiceField(choices=["directStreaming"])] = "directStreaming"
    targetId: UUID | None
    targetType: OriginWord | None
    referenceType: Annotated[str, ChoiceField(choices=["event"])] = "event"
    referenceId: UUID
    liveChannelId: str | None = None
    liveChatEnabled: bool
    title: str
    roomId: UUID
    description: str
    thumbnailFileId: str | None = None
    status: Annotated[str, StreamStatus]
    participants: list[ParticipantBody]
    livePlaybackUrl: str | None
    liveThumbnailUrl: str | None
    recordedPlaybackInfos: list[RecordingBody]
    durationSeconds: int
    moderation: ModerationBody
    parentRoomId: str | None = None
    childRoomIds: Sequence[str] = ()
    createdAt: datetime
    createdBy: UUID
    creatorInternalId: UUID
    updatedAt: datetime
    liveAt: datetime | None
    endedAt: datetime | None
    recordedAt: datetime | None
    isDeleted: bool = False
    deletedAt: datetime | None = None
    deletedBy: str | None = None
    path: str
    metadata: dict[str, Any]

    @classmethod
    def of(cls, facts: StreamFacts, event: EventFacts) -> Self:
        """The stream of ``event``."""
        host = event.creator_id
        return cls(
            _id=facts.id,
            targetId=event.channel.id if event.channel else None,
            targetType="community" if event.channel else None,
            referenceId=event.id,
            liveChatEnabled=facts.chat_enabled,
            title=event.title,
            roomId=facts.id,
            description=event.description,
            status=facts.status,
            participants=[ParticipantBody(userId=host)] if host else [],
            livePlaybackUrl=facts.playback_url,
            liveThumbnailUrl=facts.thumbnail_url,
            recordedPlaybackInfos=[
                RecordingBody(url=each["url"], thumbnailUrl=each["thumbnail_url"] or None)
                for each in facts.recordings
            ],
            durationSeconds=facts.seconds,
            moderation=ModerationBody(updatedAt=facts.updated_at),
            createdAt=facts.created_at,
            createdBy=host or NOBODY,
            creatorInternalId=host or NOBODY,
            updatedAt=facts.updated_at,
            liveAt=facts.live_at,
            endedAt=facts.ended_at,
            recordedAt=facts.recorded_at,
            path=f"*/room/{facts.id}",
            metadata={"eventId": event.id},
        )
