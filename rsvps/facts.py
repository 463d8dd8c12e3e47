"""An RSVP as one viewer may see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from uuid import UUID

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.keyset import KeysetPage, Order, Position, beyond, build_keyset
from config.paging import Page, read_page
from config.text import sort_key
from events.domain.visibility import sees_guests
from events.enums import Standing
from events.facts import EventFacts
from events.rows import EventRow
from rsvps.domain.tickets import ticket_code
from rsvps.enums import Approval
from rsvps.models import CheckIn, Rsvp
from rsvps.querysets import RsvpQuerySet
from rsvps.rows import (
    LISTED_PAGE,
    CheckInRow,
    DoorGuest,
    ListedRow,
    RsvpRow,
    check_in_rows,
    door_guest_rows,
    first_guest_names,
    first_listed_rows,
    listed_rows_after,
    rsvp_rows,
    same_email_ids,
    waitlist_positions,
)

_CHUNK = 1000


class RsvpFacts(RsvpRow):
    """One answer for one viewer. ``guest_names``, ``note``, ``email``, ``answers``, ``tier_id``,
    ``checked_in_at``, ``reminders_off``, ``waitlist_position`` and ``token`` are None for viewers
    who are neither the guest nor an organizer; ``ticket`` (the code the door scans) is the guest's
    alone, while they attend."""

    # Whether the viewer is the guest, and whether they are the guest or an organizer.
    own: bool = False
    full: bool = False
    # Among those who wait for seats, 1 for the next.
    waitlist_position: int | None = None
    # In organizers' lists: the other answers from the same e-mail address. See organizers_rsvps().
    same_email: list[UUID] | None = None

    @property
    def party_size(self) -> int:
        """The guest and whom they bring."""
        return 1 + self.guest_count

    @cached_property
    def token(self) -> str | None:
        """The guest's own link."""
        return mint(TokenKind.RSVP, self.id, self.token_version) if self.full else None

    @property
    def first_name(self) -> str:
        """What the pages call the guest."""
        return self.name.split(maxsplit=1)[0] if self.name.strip() else self.name

    @property
    def party(self) -> int:
        """The guest and those they bring."""
        return 1 + self.guest_count

    @cached_property
    def ticket(self) -> str | None:
        """The code of their ticket."""
        return ticket_code(self) if self.own else None


def rsvp_facts(row: RsvpRow, standing: Standing, *, own: bool = False) -> RsvpFacts:
    """What a viewer may know of an answer; ``own`` says it is the viewer's. Callers show other
    people's answers only where listing them is allowed: see listed_rsvps(). One query for who waits
    for a seat, else none."""
    (facts,) = many_rsvp_facts([row], standing, lambda _: own)
    return facts


def many_rsvp_facts(
    rows: Sequence[RsvpRow],
    standing: Standing,
    is_own: Callable[[RsvpRow], bool] = lambda _: False,
) -> list[RsvpFacts]:
    """The same for a list. One query when it tells anybody's place in line, else none."""
    seen = [(row, own, own or standing >= Standing.OWNER) for row in rows for own in [is_own(row)]]
    places = waitlist_positions(row for row, _, full in seen if full)
    return [_facts(row, own, full, places.get(row.id)) for row, own, full in seen]


def _facts(row: RsvpRow, own: bool, full: bool, place: int | None) -> RsvpFacts:
    if not full:
        row = row._replace(tier_id=None, note=None, email=None, answers=None)
        row = row._replace(guest_names=None, checked_in_at=None, reminders_off=None)
        row = row._replace(waitlisted_at=None)
    facts = RsvpFacts._make(row)
    facts.own, facts.full, facts.waitlist_position = own, full, place
    return facts


def organizers_rsvps(event_id: UUID, rows: Sequence[RsvpRow]) -> list[RsvpFacts]:
    """Answers to one event for its organizers, each with the ids of those from the same e-mail
    address. One query at most, whatever their number."""
    same = same_email_ids(event_id, rows)
    answers = many_rsvp_facts(rows, Standing.OWNER)
    for facts in answers:
        facts.same_email = same[facts.id]
    return answers


def every_answer(event_id: UUID) -> Iterator[RsvpFacts]:
    """All answers of an event by time, for its organizers; read a thousand at a time."""
    return answers_among(Rsvp.objects.of_event(event_id))


def answers_among(rsvps: RsvpQuerySet) -> Iterator[RsvpFacts]:
    """The same of these answers."""
    rsvps = rsvps.order_by("created_at", "id")
    rows = rsvp_rows(rsvps[:_CHUNK])
    while rows:
        yield from many_rsvp_facts(rows, Standing.OWNER)
        rows = rsvp_rows(
            rsvps.filter(beyond("created_at", rows[-1].created_at, rows[-1].id))[:_CHUNK]
        )


def readable_rsvps(event: EventRow, standing: Standing) -> RsvpQuerySet:
    """The answers to an event that a viewer may read in a list: organizers all, others those that
    the guest list names, and none where it is closed to them."""
    rsvps = Rsvp.objects.of_event(event.id)
    if standing >= Standing.OWNER:
        return rsvps
    return rsvps.listed() if sees_guests(event, standing) else rsvps.none()


def listed_rsvps(
    event: EventFacts, cursor: str | None = None, *, field: str = "after"
) -> KeysetPage[RsvpFacts]:
    """A page of an event's guest list: the first, or the one a page's ``next`` stands for; an empty
    one for whoever may not read it. One query. Raises Invalid naming ``field`` for any other
    cursor."""
    event_id = event.id

    def read(position: Position | None, most: int) -> list[RsvpFacts]:
        if event.guests_hidden:
            return []
        if position is None:
            return _listed(event_id, first_listed_rows(event_id))
        return _listed(event_id, listed_rows_after(event_id, position.moment, position.id))

    order = Order("created_at", False, f"attendees of {event_id.hex}")
    return build_keyset(read, order, size=LISTED_PAGE, token=cursor, field=field)


def guests_shown(events: Iterable[EventFacts]) -> dict[UUID, list[str]]:
    """Who is coming to each event of a list, by name: the first few, where the viewer may read
    the guest list. One query, whatever their number; none where there is nothing to read."""
    open_ids = [each.id for each in events if not each.guests_hidden]
    return first_guest_names(open_ids) if open_ids else {}


def _listed(event_id: UUID, rows: list[ListedRow]) -> list[RsvpFacts]:
    return [
        RsvpFacts(
            id=row.id,
            event_id=event_id,
            tier_id=None,
            user_id=None,
            name=row.name,
            email=None,
            pronouns=row.pronouns,
            attendance=row.attendance,
            approval=Approval.APPROVED.value,
            waitlisted_at=None,
            guest_count=row.guest_count,
            guest_names=None,
            note=None,
            is_private=False,
            reminders_off=None,
            email_confirmed=False,
            answers=None,
            token_version=0,
            edit_version=0,
            responded_at=row.created_at,
            checked_in_at=None,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


# A scan carries nothing to cut out: who is at the door may read it.
CheckInFacts = CheckInRow


def latest_check_ins(event_id: UUID, most: int = 20) -> list[CheckInFacts]:
    """The last scans at an event's doors, repeated and undone ones included. One query."""
    return check_in_rows(CheckIn.objects.filter(event_id=event_id)[:most])


def door_guests(event_id: UUID, name: str, most: int = 20) -> list[DoorGuest]:
    """Expected guests with ``name`` in their name or in that of somebody they bring, at most
    ``most``. One query."""
    return door_guest_rows(_expected(event_id).named(name)[:most])


def expected_guests(event_id: UUID, *, number: int, size: int) -> Page[DoorGuest]:
    """A page of everybody the door expects, private answers included, by name. Two queries."""
    return read_page(_expected(event_id), door_guest_rows, number=number, size=size)


def alphabetical(event_id: UUID) -> list[DoorGuest]:
    """Everybody the door expects, from A to Z, whatever the accents. One query."""
    guests = door_guest_rows(_expected(event_id))
    return sorted(guests, key=lambda guest: (sort_key(guest.name), guest.name, guest.rsvp_id))


def _expected(event_id: UUID) -> RsvpQuerySet:
    return Rsvp.objects.of_event(event_id).attending().order_by("name", "id")
