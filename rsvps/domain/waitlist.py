"""The waitlist: who waits for seats, and who gets those that come free.

Those who wait stand in one line for each event, by (waitlisted_at, id). locked_event() has
promote() give out what came free before it lets an event go, so no change that frees a seat can
forget it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.keyset import beyond
from events.domain.locking import LockedEvent
from events.domain.times import rsvps_open
from events.models import Event
from events.rows import TierRow, tier_rows
from outbox.domain.emitting import tell_all
from outbox.enums import Kind
from rsvps.domain.capacity import Holding, ensure_room, move_all_seats, move_seats
from rsvps.domain.changes import differences
from rsvps.domain.log import note_acts
from rsvps.enums import Approval, Attendance
from rsvps.errors import EventFull
from rsvps.models import Rsvp
from rsvps.querysets import RsvpQuerySet

_AT_A_TIME = 500
_NEXT = timedelta(microseconds=1)


class _Party(NamedTuple):
    """Somebody who waits."""

    id: UUID
    name: str
    guest_count: int
    is_private: bool
    tier_id: UUID | None
    waitlisted_at: datetime

    @property
    def waits(self) -> Holding:
        """How the party counts while it waits."""
        return Holding(
            Attendance.GOING, Approval.WAITLISTED, self.guest_count, self.is_private, self.tier_id
        )

    @property
    def sits(self) -> Holding:
        """How it counts once it has its seats."""
        return self.waits._replace(approval=Approval.APPROVED)


def seat(
    event: LockedEvent,
    rsvp: Rsvp,
    before: Holding | None,
    *,
    may_wait: bool,
    waits: bool,
    force: bool = False,
) -> None:
    """Writes the seats that an RSVP takes or leaves on its way from ``before`` to what it is now,
    and its place in line. Those who wait and fit come first. A party that finds no seats is put in
    line if it ``may_wait`` and ``waits``. Save the RSVP afterwards. Raises EventFull, TierFull."""
    after = Holding.of(rsvp)
    if not force:
        waited = before is not None and before.approval == Approval.WAITLISTED
        if after.seats and not waited:
            event = event._replace(seats_taken=event.seats_taken + promote(event))
        try:
            ensure_room(event, before, after)
        except EventFull as full:
            full.waitlist_open = may_wait
            if not (may_wait and waits):
                raise
            rsvp.approval = Approval.WAITLISTED
            after = Holding.of(rsvp)
    if rsvp.approval == Approval.WAITLISTED:
        rsvp.waitlisted_at = rsvp.waitlisted_at or _end_of_line(event.id)
    elif rsvp.approval != Approval.PENDING:
        rsvp.waitlisted_at = None
    move_seats(event.id, before, after, force=force)


def promote(event: LockedEvent) -> int:
    """Gives free seats to those who wait, from the front: each party that fits in the event and in
    its tier; one that does not fit keeps its place. Closed, cancelled and past events give none,
    nor does one that was taken down: nobody could be told. How many seats it gave. ``event`` is as
    it stands now; hold it."""
    gives = event.taken_down_at is None and rsvps_open(event, timezone.now())
    if not event.waitlisted_count or not gives:
        return 0
    parties = list(_next_parties(event))
    if parties:
        _let_in(event, parties)
    return sum(party.sits.seats for party in parties)


def overlooked(now: datetime) -> list[UUID]:
    """Open events at which somebody waits who fits: there are none unless something was written
    past the domain."""
    open_events = (
        Event.objects.shown()
        .upcoming(now)
        .filter(
            Q(rsvp_close_at=None) | Q(rsvp_close_at__gt=now),
            Q(capacity=None) | Q(capacity__gt=F("seats_taken")),
            waitlisted_count__gt=0,
            rsvps_closed=False,
        )
    )
    columns = [name for name in LockedEvent._fields if name != "has_tiers"]
    rows = open_events.order_by("id").values(*columns)
    events = (LockedEvent(**row, has_tiers=True) for row in rows)
    return [event.id for event in events if next(_next_parties(event), None)]


def _next_parties(event: LockedEvent) -> Iterator[_Party]:
    """The parties that fit, from the front. Reads those alone that fit in what is free: as many as
    could be let in at a time, each time letting one in at least."""
    room = _Room(event)
    line = Rsvp.objects.of_event(event.id).in_line()
    while room.left is None or room.left > 0:
        most = _AT_A_TIME if room.left is None else min(room.left, _AT_A_TIME)
        rows = room.fitting(line).values_list(*_Party._fields)[:most]
        parties = [_Party._make(row) for row in rows]
        yield from (party for party in parties if room.take(party))
        if len(parties) < most:
            return
        line = line.filter(beyond("waitlisted_at", parties[-1].waitlisted_at, parties[-1].id))


class _Room:
    """What is free in an event and its tiers while seats are given out. None is without limit."""

    def __init__(self, event: LockedEvent) -> None:
        self.left = None if event.capacity is None else event.capacity - event.seats_taken
        tiers = tier_rows(event.id) if event.has_tiers else []
        self.tiers = {tier.id: left for tier in tiers if (left := _tickets_left(tier)) is not None}

    def fitting(self, line: RsvpQuerySet) -> RsvpQuerySet:
        """Those in line who fit."""
        if self.left is not None:
            line = line.filter(guest_count__lt=self.left)
        for tier_id, left in self.tiers.items():
            line = line.exclude(tier_id=tier_id, guest_count__gte=left)
        return line

    def take(self, party: _Party) -> bool:
        """Whether the party fits; its seats are taken then."""
        seats = party.sits.seats
        tickets = self.tiers.get(party.tier_id, seats) if party.tier_id else seats
        if tickets < seats or (self.left is not None and self.left < seats):
            return False
        if self.left is not None:
            self.left -= seats
        if party.tier_id in self.tiers:
            self.tiers[party.tier_id] -= seats
        return True


def _tickets_left(tier: TierRow) -> int | None:
    if not tier.is_active or tier.price_cents:
        return 0
    return None if tier.capacity is None else max(tier.capacity - (tier.seats_taken or 0), 0)


def _let_in(event: LockedEvent, parties: list[_Party]) -> None:
    ids = [party.id for party in parties]
    for start in range(0, len(ids), _AT_A_TIME):
        Rsvp.objects.filter(pk__in=ids[start : start + _AT_A_TIME]).update(
            approval=Approval.APPROVED,
            waitlisted_at=None,
            updated_at=timezone.now(),
            edit_version=F("edit_version") + 1,
        )
    move_all_seats(event.id, [(party.waits, party.sits) for party in parties])
    note_acts(
        event_id=event.id,
        contents={
            party.id: _("Moved up from the waitlist: %(name)s.") % {"name": party.name}
            for party in parties
        },
    )
    changed = differences(parties[0].waits, parties[0].sits)
    tell_all([(event, party_id) for party_id in ids], Kind.RSVP_PROMOTED, changed=changed)


def _end_of_line(event_id: UUID) -> datetime:
    """Now, and behind everybody in line whatever the clocks of other hosts said."""
    last = Rsvp.objects.of_event(event_id).in_line().aggregate(last=Max("waitlisted_at"))["last"]
    now = timezone.now()
    return now if last is None else max(now, last + _NEXT)
