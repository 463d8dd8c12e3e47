"""Channels in the Capability API."""

from __future__ import annotations

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access.standing import standing
from api.bodies import Body
from api.capability.base import CapabilityViewSet, PageQuery, PaginationBody, Search, numbers
from api.capability.bodies import ChannelBody, EventBody
from api.schema import errors_of
from channels import limits
from channels.domain.rooms import channel_by_slug
from channels.enums import Visibility
from channels.facts import channel_facts
from channels.models import Channel
from config.paging import read_page
from config.text import clean_text
from events.facts import many_event_facts
from events.models import Event
from events.rows import event_rows


class ChannelListQuery(PageQuery):
    """Filter of the public channels."""

    q = Search("Text to find in the name, whatever its case and accents.")


class ChannelPaginationBody(PaginationBody):
    """Pages of channels."""

    total_channels: int


class ChannelListEnvelope(Body):
    """A page of public channels."""

    channels: list[ChannelBody]
    pagination: ChannelPaginationBody


class ChannelEventPaginationBody(PaginationBody):
    """Pages of a channel's events."""

    total_events: int


class ChannelDetailEnvelope(Body):
    """A channel and a page of its events by start."""

    channel: ChannelBody
    events: list[EventBody]
    pagination: ChannelEventPaginationBody


class ChannelViewSet(CapabilityViewSet):
    """Public channels, and any channel by its slug."""

    public_actions: ClassVar = frozenset({"list", "retrieve"})

    @extend_schema(
        operation_id="listChannels",
        parameters=[ChannelListQuery],
        responses={200: ChannelListEnvelope, **errors_of(400)},
    )
    def list(self, request: Request) -> Response:
        """Public channels by name."""
        query = self.read_query(ChannelListQuery)
        channels = Channel.objects.public().order_by("name", "id")
        if query.get("q"):
            channels = channels.matching(clean_text(query["q"], field="q", limit=limits.NAME))
        page = read_page(channels, list, number=query["page"], size=query["per_page"])
        return Response(
            ChannelListEnvelope(
                channels=[ChannelBody.of(channel_facts(channel)) for channel in page.rows],
                pagination=ChannelPaginationBody(total_channels=page.total, **numbers(page)),
            )
        )

    @extend_schema(
        operation_id="getChannel",
        parameters=[PageQuery],
        responses={200: ChannelDetailEnvelope, **errors_of(400, 404)},
    )
    def retrieve(self, request: Request, slug: str) -> Response:
        """A channel with its events; a private one, with its private events, by its secret slug."""
        query = self.read_query(PageQuery)
        channel = channel_by_slug(slug)
        events = Event.objects.shown().filter(channel_id=channel.id).order_by("start_time", "id")
        if channel.visibility == Visibility.PUBLIC:
            events = events.public()
        else:
            self.private = True
        page = read_page(events, event_rows, number=query["page"], size=query["per_page"])
        facts = many_event_facts(page.rows, lambda row: standing(self.actor, row), timezone.now())
        return Response(
            ChannelDetailEnvelope(
                channel=ChannelBody.of(channel_facts(channel)),
                events=[
                    EventBody.of(each, self.base_url, self.actor.owner_token_of(each.id))
                    for each in facts
                ],
                pagination=ChannelEventPaginationBody(total_events=page.total, **numbers(page)),
            )
        )
