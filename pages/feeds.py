"""Calendars to subscribe to, and Atom: of a channel, of a series, and of all that an account hosts
and attends.

The key of a private feed is its address. No answer repeats it, and no cache keeps one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.events import seen_series
from access.standing import standings
from accounts.domain.actors import ANONYMOUS
from accounts.domain.feeds import feed_reader
from api.feeds import ATOM, CALENDAR, answer_feed
from channels.domain.rooms import channel_by_slug
from channels.facts import ChannelFacts, channel_facts, public_channel
from config.downloads import disposition
from config.kept import stand_on
from config.links import base_url
from events.addresses import page_url, series_url
from events.domain.calendar import Continued, write_feed
from events.domain.series import rest_of
from events.enums import Standing
from events.facts import EventFacts, many_event_facts
from events.models import Event
from events.rows import (
    EventRow,
    Version,
    calendar_versions,
    event_rows,
    event_versions,
    rows_of_versions,
)
from pages.atom import ENTRIES, write_atom
from pages.base import PageRequest, page
from rsvps.domain.calendars import own_events


@require_safe
@page
def channel_calendar(request: PageRequest, slug: str) -> HttpResponseBase:
    """A channel's events as iCalendar; a private channel's by its secret slug."""
    here = base_url(request)

    def write(channel: ChannelFacts, facts: list[EventFacts]) -> bytes:
        return write_feed(channel.name, [(each, page_url(here, each.id)) for each in facts])

    return _of_channel(request, slug, write, content_type=CALENDAR, ending=".ics")


@require_safe
@page
def channel_atom(request: PageRequest, slug: str) -> HttpResponseBase:
    """The same events as Atom entries, those that were made last."""
    here = base_url(request)

    def write(channel: ChannelFacts, facts: list[EventFacts]) -> bytes:
        newest = sorted(facts, key=lambda each: (each.created_at, each.id), reverse=True)
        return write_atom(channel, newest[:ENTRIES], here)

    return _of_channel(request, slug, write, content_type=ATOM, ending=".atom")


@require_safe
@page
def series_calendar(request: PageRequest, series_id: UUID) -> HttpResponseBase:
    """A series: its public occurrences, each by itself, and what it has not made yet as a rule."""
    series, found = seen_series(ANONYMOUS, series_id)
    here, now = base_url(request), timezone.now()
    events = found.for_calendar(now)
    rest = rest_of(series, now)

    def write() -> bytes:
        facts = _for_everybody(event_rows(events), now)
        last = max(facts, key=lambda each: each.start_time, default=None)
        newest = Event.objects.filter(series=series).order_by("-series_date").values("pk")[:1]
        continued = None
        # More of a kind that only some may know of is not for everybody.
        if rest is not None and last is not None and found.filter(pk__in=newest).exists():
            continued = Continued(
                series_id=series_id,
                like=last,
                begins=rest.begins,
                zone=rest.zone,
                rrule=rest.rrule,
                exdates=rest.exdates,
                sequence=series.next_index + last.sequence,
                url=series_url(here, series_id),
            )
        entries = [(each, page_url(here, each.id)) for each in facts]
        return write_feed(last.title if last else _("Series"), entries, continued)

    name = disposition(_("Series"), ".ics", attached=False)
    version = (rest, series.next_index, event_versions(events))
    return answer_feed(request, version, write, content_type=CALENDAR, name=name)


@require_safe
@page(private=True)
def own_calendar(request: PageRequest, token: str) -> HttpResponseBase:
    """All that the account behind the link hosts and attends, with the places that it may know."""
    reader, here, now = feed_reader(token), base_url(request), timezone.now()
    events = own_events(reader).for_calendar(now)

    def write() -> bytes:
        rows = event_rows(events)
        facts = many_event_facts(rows, standings(reader, rows), now)
        return write_feed(_("My events"), [(each, page_url(here, each.id)) for each in facts])

    return answer_feed(
        request,
        event_versions(events),
        write,
        content_type=CALENDAR,
        name=disposition(_("My events"), ".ics", attached=False),
        private=True,
    )


def _for_everybody(rows: list[EventRow], now: datetime) -> list[EventFacts]:
    """A feed shows what everybody may see: whoever may know more opens the event."""
    return many_event_facts(rows, lambda row: Standing.PUBLIC, now)


def _of_channel(
    request: PageRequest,
    slug: str,
    write: Callable[[ChannelFacts, list[EventFacts]], bytes],
    *,
    ending: str,
    content_type: str,
) -> HttpResponseBase:
    shown, now = _public_calendar(slug), timezone.now()
    if shown is not None:
        stand_on(request, shown, partial(_public_calendar, slug))
        channel, version = shown
        read = partial(rows_of_versions, version)
    else:
        channel = channel_facts(channel_by_slug(slug))
        events = Event.objects.shown().in_channel(channel.id).for_calendar(now)
        version, read = event_versions(events), partial(event_rows, events)
    return answer_feed(
        request,
        (channel.name, channel.description, version),
        lambda: write(channel, _for_everybody(read(), now)),
        content_type=content_type,
        name=disposition(channel.name, ending, fallback="channel", attached=False),
        private=shown is None,
    )


def _public_calendar(slug: str) -> tuple[ChannelFacts, list[Version]] | None:
    """A public channel and the versions of what its calendar holds. Three queries."""
    channel = public_channel(slug)
    if channel is None:
        return None
    return channel, calendar_versions(channel.id, timezone.now())
