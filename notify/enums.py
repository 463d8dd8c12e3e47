"""Closed sets of webhooks and mail."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outbox.enums import FED, PUBLISHED

# What an endpoint may ask for.
EVENT_TYPES = [(kind.value, kind.label) for kind in PUBLISHED]
# What the change feed tells.
CHANGE_TYPES = [(kind.value, kind.label) for kind in FED]
# What is sent besides: to prove that a receiver wants it, and to try it out.
CHALLENGE, TEST = "endpoint.challenge", "endpoint.test"


class DeliveryState(TextChoices):
    """Where a delivery stands."""

    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Given up")


class Disabled(TextChoices):
    """Why an endpoint is no longer called."""

    BY_HAND = "by_hand", _("Switched off by an organizer")
    GONE = "gone", _("The receiver answered 410 Gone")
    GAVE_UP = "gave_up", _("Deliveries failed for three days")
    UNPROVEN = "unproven", _("The receiver did not echo the challenge")


class MailKind(TextChoices):
    """What a mail is about."""

    ANSWER = "answer", _("RSVP status")
    DECISION = "decision", _("Approved or declined")
    PROMOTED = "promoted", _("Moved up from the waitlist")
    LINK_REPLACED = "link_replaced", _("New link")
    CHANGED = "changed", _("Event changed")
    CANCELLED = "cancelled", _("Event cancelled")
    DELETED = "deleted", _("Event deleted")
    REMOVED = "removed", _("RSVP removed")
    ANNOUNCEMENT = "announcement", _("Announcement")
    DIRECT = "direct", _("Message to a guest")
    REMINDER = "reminder", _("Reminder")
    OWNER_LINK = "owner_link", _("Organizer link")
    ADDRESS_CHANGED = "address_changed", _("Host’s address changed")
    PENDING = "pending", _("Guests waiting for approval")
    FULL = "full", _("Event is full")
    WAITLIST = "waitlist", _("Guests on the waitlist")
    TO_HOST = "to_host", _("Message to the host")
    DIGEST = "digest", _("Daily digest")
    WEBHOOK_DISABLED = "webhook_disabled", _("Webhook disabled")
    LOST_LINKS = "lost_links", _("Lost links")
    REPORT = "report", _("Event reported")
    INVITATION = "invitation", _("Invitation")


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

    QUEUED = "queued", pgettext_lazy("delivery", "Waiting")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not sent")
    CARRIED = "carried", _("Included in another e-mail")


class Reason(TextChoices):
    """Why a mail failed, or was not sent."""

    REFUSED = "refused", _("The address was refused")
    AWAY = "away", _("The mail server could not be reached")
    BROKEN = "broken", _("The mail could not be written")
    OVER_LIMIT = "over_limit", _("Too much mail went out")
    GONE = "gone", _("There was nothing left to tell")
    TOLD_ALREADY = "told_already", _("Another RSVP told this address already")
    SUPERSEDED = "superseded", _("A later mail tells it")
    UNWANTED = "unwanted", _("The recipient wants no such mail")
    UNREACHABLE = "unreachable", _("The address was refused before")
    UNCONFIRMED = "unconfirmed", _("The host has not opened the link from their mail yet")


class Stop(TextChoices):
    """Why an address gets less mail than it would."""

    EVENT = "event", _("No more e-mails about this event")
    REMINDERS = "reminders", _("No reminders about this event")
    SITE = "site", _("No more e-mails from this site")
    REFUSED = "refused", _("The address was refused")


class InvitationState(TextChoices):
    """How an invitation stands, as far as its sender may know."""

    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    SENT = "sent", _("Sent")
    NOT_SENT = "not_sent", _("Not sent")
    ANSWERED = "answered", _("Answered")
