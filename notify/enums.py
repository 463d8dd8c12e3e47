"""Closed sets of webhooks and mail."""

from django.db.models import TextChoices

from outbox.enums import FED, PUBLISHED

# What an endpoint may ask for.
EVENT_TYPES = [(kind.value, kind.label) for kind in PUBLISHED]
# What the change feed tells.
CHANGE_TYPES = [(kind.value, kind.label) for kind in FED]
# What is sent besides: to prove that a receiver wants it, and to try it out.
CHALLENGE, TEST = "endpoint.challenge", "endpoint.test"


class DeliveryState(TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Given up"


class Disabled(TextChoices):
    """Why an endpoint is no longer called."""

    BY_HAND = "by_hand", "Switched off by an organizer"
    GONE = "gone", "The receiver answered 410 Gone"
    GAVE_UP = "gave_up", "Nothing arrived for three days"
    UNPROVEN = "unproven", "The receiver did not echo the challenge"


class MailKind(TextChoices):
    """What a mail is about."""

    ANSWER = "answer", "How the RSVP stands"
    DECISION = "decision", "Approved or declined"
    PROMOTED = "promoted", "Let in from the waitlist"
    LINK_REPLACED = "link_replaced", "New link"
    CHANGED = "changed", "Event changed"
    CANCELLED = "cancelled", "Event cancelled"
    DELETED = "deleted", "Event deleted"
    REMOVED = "removed", "RSVP removed"
    ANNOUNCEMENT = "announcement", "Announcement"
    DIRECT = "direct", "Message to a guest"
    REMINDER = "reminder", "Reminder"
    OWNER_LINK = "owner_link", "Owner link"
    ADDRESS_CHANGED = "address_changed", "Host's address changed"
    PENDING = "pending", "Guests wait for approval"
    FULL = "full", "Event is full"
    WAITLIST = "waitlist", "Guests are on the waitlist"
    TO_HOST = "to_host", "Message to the host"
    DIGEST = "digest", "Daily digest"
    WEBHOOK_DISABLED = "webhook_disabled", "Webhook disabled"
    LOST_LINKS = "lost_links", "Lost links"
    REPORT = "report", "Event reported"
    INVITATION = "invitation", "Invitation"


# How the answer stands: each tells all of it, so a later one takes the place of one that waits.
STANDINGS = (MailKind.ANSWER, MailKind.DECISION, MailKind.PROMOTED, MailKind.LINK_REPLACED)
# What hosts get besides the keys to their event; a digest takes the place of these.
TO_HOSTS = (MailKind.PENDING, MailKind.FULL, MailKind.WAITLIST, MailKind.TO_HOST)
# Keys and news of keys: they go to an address that nobody has shown to read, and in spite of a
# wish to hear no more of one event.
KEYS = (MailKind.OWNER_LINK, MailKind.ADDRESS_CHANGED, MailKind.LOST_LINKS)


# What organizers send to guests, and what goes to many by itself: they see how far it has come.
MAILINGS = (
    *(MailKind.CHANGED, MailKind.CANCELLED, MailKind.ANNOUNCEMENT),
    *(MailKind.DIRECT, MailKind.REMINDER),
)


class MailState(TextChoices):
    """How far a mail has come."""

    QUEUED = "queued", "Waiting"
    CLAIMED = "claimed", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    SKIPPED = "skipped", "Not sent"
    CARRIED = "carried", "Told in another mail"


class Reason(TextChoices):
    """Why a mail failed, or was not sent."""

    REFUSED = "refused", "The address was refused"
    AWAY = "away", "The mail server could not be reached"
    BROKEN = "broken", "The mail could not be written"
    OVER_LIMIT = "over_limit", "Too much mail went out"
    GONE = "gone", "There was nothing left to tell"
    TOLD_ALREADY = "told_already", "Another RSVP told this address already"
    SUPERSEDED = "superseded", "A later mail tells it"
    UNWANTED = "unwanted", "The recipient wants no such mail"
    UNREACHABLE = "unreachable", "The address was refused before"
    UNCONFIRMED = "unconfirmed", "The host has not opened the link from their mail yet"


class Stop(TextChoices):
    """Why an address gets less mail than it would."""

    EVENT = "event", "Nothing more about this event"
    REMINDERS = "reminders", "No reminders of this event"
    SITE = "site", "Nothing more from this site"
    REFUSED = "refused", "The address was refused"


class InvitationState(TextChoices):
    """How an invitation stands, as far as its sender may know."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    NOT_SENT = "not_sent", "Not sent"
    ANSWERED = "answered", "Answered"
