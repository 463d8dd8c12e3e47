"""What a person reads when a rule says no: one sentence beside each key, and nowhere else."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from access.command_sentences import COMMAND_SENTENCES
from config.errors import DomainError, Flaw, Invalid

SENTENCES: dict[str, Any] = COMMAND_SENTENCES | {
    # Whole requests
    "error": _("This request cannot be carried out."),
    "invalid": _("This input is not valid."),
    "not_authenticated": _("Missing bearer token"),
    "not_allowed": _("You are not allowed to do this."),
    "not_found": _("Not found"),
    "conflict": _("This already exists."),
    "not_supported": _("This server does not support that."),
    "changed_meanwhile": _(
        "Somebody else has changed this in the meantime. Read it again before you change it."
    ),
    "overtaken": _(
        "Somebody else has changed this in the meantime: it is now “{value}”. Save again to "
        "replace it."
    ),
    "not_entity_tags": _('Use entity tags, like "abc.def", or *.'),
    "no_if_match": _("This request cannot be made conditional on a tag."),
    "gone": _("This is no longer available."),
    "payload_too_large": _("The request body is too large."),
    "body_too_large": _("A request body may have at most {limit} bytes."),
    "throttled": _("Too many requests. Please try again later."),
    "too_many_guesses": ngettext_lazy(
        "Too many attempts with a wrong password. Try again in {minutes} minute.",
        "Too many attempts with a wrong password. Try again in {minutes} minutes.",
        "minutes",
    ),
    "wait_minutes": ngettext_lazy(
        "You did that too often. Please try again in {minutes} minute.",
        "You did that too often. Please try again in {minutes} minutes.",
        "minutes",
    ),
    "unavailable": _("This service is not available right now. Please try again in a moment."),
    "not_an_idempotency_key": _(
        "An Idempotency-Key has between 1 and 255 visible ASCII characters, without spaces."
    ),
    "idempotency_key_not_random": _(
        "Without a valid credential, the Idempotency-Key must be a random UUID."
    ),
    "idempotency_key_reused": _(
        "This Idempotency-Key was used before, with another body. Use a new key for a new request."
    ),
    "idempotency_in_flight": _("The first request with this Idempotency-Key is still running."),
    "form_sent_before": _(
        "You have already sent this form with different details, and those were saved. If you send "
        "it again, these will be saved too."
    ),
    "offset_and_cursor": _("Use either offset or cursor, not both."),
    "bad_cursor": _("This cursor was not made for this list."),
    # What somebody else's code says in its own words
    "as_told": "{reason}",
    # Fields of any kind
    "required": _("This field is required."),
    "null": _("This field may not be null."),
    "blank": _("This field may not be blank."),
    "too_long": _("Ensure this field has no more than {limit} characters."),
    "control_characters": _("Control characters are not allowed."),
    "link_in_text": _("Links are not allowed here."),
    "unstorable": _("This text contains characters that cannot be stored."),
    "unknown_id": _("Nothing has this id."),
    "contradicts": _("This contradicts {other}."),
    "called_otherwise": _("This name is not known here. Use {names}."),
    "not_taken": _("This cannot be set here."),
    "send_in_query": _("Send this in the query string, as ?{name}=true."),
    "one_value": _("Send one value."),
    "not_a_flag": _("Must be true or false."),
    "not_whole": _("A whole number is required."),
    "not_between": _("Must be between {lowest} and {highest}."),
    "not_one_of": _("Use one of {choices}."),
    "not_a_slug": _("Use letters, digits, hyphens and underscores."),
    "not_a_web_address": _("Use a web address that starts with https://."),
    "not_an_email": _("Use a valid e-mail address."),
    "not_an_id": _("This is not a valid id."),
    # Times
    "not_a_time": _("Use an ISO 8601 date and time, like 2026-05-20T18:00:00Z."),
    "starts_in_past": _("This is in the past. If that’s right, tick the box."),
    "year_out_of_range": _("The year must be between {first} and {last}."),
    "bad_offset": _("A UTC offset must be between -14:00 and +14:00."),
    "bad_zone": _("Pick a time zone, like America/Chicago."),
    "not_after": _("{later} must be after {earlier}"),
    "not_in_the_future": _("Must be in the future."),
    # Images
    "image_too_large": _("An image can be at most {limit} MB."),
    "too_many_pixels": _("An image can have at most {limit} megapixels."),
    "image_too_long": _("An image can be at most {limit} pixels wide or high."),
    "not_an_image": _("Upload a JPEG, PNG, WebP or GIF image."),
    "file_not_found": _("File not found"),
    "file_of_another": _("Only the uploader and organizers can change this file."),
    "file_in_use": _("An event shows this image. Give the event another cover first."),
    # Typed on a page
    "nobody_to_write_to": _("There is nobody to write to yet."),
    "not_the_title": _("This is not the title of the event. Type it exactly as shown."),
    "images_only": _("Only images can be uploaded here, not videos, clips or audio."),
    # API keys, tenants and users
    "missing_api_key": _("Missing API key"),
    "bad_api_key": _("This API key is not valid."),
    "api_key_not_found": _("No API key has this prefix."),
    "missing_scope": _("This API key lacks the scope {scope}."),
    "scope_not_allowed": _("A {kind} key can only have these scopes: {scopes}."),
    "read_only_key": _("This key can only read."),
    "secret_key_in_browser": _(
        "A secret key must not be used by a web page, where everyone can read it. Use a "
        "publishable key (pk_live_…), or call from your server."
    ),
    "secret_key_in_address": _(
        "A secret key must not be part of an address. Use a publishable key, or send it in a "
        "header."
    ),
    "feed_not_found": _("This calendar link is not valid, or it has been replaced."),
    "key_without_user": _("A publishable key has no events or RSVPs of its own."),
    "no_tenant": _("This API key’s user belongs to no tenant."),
    "channel_of_another_tenant": _("This channel does not belong to the user’s tenant."),
    "tenant_not_found": _("No tenant has the slug {slug}."),
    "tenant_exists": _("A tenant with the slug {slug} already exists."),
    "organizer_without_tenant": _("An organizer must belong to a tenant."),
    "user_not_found": _("No user has the address {email}."),
    "user_exists": _("A user with the address {email} already exists."),
    "tenant_in_use": _(
        "This tenant still has users, channels, events, images or keys. Delete them first."
    ),
    "moderator_unknown": _("There is no endpoint at this path."),
    # Channels
    "channel_not_found": _("Channel not found"),
    "community_not_found": _("Community not found"),
    "channel_exists": _("A channel with the slug {slug} already exists."),
    "channel_deleted": _("This channel was just deleted."),
    "channel_of_organisation": _(
        "This channel belongs to an organisation. Only its organizers can add events."
    ),
    "no_letter_or_number": _("Channel names must include at least one letter or number."),
    "open_channel": _("An open channel belongs to everyone, so it cannot be renamed."),
    "channel_stays_public": _(
        "A public channel cannot become private: anyone may already know its address."
    ),
    # Events
    "open_events_off": _(
        "Only organisations with an account can make events here. Ask whoever runs this site."
    ),
    "taken_down": _("This event was taken down by whoever runs this site."),
    "event_not_found": _("Event not found"),
    "room_not_found": _("Room not found"),
    "recording_not_found": _("This room has no recording."),
    "room_needs_event": _("A room belongs to an event. Send the event’s id as referenceId."),
    "no_broadcasting": _(
        "This server does not broadcast. Stream elsewhere and send the address as livePlaybackUrl."
    ),
    "no_co_hosts": _(
        "Rooms here have no co-hosts and no participants, so nobody can leave or be removed."
    ),
    "no_chat": _("Rooms here have no chat of their own."),
    "no_presence": _("This server does not track who is watching a room."),
    # Series
    "series_not_found": _("Series not found"),
    "series_link_only": _("Only the series’ organizer link can change more than one occurrence."),
    "not_in_series": _("This event belongs to no series."),
    "recurrence_without_scope": _(
        "Send a new rule for an occurrence of a series with ?scope=following or ?scope=all."
    ),
    "new_rule_for_one": _(
        "A new rule applies to this event and those that follow, or to all upcoming events. Choose "
        "one of the two."
    ),
    "repeats_not_chosen": _("Choose how the event repeats, or clear the fields below."),
    "own_rule_not_chosen": _("Choose “Custom rule” to use this, or leave it empty."),
    "times_or_last_day": _("Say how many times or the last day, not both."),
    "rule_unreadable": _("Use a rule like FREQ=WEEKLY;BYDAY=TU;COUNT=10."),
    "rule_part_unknown": _(
        "{part} is not supported. Use FREQ, INTERVAL, BYDAY, BYMONTHDAY, and COUNT or UNTIL."
    ),
    "rule_part_twice": _("{part} can be in a rule only once."),
    "rule_part_missing": _("{part} is missing."),
    "rule_number": _("{part} must be between {lowest} and {highest}."),
    "rule_without_dates": _("This rule has no upcoming dates."),
    "count_and_until": _("Use COUNT or UNTIL, not both."),
    "bad_until": _("Use an UNTIL like 20301231 or 20301231T225959Z."),
    "bad_weekday": _("Use days like MO or TU in BYDAY; 2TU is the second Tuesday of a month."),
    "bad_ordinal": _("A weekday can be numbered up to 5 in a month and up to 53 in a year."),
    "bad_month_day": _("Use days from 1 to 31, or from -1 to -31, counted from the end."),
    "weeks_have_no_month_days": _("A weekly rule takes BYDAY, not BYMONTHDAY."),
    "one_occurrence": _("This can be set for only one occurrence at a time."),
    "series_keeps_dates": _(
        "This would move the event to another day. Move it alone, or send a new rule."
    ),
    "not_in_rule": _("The new rule has no occurrence on this day."),
    "occurrence_there": _("The series has another occurrence on this day."),
    "owner_link_only": _("Only the organizer link can change the host’s e-mail address."),
    "organizers_only": _("Only the organizers of this event may do this."),
    "door_only": _("Only the door and the organizers of this event may do this."),
    "events_of_others": _("Only admins may ask for other people’s events."),
    "user_id_needed": _("This needs a userId."),
    # Links
    "link_not_found": _("Link not found"),
    "link_revoked": _("This link has been revoked."),
    "too_many_links": _("An event can have at most {limit} links at a time."),
    "not_an_owner_link": _(
        "This link does not open the organizer’s page of this event, or it is no longer valid."
    ),
    "not_a_door_link": _(
        "This link does not open the door of this event, or it is no longer valid."
    ),
    "guest_list_closed": _("This link does not open the guest list of this event."),
    "not_a_guest_link": _(
        "This link does not lead to an RSVP to this event. It may have been withdrawn."
    ),
    # RSVPs and seats
    "rsvp_not_found": _("RSVP not found"),
    "ids_or_filter": _("Name the RSVPs either by their ids or by a filter."),
    "too_many_answers": _(
        "More than {most} RSVPs match. Narrow the filter and take them in several steps."
    ),
    "not_of_this_action": _("This action does not take these fields."),
    "not_a_filter": _("The list cannot be filtered by this."),
    "not_your_rsvp": _("You do not own this RSVP"),
    "event_full": _("This event has reached its maximum number of attendees."),
    "rsvps_closed": _("RSVPs are closed for this event."),
    "is_cancelled": _(
        "This event has been cancelled since you read it. To undo that, send only the status."
    ),
    "notify_of_note": _("Guests are not told about notes for organizers."),
    "event_cancelled": _("This event has been cancelled."),
    "already_rsvped": _("There is already an RSVP from this e-mail address."),
    "too_many_invitations": _("An event can have at most {most} invitations."),
    "too_many_invitations_today": ngettext_lazy(
        "An event without an organisation can invite {most} person a day. Share the link instead.",
        "An event without an organisation can invite {most} people a day. Share the link instead.",
        "most",
    ),
    "no_address_in_line": _("Line {line} holds no e-mail address."),
    "not_csv": _("Line {line} cannot be read as CSV: {problem}."),
    "not_utf8": _("The file must be text in UTF-8."),
    "not_another_rsvp": _("Choose another RSVP to this event."),
    "two_accounts": _("These RSVPs belong to two accounts, so they cannot be merged."),
    # Tickets, their tiers and questions
    "tier_not_found": _("Tier not found"),
    "question_not_found": _("Question not found"),
    "tier_full": _("This ticket has no seats left."),
    "tier_unknown": _("This event has no such ticket."),
    "tier_inactive": _("This ticket is not available."),
    "tier_not_free": _("This ticket is not free. Paid tickets go through checkout."),
    "tier_required": _("Choose a ticket."),
    "tier_in_use": _("Guests already hold this ticket. Stop offering it instead."),
    "not_a_price": _("Use a price like 12.50."),
    "no_decimals": _("Prices in this currency have no decimals."),
    "too_many_decimals": _("Prices in this currency have {limit} decimals."),
    # The door
    "ticket_unknown": _("This is not a ticket for this event."),
    "ticket_revoked": _("This ticket is no longer valid."),
    "no_ticket": _("This RSVP has no ticket."),
    "ticket_or_guest": _("Scan a ticket, or choose a guest."),
    "already_checked_in": _("This guest is already checked in."),
    "check_in_undone": _("This check-in was undone."),
    "scan_of_another": _("This scan was made for another ticket."),
    # Writing to hosts
    "hosts_unreachable": _(
        "This event ended more than {days} days ago. You can no longer write to its host here."
    ),
    # Mail
    # Webhooks and the change feed
    "organizer_key_needed": _("This needs an organizer’s secret key."),
    "webhook_not_found": _("Webhook not found"),
    "delivery_not_found": _("Delivery not found"),
    "delivery_waits": _("This delivery is still waiting. It will be tried again automatically."),
    "webhook_exists": _("This event has a webhook already. Remove it first."),
    "too_many_webhooks": _("An organisation can have at most {most} webhooks."),
    "not_a_receiver": _("Use an address without a user name, password or fragment."),
    "cursor_expired": _(
        "This cursor is older than the {days} days that changes are kept, or than this database. "
        "Read everything again, and start without a cursor."
    ),
    "mail_off": _("This instance sends no mail: EMAIL_URL is not set."),
    "bad_unsubscribe_link": _("This link is incomplete. Copy all of it from the mail."),
    "mail_not_failed": _("This mail is no longer among the failed ones."),
    # Comments and messages
    "comment_not_found": _("Comment not found"),
    "post_not_found": _("Post not found"),
    "message_not_found": _("Message not found"),
    "not_your_comment": _("You do not own this comment and are not an admin"),
    "not_a_content_id": _("Use a whole number, or the UUID of an event or a post."),
    "not_one_of_this_type": _("For {type}, use one of {choices}."),
    "comments_closed": _("The hosts have switched comments off."),
    "guests_comment": _("RSVP first: comments are for guests and hosts."),
    "declined_guests_comment_not": _("Your RSVP was declined, so you cannot comment."),
    "comment_rejected": _("This comment was rejected by content moderation."),
    "comment_unchecked": _("This comment could not be checked. Please try again."),
    "too_many_links_in_comment": _("This comment has too many links. The limit is {limit}."),
    # What the fields of events, tickets and RSVPs may hold
    "not_a_list": _("Must be a list."),
    "not_an_object": _("Must be an object."),
    "not_a_string": _("Must be a string."),
    "unknown_field": _("There is no such field."),
    "not_strings": _("Must be a list of strings."),
    "not_hours": _("Must be a list of whole numbers of hours."),
    "too_small": _("Must be a whole number of {lowest} or more."),
    "too_many": _("At most {most} entries are allowed."),
    "repeated": _("Each entry must be unique."),
    "not_plain_json": _(
        "Must be plain JSON with 64-bit numbers, no more than {depth} levels deep."
    ),
    "too_many_bytes": _("Use no more than {limit} bytes."),
    "not_a_currency": _("Use an ISO 4217 currency code, like EUR or USD."),
    "not_recordings": _("Must be a list of objects with url and thumbnail_url."),
    "event_moved": _("This event was moved to another channel in the meantime."),
    "one_group": _("This key is limited to one group."),
    "not_a_visibility": _("Use public or private."),
    "featured_without_channel": _("Only an event in a channel can be featured."),
    "ends_before_start": _("The event must end after it starts."),
    "playback_needed": _("A live stream needs an address where people can watch it."),
    "recording_needed": _("A recorded stream needs a recording."),
    "too_many_tiers": _("An event can have at most {most} ticket types."),
    "question_unknown": _("This form has no such question."),
    "new_question_retired": _("A new question cannot be retired already."),
    "options_needed": _("A question of this kind needs options to choose from."),
    "options_unused": _("Only select and multiselect questions have options."),
    "more_names_than_guests": ngettext_lazy(
        "Name at most {most} plus-one: as many as you bring.",
        "Name at most {most} plus-ones: as many as you bring.",
        "most",
    ),
    "spots_left": ngettext_lazy(
        "Only {number} spot is left.", "Only {number} spots are left.", "number"
    ),
    "no_guests": _("You can’t bring plus-ones to this event."),
    "too_many_guests": ngettext_lazy(
        "You can bring at most {most} plus-one to this event.",
        "You can bring at most {most} plus-ones to this event.",
        "most",
    ),
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
    told = SENTENCES[flaw.key]
    return str(told.format(**flaw.params) if flaw.params else told)


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
