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
