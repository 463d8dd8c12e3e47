"""What the parameters of the APIs mean, by name: said here where several operations take one."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter

from access.idempotency import HEADER, LONGEST_KEY

# In the path or the query; a parameter with a description of its own keeps that.
MEANINGS = {
    "event_id": "The event's id.",
    "rsvp_id": "The RSVP's id.",
    "tier_id": "The ticket tier's id.",
    "room_id": "The id of a room, which is the stream of an event.",
    "file_id": "The id that the upload was answered with.",
    "series_id": "The series' id, as in an event's `series`.",
    "link_id": "The link's id, as in the list of links.",
    "comment_id": "The comment's id.",
    "webhook_id": "The webhook's id.",
    "delivery_id": "The delivery's id, as in the list of deliveries.",
    "tag": "The community's tag, which is the slug of its channel.",
    "slug": "The slug: it stays the same when names change.",
    "content_type": "What kind of thing the comments are about: `event`, `post`, or a word of "
    "your own.",
    "page": "Which page, from 1 on. A page past the end is empty.",
    "limit": "At most so many entries.",
    "offset": "How many entries to skip.",
    "status": "Only with this status.",
    "statuses": "Only with one of these states; repeated.",
    "approval_status": "Only RSVPs that stand like this with the organizers.",
    "status_filter": "Only RSVPs with this answer.",
    "format": "Only events of this format.",
    "event_type": "Only events of this format.",
    "type": "Only of this type.",
    "start_after": "Only events that start at this time or later.",
    "start_before": "Only events that start at this time or earlier.",
    "startTimeFrom": "Only events that start at this time or later.",
    "startTimeTo": "Only events that start at this time or earlier.",
    "upcoming_only": "`true`: only events that are neither over nor cancelled.",
    "sort_by": "What the list is ordered by.",
    "sort_order": "Ascending or descending.",
    "sortBy": "What the list is ordered by.",
    "orderBy": "Ascending or descending.",
    "onlyAttendee": "`true`: only events that `userId`, else the caller, has answered.",
    "originId": "Only events of the community with this id.",
    "originType": "What `originId` is the id of.",
    "userId": "Only events that this user created, or with `onlyAttendee` answered: "
    "the caller, or anybody for an admin.",
    "isDeleted": "`true`: deleted rooms, of which none are kept.",
}

ACCEPT_LANGUAGE = OpenApiParameter(
    "Accept-Language",
    str,
    OpenApiParameter.HEADER,
    description="The languages you read, like `de, en;q=0.5`. Sentences for people come in the "
    "first of them that this server speaks; codes and field names are the same in all.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="Tags of answers you have: if one still holds, the answer is a 304 without a body.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The tag you read before your change: if somebody else made a change since, "
    "nothing is changed and the answer is 412.",
)
IDEMPOTENCY_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Makes it safe to send a request again: with the same key it is carried out once. "
    "A random UUID for each new request.",
)
