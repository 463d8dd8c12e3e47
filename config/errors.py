"""What can go wrong, in words of the domain. Doors translate these into their own statuses.

Every error carries a stable ``code`` for programs and one sentence for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """A rule said no.

    ``code`` is stable and machine-readable; ``message`` is one sentence a guest may read.
    """

    code = "error"
    message = "This request cannot be carried out."

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        self.message = message or self.message
        self.code = code or self.code
        super().__init__(self.message)


class Invalid(DomainError):
    """Input that breaks a limit. ``errors`` maps domain field names to sentences."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, Sequence[str] | str]) -> None:
        self.errors: dict[str, list[str]] = {
            field: [said] if isinstance(said, str) else list(said) for field, said in errors.items()
        }
        first = next(iter(self.errors.values()), ["This input is not valid."])
        super().__init__(first[0])


class Unauthenticated(DomainError):
    """No credential was sent, or one that nobody issued."""

    code = "not_authenticated"
    message = "Missing bearer token"


class NotAllowed(DomainError):
    """The caller is known and still may not do this."""

    code = "not_allowed"
    message = "You are not allowed to do this."


class MissingScope(NotAllowed):
    """The API key was issued without a scope the call needs."""

    code = "missing_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This API key lacks the scope {scope}.")


class NotFound(DomainError):
    """Nothing here, or nothing that the caller may know of."""

    code = "not_found"
    message = "Not found"


class EventFull(DomainError):
    """Not enough free seats in the event for the party."""

    code = "event_full"
    message = "This event has reached its maximum number of attendees."


class TierFull(EventFull):
    """Not enough free seats in the ticket tier, whatever the event still has."""

    code = "tier_full"
    message = "This ticket tier has no seats left."


class TicketRefused(Invalid):
    """A ticket of this tier cannot be had. Named by its field, with a code of its own."""

    def __init__(self) -> None:
        super().__init__({"tier_id": self.message})


class TierUnknown(TicketRefused):
    """No such tier, or one of another event: the two answer alike."""

    code = "tier_unknown"
    message = "This event has no such ticket tier."


class TierInactive(TicketRefused):
    """The organizers do not hand out this tier now."""

    code = "tier_inactive"
    message = "This ticket tier is not available."


class TierNotFree(TicketRefused):
    """Paid tickets go through a checkout, which is not ours."""

    code = "tier_not_free"
    message = "This ticket tier is not free. Paid tickets go through checkout."


class TierRequired(TicketRefused):
    """The event hands out tickets, and the answer names none."""

    code = "tier_required"
    message = "Choose a ticket."


class TicketUnknown(DomainError):
    """A code at the door that nobody issued for this event."""

    code = "ticket_unknown"
    message = "This is not a ticket to this event."


class TicketRevoked(DomainError):
    """A ticket whose guest left, was turned down, or got a new link."""

    code = "ticket_revoked"
    message = "This ticket does not count any more."


class RsvpsClosed(DomainError):
    """Answers that take seats are no longer accepted."""

    code = "rsvps_closed"
    message = "RSVPs are closed for this event."


class EventCancelled(DomainError):
    """The event is called off; only leaving is possible."""

    code = "event_cancelled"
    message = "This event has been cancelled."


class Conflict(DomainError):
    """Something of that name, or an answer of that guest, is there already."""

    code = "conflict"
    message = "This exists already."


class AlreadyRsvped(Conflict):
    """An e-mail address answers an event once; nothing is told of the answer that is there."""

    code = "already_rsvped"
    message = "This e-mail address has answered this event already."


class TierInUse(Conflict):
    """A tier that answers refer to stays; it can be switched off."""

    code = "tier_in_use"
    message = "Guests hold tickets of this tier. Switch it off instead."


class NoTenant(DomainError):
    """The caller's account belongs to no organisation."""

    code = "no_tenant"
    message = "This API key's user belongs to no tenant."


class CommentRejected(DomainError):
    """The tenant's moderation does not let a comment through."""

    code = "comment_rejected"
    message = "This comment was rejected by content moderation."


class PayloadTooLarge(DomainError):
    """The request body is over the limit."""

    code = "payload_too_large"
    message = "The request body is too large."


class TooManyRequests(DomainError):
    """One client wrote too often. ``wait`` is in seconds."""

    code = "throttled"
    message = "Too many requests. Please try again later."

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__()


def said(problem: DomainError) -> str:
    """A refusal as one line, naming the fields."""
    if isinstance(problem, Invalid):
        return " ".join(f"{field}: {' '.join(lines)}" for field, lines in problem.errors.items())
    return problem.message
