"""What the Social API sends beside events: every object they name, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self
from uuid import UUID

from accounts.facts import images, people
from api.bodies import Body
from api.social.base import PagingBody
from api.social.bodies import EventResponseBody, SocialEventBody, SocialFileBody, SocialUserBody
from api.social.communities import communities
from api.social.community_bodies import SocialCommunityBody, SocialPostBody, SocialRoomBody
from comments.facts import posts_of
from events.facts import EventFacts, streams_of
from rsvps.facts import RsvpFacts


class SocialEvents(Body):
    """Events with everything they refer to."""

    events: list[SocialEventBody]
    users: list[SocialUserBody]
    files: list[SocialFileBody]
    communities: list[SocialCommunityBody]
    posts: list[SocialPostBody]
    rooms: list[SocialRoomBody]

    @classmethod
    def of(cls, events: Sequence[EventFacts], base_url: str, tenant_id: UUID) -> Self:
        """Events for a caller of this tenant. At most eight queries, whatever their number."""
        streams = streams_of(events)
        by_id = {event.id: event for event in events}
        return cls(
            events=[SocialEventBody.of(event, streams.get(event.id)) for event in events],
            users=_users((event.creator_id for event in events), base_url),
            files=_files(events, base_url),
            communities=[
                SocialCommunityBody.of(each, tenant_id)
                for each in communities({event.channel.id for event in events if event.channel})
            ],
            posts=[
                SocialPostBody.of(post, by_id[post.event_id])
                for post in posts_of(list(by_id), tenant_id)
            ],
            rooms=[
                SocialRoomBody.of(streams[event.id], event)
                for event in events
                if event.id in streams
            ],
        )


class SocialEventPage(SocialEvents):
    """A page of events."""

    paging: PagingBody


class SocialResponses(Body):
    """RSVPs with the events and people they name, and the files these events name."""

    events: list[SocialEventBody]
    eventResponses: list[EventResponseBody]
    users: list[SocialUserBody]
    files: list[SocialFileBody]

    @classmethod
    def of(
        cls, responses: Sequence[RsvpFacts], events: Sequence[EventFacts], base_url: str
    ) -> Self:
        """RSVPs. At most three queries, whatever their number."""
        streams = streams_of(events)
        named = [event.creator_id for event in events] + [each.user_id for each in responses]
        return cls(
            events=[SocialEventBody.of(event, streams.get(event.id)) for event in events],
            eventResponses=[EventResponseBody.of(each) for each in responses],
            users=_users(named, base_url),
            files=_files(events, base_url),
        )


class SocialResponsePage(SocialResponses):
    """A page of RSVPs."""

    paging: PagingBody


def _users(user_ids: Iterable[UUID | None], base_url: str) -> list[SocialUserBody]:
    named = {user_id for user_id in user_ids if user_id is not None}
    return [SocialUserBody.of(each, base_url) for each in people(named)]


def _files(events: Iterable[EventFacts], base_url: str) -> list[SocialFileBody]:
    covers = {event.cover_id for event in events if event.cover_id is not None}
    return [SocialFileBody.of(each, base_url) for each in images(covers)]
