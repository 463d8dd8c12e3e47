"""What the Social API sends beside events: every object they name, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.facts import images, people
from api.social.base import PagingBody
from api.social.bodies import (
    EventResponseBody,
    SocialEventBody,
    SocialFileBody,
    SocialUserBody,
    event_response_body,
    social_event_body,
    social_file_body,
    social_user_body,
)
from api.social.communities import communities
from api.social.community_bodies import (
    SocialCommunityBody,
    SocialPostBody,
    SocialRoomBody,
    social_community_body,
    social_post_body,
    social_room_body,
)
from comments.facts import posts_of
from events.facts import EventFacts, streams_of
from rsvps.facts import RsvpFacts


class SocialEvents(serializers.Serializer[Any]):
    """Events with all they name."""

    events = SocialEventBody(many=True)
    users = SocialUserBody(many=True)
    files = SocialFileBody(many=True)
    communities = SocialCommunityBody(many=True)
    posts = SocialPostBody(many=True)
    rooms = SocialRoomBody(many=True)


class SocialEventPage(SocialEvents):
    """A page of events."""

    paging = PagingBody()


class SocialResponses(serializers.Serializer[Any]):
    """Answers with the events and people they name, and the files these events name."""

    events = SocialEventBody(many=True)
    eventResponses = EventResponseBody(many=True)
    users = SocialUserBody(many=True)
    files = SocialFileBody(many=True)


class SocialResponsePage(SocialResponses):
    """A page of answers."""

    paging = PagingBody()


def events_with_all(events: Sequence[EventFacts], base_url: str, tenant_id: UUID) -> dict[str, Any]:
    """A SocialEvents for a caller of this tenant. At most eight queries, whatever their number."""
    streams = streams_of(events)
    by_id = {event.id: event for event in events}
    return {
        "events": [social_event_body(event, streams.get(event.id)) for event in events],
        "users": _users((event.creator_id for event in events), base_url),
        "files": _files(events, base_url),
        "communities": [
            social_community_body(each, tenant_id)
            for each in communities({event.channel.id for event in events if event.channel})
        ],
        "posts": [
            social_post_body(post, by_id[post.event_id])
            for post in posts_of(list(by_id), tenant_id)
        ],
        "rooms": [social_room_body(each, by_id[each.event_id]) for each in streams.values()],
    }


def responses_with_all(
    responses: Sequence[RsvpFacts], events: Sequence[EventFacts], base_url: str
) -> dict[str, Any]:
    """A SocialResponses. At most three queries, whatever their number."""
    streams = streams_of(events)
    named = [event.creator_id for event in events] + [each.user_id for each in responses]
    return {
        "events": [social_event_body(event, streams.get(event.id)) for event in events],
        "eventResponses": [event_response_body(each) for each in responses],
        "users": _users(named, base_url),
        "files": _files(events, base_url),
    }


def _users(user_ids: Iterable[UUID | None], base_url: str) -> list[dict[str, Any]]:
    named = {user_id for user_id in user_ids if user_id is not None}
    return [social_user_body(each, base_url) for each in people(named)]


def _files(events: Iterable[EventFacts], base_url: str) -> list[dict[str, Any]]:
    covers = {event.cover_id for event in events if event.cover_id is not None}
    return [social_file_body(each, base_url) for each in images(covers)]
