"""What a person reads when a rule says no: one sentence beside each key, and nowhere else."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from config.errors import DomainError, Flaw, Invalid

SENTENCES: dict[str, Any] = {
    # Whole requests
    "error": _("This request cannot be carried out."),
    "invalid": _("This input is not valid."),
    "not_authenticated": _("Missing bearer token"),
    "not_allowed": _("You are not allowed to do this."),
    "missing_scope": _("This API key lacks the scope {scope}."),
    "not_found": _("Not found"),
    "conflict": _("This exists already."),
    "no_tenant": _("This API key's user belongs to no tenant."),
    "comment_rejected": _("This comment was rejected by content moderation."),
    "payload_too_large": _("The request body is too large."),
    "throttled": _("Too many requests. Please try again later."),
    # Accounts
    "slug_needed": _("Give a slug of letters, digits and hyphens."),
    "tenant_exists": _("A tenant with the slug {slug} exists already."),
    "tenant_in_use": _(
        "This tenant still has users, channels, events, images or keys. Delete them first."
    ),
    "terms_not_a_list": _("Must be a list of strings."),
    "terms_too_many": _("At most {limit} terms can be blocked."),
    "moderator_unknown": _("This path does not lead to anything that can be called."),
    "email_invalid": _("Use a valid e-mail address."),
    "user_exists": _("A user with the address {email} exists already."),
    "organizer_without_tenant": _("An organizer belongs to a tenant."),
    # Seats and tickets
    "event_full": _("This event has reached its maximum number of attendees."),
    "tier_full": _("This ticket tier has no seats left."),
    "tier_unknown": _("This event has no such ticket tier."),
    "tier_inactive": _("This ticket tier is not available."),
    "tier_not_free": _("This ticket tier is not free. Paid tickets go through checkout."),
    "tier_required": _("Choose a ticket."),
    "tier_in_use": _("Guests hold tickets of this tier. Switch it off instead."),
    "ticket_unknown": _("This is not a ticket to this event."),
    "ticket_revoked": _("This ticket is no longer valid."),
    "rsvps_closed": _("RSVPs are closed for this event."),
    "event_cancelled": _("This event has been cancelled."),
    "guest_list_closed": _("This link does not open the guest list of this event."),
    "link_not_found": _("Link not found."),
    "already_rsvped": _("This e-mail address has answered this event already."),
}


def sentence(flaw: Flaw) -> str:
    """The sentence of one flaw, in the language of the moment."""
    told = str(SENTENCES.get(flaw.key, flaw.key))
    return told.format(**flaw.params) if flaw.params else told


def message_of(problem: DomainError) -> str:
    """A refusal as one sentence; of several fields, what is wrong with the first."""
    if isinstance(problem, Invalid):
        for flaws in problem.errors.values():
            return sentence(flaws[0])
    return sentence(Flaw(problem.key, problem.params))


def field_messages(problem: Invalid) -> dict[str, list[str]]:
    """What is wrong with each field, as sentences."""
    return {field: [sentence(each) for each in flaws] for field, flaws in problem.errors.items()}


def one_line(problem: DomainError) -> str:
    """A refusal as one line, naming the fields."""
    if isinstance(problem, Invalid):
        return " ".join(
            f"{field}: {' '.join(said)}" for field, said in field_messages(problem).items()
        )
    return message_of(problem)
