"""Storing what was read, some hundred events at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from access.imported import LENGTH, Opened, keep_tokens
from accounts.domain.root import root_credential
from accounts.enums import TokenKind
from channels.models import Channel
from comments.models import Message
from config.errors import Conflict
from events.domain.lifecycle import another_slug
from events.domain.search import index_events
from events.kinds import Zone
from events.models import Event, EventLink
from operations.importing import Left, Progress, Report
from operations.inserting import insert
from operations.openrsvp.reading import Found, Source, opened
from operations.openrsvp.translating import Translated, channel_from, event_from
from rsvps.models import Rsvp

# Events that are held in memory and stored in one transaction.
_AT_A_TIME = 250
_NO_CHANNEL = "Without a channel: its channel could not be taken over."

# Channels here, by their id there.
Channels = dict[str, Channel]


class Moved(NamedTuple):
    """How much was taken over, how many events were here already, and whether the root token is."""

    channels: int
    events: int
    rsvps: int
    messages: int
    already_here: int
    root: bool
    left: list[Left]


def import_openrsvp(
    *,
    source: Path,
    zone: str = "UTC",
    with_root: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, of: None,
) -> Moved:
    """Takes over the channels, events, RSVPs and messages of an OpenRSVP database, under their ids.

    The old organizer and guest links open them from then on, until they are replaced by new ones;
    ``with_root`` has the old root token stand for ours as well. ``zone`` is the time zone in which
    events are shown, as that database knows none. An event that is here already is left as it is,
    with everything on it. Nobody is told by mail. Some hundred events are one transaction: if the
    import breaks off, run it again. Raises NotFound, Invalid (``file``, ``timezone``) and
    Conflict when an id is taken by something else.
    """
    zone, report = Zone().clean("timezone", zone), Report()
    events = rsvps = messages = here = 0
    with opened(source) as database:
        for what, number in database.lost().items():
            if number:
                report.note(what, "", "Left out: its event is not there.", number=number)
        of, done = database.count_events(), 0
        try:
            channels, made = _channels(database, report, dry_run=dry_run)
            for batch in database.batches(_AT_A_TIME):
                stored = _take_over(batch, channels, zone, report, dry_run=dry_run)
                events, rsvps = events + stored[0], rsvps + stored[1]
                messages, here = messages + stored[2], here + stored[3]
                done += len(batch)
                progress(done, of)
        except IntegrityError:
            raise Conflict("import_clashes") from None
        root = with_root and _take_root(database, report, dry_run=dry_run)
    return Moved(made, events, rsvps, messages, here, root, report.left)


def _channels(database: Source, report: Report, *, dry_run: bool) -> tuple[Channels, int]:
    """The channels of the file as they are here now, and how many of them are new. One whose
    address is taken here joins the channel that has it, if that is as open."""
    channels: Channels = {}
    made = 0
    with transaction.atomic():
        for row in database.channels():
            channel = channel_from(row, report)
            if channel is None:
                continue
            known = Channel.objects.filter(pk=channel.pk).first()
            if known is None:
                known = Channel.objects.filter(slug=channel.slug).first()
                if known is None:
                    made += 1
                    if not dry_run:
                        channel.save(force_insert=True)
                elif (known.tenant_id, known.visibility) != (None, channel.visibility):
                    report.note("channels", row["slug"], "Left out: its address is taken here.")
                    continue
                else:
                    report.note("channels", row["slug"], "Joined with the channel of this address.")
            channels[row["id"]] = known or channel
    return channels, made


def _take_over(
    batch: Sequence[Found], channels: Channels, zone: str, report: Report, *, dry_run: bool
) -> tuple[int, int, int, int]:
    """(events, RSVPs, messages, events that were here already)"""
    here = _present(batch)
    now, events = timezone.now(), []
    for found in batch:
        if found.event["id"] in here:
            continue
        channel_id = found.event["channel_id"]
        if channel_id is not None and channel_id not in channels:
            report.note("events", found.event["id"], _NO_CHANNEL)
        event = event_from(found, channels.get(channel_id), zone, now, report)
        if event is not None:
            events.append(event)
    if events and not dry_run:
        with transaction.atomic():
            _store(events)
    rsvps = sum(len(each.rsvps) for each in events)
    messages = sum(len(each.messages) for each in events)
    return len(events), rsvps, messages, len(here)


def _present(batch: Sequence[Found]) -> set[str]:
    ids = []
    for found in batch:
        try:
            ids.append(UUID(found.event["id"]))
        except ValueError:
            continue
    return {str(id) for id in Event.objects.filter(pk__in=ids).values_list("id", flat=True)}


def _store(events: Sequence[Translated]) -> None:
    _settle_slugs([each.event for each in events])
    insert(Event, (each.event for each in events))
    insert(EventLink, (each.link for each in events))
    insert(Rsvp, chain.from_iterable(each.rsvps for each in events))
    insert(Message, chain.from_iterable(each.messages for each in events))
    keep_tokens(chain.from_iterable(each.tokens for each in events))
    index_events([each.event.id for each in events])


def _settle_slugs(events: Sequence[Event]) -> None:
    """Gives each event a slug that its channel has not yet. Holds the channels, as whatever makes
    an event does."""
    ids = {event.channel_id for event in events if event.channel_id is not None}
    held = Channel.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    list(held.values_list("pk", flat=True))
    slugs = {event.slug for event in events}
    taken = set(
        Event.objects.filter(channel__in=ids, slug__in=slugs)
        .order_by()
        .values_list("channel_id", "slug")
    )
    for event in events:
        if event.channel_id is None:
            continue
        if (event.channel_id, event.slug) in taken:
            event.slug = another_slug(event.slug)
        taken.add((event.channel_id, event.slug))


def _take_root(database: Source, report: Report, *, dry_run: bool) -> bool:
    token = database.root_token()
    if token is None or len(token) != LENGTH:
        report.note("links", "root", "The old root token does not open: the file holds none.")
        return False
    if not dry_run:
        credential = root_credential()
        keep_tokens([(token, Opened(TokenKind.ROOT, credential.id, credential.version))])
    return True
