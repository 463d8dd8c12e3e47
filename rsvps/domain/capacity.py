"""Seats. The only code that counts them, makes room for them and writes their counters.

A party is 1 + guest_count people. Seats are held by RSVPs that are going and approved; all others
hold none. All of it happens while events.domain.locking.locked_event is held, so two
requests can never both take the last seat.

Under a capacity, seats_taken <= capacity + seats_forced: what is beyond the capacity an organizer
accepted, by force or by lowering the capacity below what was taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, product
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

from django.db import connection, models
from django.db.models import Case, Count, F, Max, Q, Sum, When
from django.db.models.functions import Greatest

from config.prepared import ID, PreparedRead
from config.reading import execute, writing
from events.domain.locking import NEXT_VERSION, LockedEvent, expect_waiting, touch
from events.models import Event, Tier
from rsvps.enums import Approval, Attendance
from rsvps.errors import EventFull, TierFull
from rsvps.models import Rsvp


class Counts(NamedTuple):
    """What one or more RSVPs add to an event's counters; the names are its columns."""

    seats_taken: int = 0
    going_count: int = 0
    interested_count: int = 0
    not_going_count: int = 0
    pending_count: int = 0
    waitlisted_count: int = 0
    party_size: int = 0
    private_count: int = 0
    private_party_size: int = 0


class Answered(Protocol):
    """The part of an RSVP that counts."""

    attendance: str
    approval: str
    guest_count: int
    is_private: bool
    tier_id: UUID | None


class Holding(NamedTuple):
    """How an RSVP counted at one moment. None stands for no RSVP."""

    attendance: str
    approval: str
    guest_count: int
    is_private: bool
    tier_id: UUID | None

    @classmethod
    def of(cls, rsvp: Answered) -> Holding:
        """A snapshot that later changes of the RSVP do not reach."""
        return cls(rsvp.attendance, rsvp.approval, rsvp.guest_count, rsvp.is_private, rsvp.tier_id)

    @property
    def seats(self) -> int:
        """Seats held: the whole party when going and approved, else none."""
        held = self.attendance == Attendance.GOING and self.approval == Approval.APPROVED
        return 1 + self.guest_count if held else 0


# How an RSVP counted before and after a change.
Step = tuple[Holding | None, Holding | None]
_NOTHING = Counts()


def _adding(model: type[models.Model], columns: Iterable[str], *, force: bool) -> str:
    """SQL that adds to the counters of a row and settles ``seats_forced``: a forced answer accepts
    what is beyond the capacity after it, any other keeps what was accepted and is still beyond.
    The parameters go by the names of the columns."""
    beyond = "seats_taken + %(seats_taken)s - capacity"
    kept = "" if force else f"WHEN {beyond} > seats_forced THEN seats_forced "
    settled = f"CASE {kept}WHEN {beyond} > 0 THEN {beyond} ELSE 0 END"
    added = "".join(f"{column} = {column} + %({column})s, " for column in columns)
    # Names of our own models and no input:
    return f"UPDATE {model._meta.db_table} SET {added}seats_forced = {settled}"  # noqa: S608


_ADD_COUNTS = {
    force: _adding(Event, Counts._fields, force=force) + f", {NEXT_VERSION} WHERE id = %(id)s"
    for force in (False, True)
}
_ADD_TIER_SEATS = {
    force: _adding(Tier, ["seats_taken"], force=force) + " WHERE id = %(id)s"
    for force in (False, True)
}
_ID: models.UUIDField[UUID, UUID] = models.UUIDField()


def counts_of(
    *, attendance: str, approval: str, is_private: bool, rsvps: int, guests: int
) -> Counts:
    """What ``rsvps`` alike answers with ``guests`` plus-ones in all add to the counters.

    Pending and waitlisted answers count as such and nothing else, rejected ones not at all;
    approved ones count by what they answered.
    """
    if approval == Approval.PENDING:
        return Counts(pending_count=rsvps)
    if approval == Approval.WAITLISTED:
        return Counts(waitlisted_count=rsvps)
    if approval == Approval.REJECTED:
        return _NOTHING
    people = rsvps + guests
    going = attendance == Attendance.GOING
    return Counts(
        seats_taken=people if going else 0,
        going_count=rsvps if going else 0,
        interested_count=rsvps if attendance == Attendance.INTERESTED else 0,
        not_going_count=rsvps if attendance == Attendance.NOT_GOING else 0,
        party_size=people,
        private_count=rsvps if is_private else 0,
        private_party_size=people if is_private else 0,
    )


def counted(holdings: Iterable[Holding]) -> Counts:
    """What these answers add to the counters in all."""
    return _total(map(_counts, holdings))


def ensure_room(event: LockedEvent, before: Holding | None, after: Holding | None) -> None:
    """Raises EventFull or TierFull when the step from ``before`` to ``after`` needs seats that are
    not there.

    Only growth is checked: after the capacity was lowered, people already in may still change
    anything that takes no further seat.
    """
    grows = _seats(after) - _seats(before)
    if grows > 0 and event.capacity is not None and event.seats_taken + grows > event.capacity:
        raise EventFull
    if after is None or after.tier_id is None:
        return
    same_tier = before is not None and before.tier_id == after.tier_id
    grows = after.seats - (_seats(before) if same_tier else 0)
    if grows > 0:
        tier = Tier.objects.only("capacity", "seats_taken").get(pk=after.tier_id)
        if tier.capacity is not None and tier.seats_taken + grows > tier.capacity:
            raise TierFull


def move_seats(
    event_id: UUID, before: Holding | None, after: Holding | None, *, force: bool = False
) -> None:
    """Writes the counters for an RSVP that went from ``before`` to ``after``, and the event's
    version. Call ensure_room() first unless an organizer forces the answer in: ``force`` accepts
    the seats that are beyond the capacity then."""
    move_all_seats(event_id, [(before, after)], force=force)


def move_all_seats(event_id: UUID, steps: Sequence[Step], *, force: bool = False) -> None:
    """The same for several RSVPs at once: one statement, and one for each tier they name."""
    delta = list(_NOTHING)
    tiers: dict[UUID, int] = {}
    for before, after in steps:
        for counts, sign in ((_counts(before), -1), (_counts(after), 1)):
            delta = [have + sign * more for have, more in zip(delta, counts, strict=True)]
        for tier_id, seats in _tier_seats(before, after).items():
            tiers[tier_id] = tiers.get(tier_id, 0) + seats
    _execute(_ADD_COUNTS[force], event_id, Counts(*delta)._asdict())
    for tier_id, seats in tiers.items():
        _execute(_ADD_TIER_SEATS[force], tier_id, {"seats_taken": seats})


def settle_capacity(rows: models.QuerySet[Event] | models.QuerySet[Tier]) -> None:
    """Accepts the seats that are beyond the capacity of these events or tiers now: whoever set the
    capacity let them keep their seats. Hold the event."""
    beyond = When(seats_taken__gt=F("capacity"), then=F("seats_taken") - F("capacity"))
    rows.update(seats_forced=Case(beyond, default=0))


def overbooked(*, unaccepted: bool) -> Q:
    """Events or tiers with more seats taken than their capacity, or, ``unaccepted``, than an
    organizer accepted."""
    accepted = F("seats_forced") if unaccepted else 0
    return Q(seats_taken__gt=F("capacity") + accepted)


def recount(event_id: UUID) -> Counts:
    """The counters as the RSVPs themselves say: the truth that the stored ones must equal."""
    return _total(counts_of(**group) for group in _groups(event_id))


def recount_tiers(event_id: UUID) -> dict[UUID, int]:
    """The seats of every tier of the event that has a guest, by tier. One query."""
    parties = (
        Rsvp.objects.attending()
        .of_event(event_id)
        .exclude(tier=None)
        .order_by()
        .values_list("tier_id")
        .annotate(Count("id"), Sum("guest_count"))
    )
    return {tier_id: rsvps + guests for tier_id, rsvps, guests in parties}


def miscounted(first: UUID, last: UUID) -> set[UUID]:
    """Events whose ids lie between the two, both included, with a counter of their own or of a tier
    that is not what the RSVPs say. Two queries, whose sums the database makes."""
    found = (_differing(model).all(first=first, last=last) for model in (Event, Tier))
    return set(chain.from_iterable(found))


@cache
def _differing(model: type[Event] | type[Tier]) -> PreparedRead[UUID]:
    key, counters = ("id", Counts._fields) if model is Event else ("event", ["seats_taken"])
    # Told like this, SQLite does not walk through all tiers in the order of their ids.
    each = {} if model is Event else {"tier": Greatest("pk", "pk")}
    differs = Q()
    for name in counters:
        differs |= ~Q(**{f"stored_{name}": F(f"true_{name}")})

    def build(first: UUID, last: UUID) -> Any:
        rows = model._default_manager.filter(**{f"{key}__gte": first, f"{key}__lte": last})
        told: dict[str, Any] = {f"stored_{name}": Max(name) for name in counters}
        told |= {f"true_{name}": _summed(name) for name in counters}
        rows = rows.order_by().annotate(**each).values(key, *each)
        return rows.annotate(**told).filter(differs).values_list(key)

    return PreparedRead(build, keys={"first": ID, "last": ID}, make=_only)


def _only(columns: Iterable[Any]) -> UUID:
    (event_id,) = columns
    return cast(UUID, event_id)


def _summed(counter: str) -> Sum:
    """The counter of events or tiers as SQL: what counts_of() says of an RSVP of each kind, and of
    one more guest."""
    cases = []
    for attendance, approval, is_private in product(Attendance, Approval, (False, True)):
        kind: dict[str, Any] = {
            "attendance": attendance,
            "approval": approval,
            "is_private": is_private,
        }
        alone, two = (
            getattr(counts_of(**kind, rsvps=1, guests=guests), counter) for guests in (0, 1)
        )
        if two:
            adds = alone + (two - alone) * F("rsvps__guest_count")
            its_kind = {f"rsvps__{name}": value for name, value in kind.items()}
            cases.append(When(**its_kind, then=adds))
    return Sum(Case(*cases, default=0))


def restate(event_id: UUID) -> None:
    """Writes the counters of the event and its tiers as the RSVPs say, and the event's version.
    Hold the event: seats that turn out to be free are given out when it is let go."""
    touch(event_id, edited=False, **recount(event_id)._asdict())
    expect_waiting(event_id)
    seats = recount_tiers(event_id)
    for tier in Tier.objects.filter(event_id=event_id).only("seats_taken"):
        tier.seats_taken = seats.get(tier.id, 0)
        tier.save(update_fields=["seats_taken"])


class AnswerTotals(NamedTuple):
    """An event's answers by kind. ``approved`` maps attendance to (RSVPs, their guests)."""

    approved: dict[str, tuple[int, int]]
    pending: int
    rejected: int
    waitlisted: int


def answer_totals(event_id: UUID) -> AnswerTotals:
    """What an organizer reads above the list. One query."""
    approved = {attendance.value: (0, 0) for attendance in Attendance}
    others = {approval.value: 0 for approval in Approval if approval != Approval.APPROVED}
    for group in _groups(event_id):
        if group["approval"] == Approval.APPROVED:
            rsvps, guests = approved[group["attendance"]]
            approved[group["attendance"]] = (rsvps + group["rsvps"], guests + group["guests"])
        else:
            others[group["approval"]] += group["rsvps"]
    return AnswerTotals(approved, **others)


class AttendanceCounts(NamedTuple):
    """Answers of each kind, by number of RSVPs."""

    going: int
    interested: int
    not_going: int


def attendance_counts(event_id: UUID) -> AttendanceCounts:
    """Every answer of an event, approved or not; for organizers. One query."""
    counts = dict.fromkeys(Attendance.values, 0)
    for group in _groups(event_id):
        counts[group["attendance"]] += group["rsvps"]
    return AttendanceCounts(**counts)


def _groups(event_id: UUID) -> Any:
    answers = Rsvp.objects.of_event(event_id).order_by()
    return answers.values("attendance", "approval", "is_private").annotate(
        rsvps=Count("id"), guests=Sum("guest_count")
    )


def _total(parts: Iterable[Counts]) -> Counts:
    total = list(_NOTHING)
    for counts in parts:
        total = [have + more for have, more in zip(total, counts, strict=True)]
    return Counts(*total)


def _seats(holding: Holding | None) -> int:
    return holding.seats if holding else 0


def _counts(holding: Holding | None) -> Counts:
    if holding is None:
        return _NOTHING
    return counts_of(
        attendance=holding.attendance,
        approval=holding.approval,
        is_private=holding.is_private,
        rsvps=1,
        guests=holding.guest_count,
    )


def _tier_seats(before: Holding | None, after: Holding | None) -> dict[UUID, int]:
    """What the step adds to the seats of the tiers it names."""
    seats: dict[UUID, int] = {}
    for holding, sign in ((before, -1), (after, 1)):
        if holding and holding.tier_id and holding.seats:
            seats[holding.tier_id] = seats.get(holding.tier_id, 0) + sign * holding.seats
    return seats


def _execute(sql: str, row_id: UUID, values: Mapping[str, int]) -> None:
    execute(writing(), sql, {**values, "id": _ID.get_db_prep_value(row_id, connection)})
