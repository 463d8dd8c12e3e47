"""Storing what a calendar holds, some hundred events at a time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.domain.actors import Actor
from accounts.domain.tenants import tenant_by_slug
from channels.domain.rooms import find_or_make_channel
from config.errors import Invalid
from events.domain.lifecycle import create_event
from events.kinds import Zone
from events.models import Event, Series
from operations.ics.fetching import read_source
from operations.ics.reading import Entry, grouped, read_entries, values_of
from operations.importing import Left, Progress, Report

# Ids that are one transaction: of events, and of series with what stands for some of their dates.
_AT_A_TIME = 250
_WHAT = "entries"


class CalendarImported(NamedTuple):
    """How many events by themselves and how many series were made, and how many of both were here
    already."""

    events: int
    series: int
    already_here: int
    left: list[Left]


def import_ics(
    *,
    source: str,
    channel: str,
    tenant: str | None = None,
    zone: str = "",
    dry_run: bool = False,
    progress: Progress = lambda done, of: None,
) -> CalendarImported:
    """Makes events of a calendar's entries, in the channel of this name or slug, which is made if
    need be; they are the tenant's, or nobody's.

    ``source`` is a file or an address. ``zone`` is where times without a zone are, instead of the
    calendar's own. An entry that is here already, in this channel, is left as it is. What cannot be
    taken is reported, the rest is imported. Some hundred entries are one transaction: if the import
    breaks off, run it again. Raises NotFound, PayloadTooLarge, NotAllowed (the channel) and Invalid
    (``source``, ``timezone``, ``channel_name``).
    """
    zone, report = Zone().clean("timezone", zone), Report()
    tenant_id = None if tenant is None else tenant_by_slug(tenant).pk
    entries, told = read_entries(read_source(source), report)
    groups = list(grouped(entries))
    making = _Making(channel, tenant_id, zone or told or "UTC", report)
    for done in range(0, len(groups), _AT_A_TIME):
        batch = groups[done : done + _AT_A_TIME]
        with transaction.atomic():
            making.take(batch)
            if dry_run:
                transaction.set_rollback(True)
        progress(done + len(batch), len(groups))
    return CalendarImported(making.events, making.series, making.already_here, report.left)


class _Making:
    """Makes events of entries. Call in a transaction."""

    def __init__(self, channel: str, tenant_id: UUID | None, zone: str, report: Report) -> None:
        self.events = self.series = self.already_here = 0
        self._channel = channel
        self._actor = Actor(is_root=True, tenant_id=tenant_id)
        self._zone = zone
        self._report = report

    def take(self, batch: Sequence[Sequence[Entry]]) -> None:
        """Makes what is not here yet."""
        channel = find_or_make_channel(name=self._channel, tenant_id=self._actor.tenant_id)
        ids = {each.key: _ids(channel.id, each) for group in batch for each in group}
        wanted = [id for known in ids.values() for id in known]
        here = {
            id
            for kind in (Event, Series)
            for id in kind.objects.filter(pk__in=wanted).order_by().values_list("pk", flat=True)
        }
        for group in batch:
            self._take(group, ids, here)

    def _take(self, group: Sequence[Entry], ids: dict[str, list[UUID]], here: set[UUID]) -> None:
        """A series with what stands for some of its dates, or an event by itself."""
        replaced = [each.replaces for each in group if each.replaces is not None]
        series_is_here = False
        done: set[str] = set()
        for entry in group:
            if entry.key in done:
                self._leave(entry, "an earlier entry has the same id.")
                continue
            done.add(entry.key)
            if here.intersection(ids[entry.key]):
                self.already_here += 1
                series_is_here |= entry.replaces is None
            elif str(entry.component.get("STATUS", "")).upper() == "CANCELLED":
                self._leave(entry, "it was called off.")
            elif series_is_here:
                self._leave(entry, "its series is here already.")
            else:
                self._make(entry, ids[entry.key][0], replaced if entry is group[0] else [])

    def _make(self, entry: Entry, own_id: UUID, without: list[date]) -> None:
        try:
            values = values_of(entry, self._zone, without, self._report)
            with transaction.atomic():
                create_event(
                    actor=self._actor,
                    values={**values, "channel_name": self._channel},
                    own_id=own_id,
                )
        except Invalid as problem:
            self._report.refused(_WHAT, entry.name, problem)
        else:
            if "recurrence" in values:
                self.series += 1
            else:
                self.events += 1

    def _leave(self, entry: Entry, why: str) -> None:
        self._report.note(_WHAT, entry.name, f"Left out: {why}")


def _ids(channel_id: UUID, entry: Entry) -> list[UUID]:
    """The id that the entry's event or series has in this channel, and those it would have by older
    keys. They are keyed: who knows the calendar must not find an event that is made private."""
    message = f"ics|{channel_id}|{entry.key}".encode()
    return [
        UUID(bytes=hmac.digest(key.encode(), message, hashlib.sha256)[:16], version=4)
        for key in settings.CAPABILITY_KEYS
    ]
