"""The Social API's communities, posts and rooms, which events name; see social_bodies.py."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from api.social.base import DEFAULT_WORDS, ORIGIN_WORDS, TEXT_WORDS
from api.social.bodies import HashFlagBody, no_flags
from api.social.communities import CommunityFacts
from comments.facts import PostFacts
from events.enums import StreamStatus
from events.facts import EventFacts, StreamFacts


class SocialCommunityBody(serializers.Serializer[Any]):
    """A community: the channel of an event."""

    communityId = serializers.UUIDField()
    channelId = serializers.UUIDField()
    displayName = serializers.CharField()
    _id = serializers.UUIDField()
    path = serializers.CharField()
    userId = serializers.UUIDField(allow_null=True)
    userPublicId = serializers.UUIDField(allow_null=True)
    userInternalId = serializers.UUIDField(allow_null=True)
    avatarFileId = serializers.CharField(allow_null=True)
    description = serializers.CharField()
    isOfficial = serializers.BooleanField()
    isPublic = serializers.BooleanField()
    onlyAdminCanPost = serializers.BooleanField()
    tags = serializers.ListField(child=serializers.CharField())
    metadata = serializers.DictField()
    postsCount = serializers.IntegerField()
    membersCount = serializers.IntegerField()
    isJoined = serializers.BooleanField()
    categoryIds = serializers.ListField(child=serializers.CharField())
    isDeleted = serializers.BooleanField()
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()
    hasFlaggedComment = serializers.BooleanField()
    hasFlaggedPost = serializers.BooleanField()
    needApprovalOnPostCreation = serializers.BooleanField()
    moderatorMemberCount = serializers.IntegerField()
    allowCommentInStory = serializers.BooleanField()
    isDiscoverable = serializers.BooleanField()
    requiresJoinApproval = serializers.BooleanField()
    notificationMode = serializers.ChoiceField(choices=DEFAULT_WORDS)
    type = serializers.ChoiceField(choices=DEFAULT_WORDS)


class VideoFilesBody(serializers.Serializer[Any]):
    """Always null: posts are texts."""

    original = serializers.CharField(allow_null=True)
    low = serializers.CharField(allow_null=True)
    medium = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)


class PostDataBody(serializers.Serializer[Any]):
    """What a post says."""

    title = serializers.CharField()
    text = serializers.CharField()
    fileId = serializers.CharField(allow_null=True)
    thumbnailFileId = serializers.CharField(allow_null=True)
    videoFileId = VideoFilesBody()
    streamId = serializers.CharField(allow_null=True)


class MentioneesBody(serializers.Serializer[Any]):
    """Nobody is mentioned."""

    type = serializers.CharField()
    userIds = serializers.ListField(child=serializers.CharField())
    userPublicIds = serializers.ListField(child=serializers.CharField())
    userInternalIds = serializers.ListField(child=serializers.CharField())


class SocialPostBody(serializers.Serializer[Any]):
    """A public announcement of an event, which ``metadata.eventId`` names, in its community.
    ``comments`` are the ids of the newest of them."""

    postId = serializers.UUIDField()
    data = PostDataBody()  # type: ignore[assignment] # hides what only input has
    _id = serializers.UUIDField()
    path = serializers.CharField()
    parentPostId = serializers.CharField(allow_null=True)
    postedUserId = serializers.UUIDField(allow_null=True)
    postedUserPublicId = serializers.UUIDField(allow_null=True)
    postedUserInternalId = serializers.UUIDField(allow_null=True)
    sharedUserId = serializers.CharField(allow_null=True)
    sharedCount = serializers.IntegerField()
    targetId = serializers.UUIDField(allow_null=True)
    targetPublicId = serializers.UUIDField(allow_null=True)
    targetInternalId = serializers.UUIDField(allow_null=True)
    targetType = serializers.ChoiceField(choices=ORIGIN_WORDS)
    dataType = serializers.ChoiceField(choices=TEXT_WORDS)
    metadata = serializers.DictField()
    flagCount = serializers.IntegerField()
    hashFlag = HashFlagBody()
    editedAt = serializers.DateTimeField()
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()
    reactions = serializers.DictField(child=serializers.IntegerField())
    reactionsCount = serializers.IntegerField()
    myReactions = serializers.ListField(child=serializers.CharField())
    commentsCount = serializers.IntegerField()
    comments = serializers.ListField(child=serializers.UUIDField())
    children = serializers.ListField(child=serializers.CharField())
    childrenNumber = serializers.IntegerField()
    isDeleted = serializers.BooleanField()
    hasFlaggedComment = serializers.BooleanField()
    hasFlaggedChildren = serializers.BooleanField()
    feedId = serializers.UUIDField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    hashtags = serializers.ListField(child=serializers.CharField())
    mentionees = MentioneesBody(many=True)
    impression = serializers.IntegerField()
    reach = serializers.IntegerField()
    structureType = serializers.ChoiceField(choices=TEXT_WORDS)


class ParticipantBody(serializers.Serializer[Any]):
    """Who hosts the stream."""

    type = serializers.ChoiceField(choices=[("host", "host"), ("coHost", "coHost")])
    userId = serializers.UUIDField()


class RecordingBody(serializers.Serializer[Any]):
    """Where a recording is watched."""

    url = serializers.CharField()
    thumbnailUrl = serializers.CharField(allow_null=True)


class FlagLabelBody(serializers.Serializer[Any]):
    """A moderation label; there are none."""

    category = serializers.CharField()
    threshold = serializers.FloatField()
    detectedAt = serializers.DateTimeField()


class ModerationBody(serializers.Serializer[Any]):
    """Always empty: streams run elsewhere and are not watched by Convene."""

    flagLabels = FlagLabelBody(many=True)
    terminateLabels = FlagLabelBody(many=True)
    updatedAt = serializers.DateTimeField()


class SocialRoomBody(serializers.Serializer[Any]):
    """An event's stream."""

    _id = serializers.UUIDField()
    type = serializers.ChoiceField(choices=[("directStreaming", "directStreaming")])
    targetId = serializers.UUIDField(allow_null=True)
    targetType = serializers.ChoiceField(choices=ORIGIN_WORDS)
    referenceType = serializers.ChoiceField(choices=[("event", "event")])
    referenceId = serializers.UUIDField()
    liveChannelId = serializers.CharField(allow_null=True)
    liveChatEnabled = serializers.BooleanField()
    title = serializers.CharField()
    roomId = serializers.UUIDField()
    description = serializers.CharField()
    thumbnailFileId = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(choices=StreamStatus.choices)
    participants = ParticipantBody(many=True)
    livePlaybackUrl = serializers.CharField(allow_null=True)
    liveThumbnailUrl = serializers.CharField(allow_null=True)
    recordedPlaybackInfos = RecordingBody(many=True)
    durationSeconds = serializers.IntegerField()
    moderation = ModerationBody()
    parentRoomId = serializers.CharField(allow_null=True)
    childRoomIds = serializers.ListField(child=serializers.CharField())
    createdAt = serializers.DateTimeField()
    createdBy = serializers.UUIDField(allow_null=True)
    creatorInternalId = serializers.UUIDField(allow_null=True)
    updatedAt = serializers.DateTimeField()
    liveAt = serializers.DateTimeField(allow_null=True)
    endedAt = serializers.DateTimeField(allow_null=True)
    recordedAt = serializers.DateTimeField(allow_null=True)
    isDeleted = serializers.BooleanField()
    deletedAt = serializers.DateTimeField(allow_null=True)
    deletedBy = serializers.CharField(allow_null=True)
    path = serializers.CharField()
    metadata = serializers.DictField()


def social_community_body(facts: CommunityFacts, tenant_id: UUID | None) -> dict[str, Any]:
    """A SocialCommunityBody for a caller of this tenant, whose people are its members."""
    return {
        "communityId": facts.id,
        "channelId": facts.id,
        "displayName": facts.name,
        "_id": facts.id,
        "path": f"*/community/{facts.id}",
        "userId": None,
        "userPublicId": None,
        "userInternalId": None,
        "avatarFileId": None,
        "description": facts.description,
        "isOfficial": facts.tenant_id is not None,
        "isPublic": facts.is_public,
        "onlyAdminCanPost": True,
        "tags": [],
        "metadata": {},
        "postsCount": facts.posts,
        "membersCount": facts.members,
        "isJoined": facts.tenant_id is not None and facts.tenant_id == tenant_id,
        "categoryIds": [],
        "isDeleted": False,
        "createdAt": facts.created_at,
        "updatedAt": facts.last_used_at,
        "hasFlaggedComment": False,
        "hasFlaggedPost": False,
        "needApprovalOnPostCreation": False,
        "moderatorMemberCount": facts.organizers,
        "allowCommentInStory": False,
        "isDiscoverable": facts.is_public,
        "requiresJoinApproval": False,
        "notificationMode": "default",
        "type": "default",
    }


def social_post_body(facts: PostFacts, event: EventFacts) -> dict[str, Any]:
    """A SocialPostBody of an announcement of ``event``."""
    community = event.channel.id if event.channel else None
    return {
        "postId": facts.id,
        "data": {
            "title": event.title,
            "text": facts.text,
            "fileId": None,
            "thumbnailFileId": None,
            "videoFileId": dict.fromkeys(("original", "low", "medium", "high")),
            "streamId": None,
        },
        "_id": facts.id,
        "path": f"*/post/{facts.id}",
        "parentPostId": None,
        "postedUserId": event.creator_id,
        "postedUserPublicId": event.creator_id,
        "postedUserInternalId": event.creator_id,
        "sharedUserId": None,
        "sharedCount": 0,
        "targetId": community,
        "targetPublicId": community,
        "targetInternalId": community,
        "targetType": "community",
        "dataType": "text",
        "metadata": {"eventId": event.id},
        "flagCount": 0,
        "hashFlag": no_flags(),
        "editedAt": facts.created_at,
        "createdAt": facts.created_at,
        "updatedAt": facts.created_at,
        "reactions": {},
        "reactionsCount": 0,
        "myReactions": [],
        "commentsCount": facts.comments,
        "comments": facts.comment_ids,
        "children": [],
        "childrenNumber": 0,
        "isDeleted": False,
        "hasFlaggedComment": False,
        "hasFlaggedChildren": False,
        "feedId": community,
        "tags": [],
        "hashtags": [],
        "mentionees": [],
        "impression": 0,
        "reach": 0,
        "structureType": "text",
    }


def social_room_body(facts: StreamFacts, event: EventFacts) -> dict[str, Any]:
    """A SocialRoomBody of the stream of ``event``."""
    host = event.creator_id
    return {
        "_id": facts.id,
        "type": "directStreaming",
        "targetId": event.channel.id if event.channel else None,
        "targetType": "community",
        "referenceType": "event",
        "referenceId": event.id,
        "liveChannelId": None,
        "liveChatEnabled": facts.chat_enabled,
        "title": event.title,
        "roomId": facts.id,
        "description": event.description,
        "thumbnailFileId": None,
        "status": facts.status,
        "participants": [{"type": "host", "userId": host}] if host else [],
        "livePlaybackUrl": facts.playback_url,
        "liveThumbnailUrl": facts.thumbnail_url,
        "recordedPlaybackInfos": [
            {"url": each["url"], "thumbnailUrl": each["thumbnail_url"] or None}
            for each in facts.recordings
        ],
        "durationSeconds": facts.seconds,
        "moderation": {"flagLabels": [], "terminateLabels": [], "updatedAt": facts.updated_at},
        "parentRoomId": None,
        "childRoomIds": [],
        "createdAt": facts.created_at,
        "createdBy": host,
        "creatorInternalId": host,
        "updatedAt": facts.updated_at,
        "liveAt": facts.live_at,
        "endedAt": facts.ended_at,
        "recordedAt": facts.recorded_at,
        "isDeleted": False,
        "deletedAt": None,
        "deletedBy": None,
        "path": f"*/room/{facts.id}",
        "metadata": {},
    }
