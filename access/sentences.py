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
    # What a field may hold
    "required": _("This field is required."),
    "null": _("This field may not be null."),
    "blank": _("This field may not be blank."),
    "too_long": _("Ensure this field has no more than {limit} characters."),
    "control_characters": _("Control characters are not allowed."),
    "unstorable": _("This text contains characters that cannot be stored."),
    "not_a_string": _("Must be a string."),
    "not_strings": _("Must be a list of strings."),
    "not_a_list": _("Must be a list."),
    "not_an_object": _("Must be an object."),
    "not_a_flag": _("Must be true or false."),
    "not_whole": _("A whole number is required."),
    "not_between": _("Must be between {lowest} and {highest}."),
    "too_small": _("Must be a whole number of {lowest} or more."),
    "not_one_of": _("Use one of {choices}."),
    "not_a_web_address": _("Use a web address that starts with https://."),
    "not_an_email": _("Use a valid e-mail address."),
    "not_an_id": _("Must be a valid UUID."),
    "not_a_time": _("Use an ISO 8601 date and time, like 2026-05-20T18:00:00Z."),
    "year_out_of_range": _("The year must be between {first} and {last}."),
    "bad_offset": _("A UTC offset must be within 14 hours (840 minutes) of UTC."),
    "bad_zone": _("Use an IANA time zone name, like America/Chicago."),
    "too_many": _("At most {most} entries are allowed."),
    "repeated": _("Each entry must be unique."),
    "not_plain_json": _(
        "Must be plain JSON with 64-bit numbers, no more than {depth} levels deep."
    ),
    "too_many_bytes": _("Use no more than {limit} bytes."),
    "not_a_currency": _("Use an ISO 4217 currency code, like EUR or USD."),
    "not_recordings": _("Must be a list of objects with url and thumbnail_url."),
    # What fields may hold together
    "event_not_found": _("Event not found"),
    "event_moved": _("This event was moved to another channel in the meantime."),
    "one_group": _("This key is limited to one group."),
    "not_a_visibility": _("Use public or private."),
    "featured_without_channel": _("Only an event in a channel can be featured."),
    "ends_before_start": _("The event must end after it starts."),
    "playback_needed": _("A live stream needs an address to watch it at."),
    "recording_needed": _("A recorded stream needs a recording."),
    "tier_not_found": _("Tier not found"),
    "too_many_tiers": _("An event has at most {most} ticket tiers."),
    "question_unknown": _("This form has no such question."),
    "options_needed": _("A question of this kind needs options to choose from."),
    "options_unused": _("Only select and multiselect questions have options."),
    "no_guests": _("You can't bring guests to this event."),
    "too_many_guests": _("You can bring at most {most} to this event."),
    "no_form": _("Only tickets have a form to answer."),
    "not_form_answers": _("Must be an object of question ids and answers."),
    "answer_needed": _("This question needs an answer."),
    "not_a_phone_number": _("Use a phone number, like +49 30 123456."),
    "not_a_number": _("Must be a number."),
    "number_too_large": _("This number is too large."),
    "not_a_date": _("Use a date like 2027-05-20."),
    "not_an_option": _("Choose from the options."),
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
