"""Refusals of the rsvps app: seats, tickets, and the door."""

from __future__ import annotations

from config.errors import Conflict, DomainError, Invalid


class EventFull(DomainError):
    """Not enough free seats in the event for the party. ``waitlist_open`` says that the same answer
    may join the waitlist."""

    code = "event_full"
    waitlist_open = False


class TierFull(EventFull):
    """Not enough free seats in the ticket tier, whatever the event still has."""

    code = "tier_full"


class TicketRefused(Invalid):
    """A ticket of this tier cannot be had. Named by its field, with a code of its own."""

    def __init__(self) -> None:
        super().__init__({"tier_id": self.code})


class TierUnknown(TicketRefused):
    """No such tier, or one of another event: the two answer alike."""

    code = "tier_unknown"


class TierInactive(TicketRefused):
    """The organizers do not hand out this tier now."""

    code = "tier_inactive"


class TierNotFree(TicketRefused):
    """Paid tickets go through a checkout, which is not ours."""

    code = "tier_not_free"


class TierRequired(TicketRefused):
    """The event hands out tickets, and the RSVP names none."""

    code = "tier_required"


class TicketUnknown(DomainError):
    """A code at the door that nobody issued for this event."""

    code = "ticket_unknown"


class TicketRevoked(DomainError):
    """A ticket whose guest left, was declined, or got a new link."""

    code = "ticket_revoked"


class RsvpsClosed(DomainError):
    """RSVPs that take seats are no longer accepted."""

    code = "rsvps_closed"


class EventCancelled(DomainError):
    """The event is cancelled; only leaving is possible."""

    code = "event_cancelled"


class AlreadyRsvped(Conflict):
    """An e-mail address answers an event once; nothing is told of the RSVP that is there."""

    code = "already_rsvped"


class TierInUse(Conflict):
    """A tier that RSVPs refer to stays; it can be switched off."""

    code = "tier_in_use"
