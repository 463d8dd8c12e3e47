"""The Social API's answers as JSON Schema, written from its reference.

Every documented field is required and has its documented type; nothing undocumented is there but
an answer's ``approvalStatus`` and ``waitlistPosition`` and further ids, by which the SDK links
objects. What may be null is what Convene has no notion of, what an event or a person need not have,
and what a viewer may not know.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
# Ids here are UUIDs; the reference says no more than that they are texts.
ID: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
OBJECT: Schema = {"type": "object"}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
ADDRESS: Schema = {"type": "string", "pattern": "^https?://[^ ]+$"}


def one_of(*words: str) -> Schema:
    """One of the documented words."""
    return {"enum": list(words)}


def maybe(schema: Schema) -> Schema:
    """Or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(schema: Schema) -> Schema:
    """A list, never null."""
    return {"type": "array", "items": schema}


def shape(fields: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with exactly these fields; the optional ones may be missing."""
    return {
        "type": "object",
        "properties": fields | (optional or {}),
        "required": list(fields),
        "additionalProperties": False,
    }


EVENT = shape(
    {
        "eventId": ID,
        "userId": ID,
        "title": TEXT,
        "description": TEXT,
        "type": one_of("virtual", "in_person"),
        "status": one_of("scheduled", "live", "ended", "cancelled"),
        "isInviteOnly": FLAG,
        "startTime": TIME,
        "endTime": maybe(TIME),
        "location": maybe(TEXT),
        "externalUrl": maybe(TEXT),
        "coverImageFileId": maybe(ID),
        "originId": maybe(ID),
        "originType": one_of("community"),
        "livestreamId": maybe(ID),
        "discussionCommunityId": maybe(ID),
        "isLocationVisible": FLAG,
        "isOriginPublic": FLAG,
        # Null where the host shows no counts.
        "rsvpCount": maybe(COUNT),
        "interestedCount": maybe(COUNT),
        "tags": list_of(TEXT) | {"maxItems": 5, "items": TEXT | {"maxLength": 24}},
        "metadata": OBJECT,
        "isDeleted": FLAG,
        "createdAt": TIME,
        "updatedAt": TIME,
    },
    optional={
        "publicId": ID,
        "postId": ID,
        "userPublicId": ID,
        "userInternalId": ID,
    },
)
RESPONSE = shape(
    {
        "eventId": ID,
        "userId": ID,
        "status": one_of("going", "interested", "not_going"),
        "respondedAt": TIME,
        "createdAt": TIME,
        "updatedAt": TIME,
    },
    optional={
        "userPublicId": ID,
        "userInternalId": ID,
        "approvalStatus": one_of("approved", "pending", "rejected", "waitlisted"),
        "waitlistPosition": maybe({"type": "integer", "minimum": 1}),
    },
)
HASH_FLAG = shape({"bits": COUNT, "hashes": COUNT, "hash": list_of(TEXT)})
USER = shape(
    {
        "userId": ID,
        "createdAt": TIME,
        "updatedAt": TIME,
        "_id": ID,
        "path": TEXT,
        "userInternalId": ID,
        "userPublicId": ID,
        "roles": list_of(TEXT),
        "permissions": list_of(TEXT),
        "displayName": TEXT,
        "profileHandle": maybe(TEXT),
        "description": TEXT,
        "avatarFileId": maybe(ID),
        "avatarCustomUrl": maybe(TEXT),
        "flagCount": COUNT,
        "hashFlag": HASH_FLAG,
        "metadata": OBJECT,
        "isGlobalBan": FLAG,
        "isBrand": FLAG,
        "isDeleted": FLAG,
    }
)
FILE_ATTRIBUTES = shape(
    {
        "name": TEXT,
        "extension": TEXT,
        "size": COUNT,
        "mimeType": TEXT,
        "metadata": shape(
            {"exif": OBJECT, "gps": OBJECT, "height": COUNT, "width": COUNT, "isFull": FLAG}
        ),
    }
)
FILE = shape(
    {
        "fileId": ID,
        "fileUrl": TEXT,
        "type": one_of("image"),
        "accessType": one_of("public"),
        "altText": TEXT,
        "createdAt": TIME,
        "updatedAt": TIME,
        "attributes": FILE_ATTRIBUTES,
    }
)
COMMUNITY = shape(
    {
        "communityId": ID,
        "channelId": ID,
        "displayName": TEXT,
        "_id": ID,
        "path": TEXT,
        "userId": maybe(ID),
        "userPublicId": maybe(ID),
        "userInternalId": maybe(ID),
        "avatarFileId": maybe(ID),
        "description": TEXT,
        "isOfficial": FLAG,
        "isPublic": FLAG,
        "onlyAdminCanPost": FLAG,
        "tags": list_of(TEXT),
        "metadata": OBJECT,
        "postsCount": COUNT,
        "membersCount": COUNT,
        "isJoined": FLAG,
        "categoryIds": list_of(TEXT),
        "isDeleted": FLAG,
        "createdAt": TIME,
        "updatedAt": TIME,
        "hasFlaggedComment": FLAG,
        "hasFlaggedPost": FLAG,
        "needApprovalOnPostCreation": FLAG,
        "moderatorMemberCount": COUNT,
        "allowCommentInStory": FLAG,
        "isDiscoverable": FLAG,
        "requiresJoinApproval": FLAG,
        "notificationMode": one_of("default"),
        "type": one_of("default"),
    }
)
POST_DATA = shape(
    {
        "title": TEXT,
        "text": TEXT,
        "fileId": maybe(ID),
        "thumbnailFileId": maybe(ID),
        "videoFileId": shape(
            {"original": maybe(ID), "low": maybe(ID), "medium": maybe(ID), "high": maybe(ID)}
        ),
        "streamId": maybe(ID),
    }
)
MENTIONEES = shape(
    {
        "type": TEXT,
        "userIds": list_of(ID),
        "userPublicIds": list_of(ID),
        "userInternalIds": list_of(ID),
    }
)
POST = shape(
    {
        "postId": ID,
        "data": POST_DATA,
        "_id": ID,
        "path": TEXT,
        "parentPostId": maybe(ID),
        "postedUserId": maybe(ID),
        "postedUserPublicId": maybe(ID),
        "postedUserInternalId": maybe(ID),
        "sharedUserId": maybe(ID),
        "sharedCount": COUNT,
        "targetId": maybe(ID),
        "targetPublicId": maybe(ID),
        "targetInternalId": maybe(ID),
        "targetType": one_of("user", "community"),
        "dataType": one_of("text"),
        "metadata": OBJECT,
        "flagCount": COUNT,
        "hashFlag": HASH_FLAG,
        "editedAt": TIME,
        "createdAt": TIME,
        "updatedAt": TIME,
        "reactions": {"type": "object", "additionalProperties": COUNT},
        "reactionsCount": COUNT,
        "myReactions": list_of(TEXT),
        "commentsCount": COUNT,
        "comments": list_of(ID),
        "children": list_of(ID),
        "childrenNumber": COUNT,
        "isDeleted": FLAG,
        "hasFlaggedComment": FLAG,
        "hasFlaggedChildren": FLAG,
        "feedId": maybe(ID),
        "tags": list_of(TEXT),
        "hashtags": list_of(TEXT),
        "mentionees": list_of(MENTIONEES),
        "impression": COUNT,
        "reach": COUNT,
        "structureType": one_of("text"),
    }
)
FLAG_LABEL = shape({"category": TEXT, "threshold": {"type": "number"}, "detectedAt": TIME})
ROOM = shape(
    {
        "_id": ID,
        "type": one_of("directStreaming"),
        "targetId": maybe(ID),
        "targetType": maybe(one_of("community")),
        "referenceType": one_of("post", "event"),
        "referenceId": ID,
        "liveChannelId": maybe(ID),
        "liveChatEnabled": FLAG,
        "title": TEXT,
        "roomId": ID,
        "description": TEXT,
        "thumbnailFileId": maybe(ID),
        "status": one_of("idle", "live", "ended", "recorded"),
        "participants": list_of(shape({"type": one_of("host", "coHost"), "userId": ID})),
        "livePlaybackUrl": maybe(ADDRESS),
        "liveThumbnailUrl": maybe(ADDRESS),
        "recordedPlaybackInfos": list_of(shape({"url": ADDRESS, "thumbnailUrl": maybe(ADDRESS)})),
        "durationSeconds": COUNT,
        "moderation": shape(
            {
                "flagLabels": list_of(FLAG_LABEL),
                "terminateLabels": list_of(FLAG_LABEL),
                "updatedAt": TIME,
            }
        ),
        "parentRoomId": maybe(ID),
        "childRoomIds": list_of(ID),
        "createdAt": TIME,
        "createdBy": ID,
        "creatorInternalId": ID,
        "updatedAt": TIME,
        "liveAt": maybe(TIME),
        "endedAt": maybe(TIME),
        "recordedAt": maybe(TIME),
        "isDeleted": FLAG,
        "deletedAt": maybe(TIME),
        "deletedBy": maybe(ID),
        "path": TEXT,
        "metadata": OBJECT,
    }
)
PAGING = shape({"next": maybe(ID), "previous": maybe(ID)})

_EVENTS = {
    "events": list_of(EVENT),
    "users": list_of(USER),
    "files": list_of(FILE),
    "communities": list_of(COMMUNITY),
    "posts": list_of(POST),
    "rooms": list_of(ROOM),
}
_RESPONSES = {
    "events": list_of(EVENT),
    "eventResponses": list_of(RESPONSE),
    "users": list_of(USER),
    "files": list_of(FILE),
}
# One event, made, read or changed.
EVENTS = shape(_EVENTS)
EVENT_PAGE = shape(_EVENTS | {"paging": PAGING})
# One answer, made, read or changed.
RESPONSES = shape(_RESPONSES)
RESPONSE_PAGE = shape(_RESPONSES | {"paging": PAGING})
ROOMS = shape({"rooms": list_of(ROOM)})
FILES = shape({"files": list_of(FILE)})
GONE = shape({"success": {"const": True}})
