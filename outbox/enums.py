"""Closed sets of the outbox."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What happened."""

    EVENT_CREATED = "event.created", _("Event created")
    EVENT_UPDATED = "event.updated", _("Event updated")
    EVENT_CANCELLED = "event.cancelled", _("Event cancelled")
    EVENT_DELETED = "event.deleted", _("Event deleted")
    RSVP_CREATED = "rsvp.created", _("RSVP created")
    RSVP_UPDATED = "rsvp.updated", _("RSVP updated")
    RSVP_DELETED = "rsvp.deleted", _("RSVP deleted")
    RSVP_PROMOTED = "rsvp.promoted", _("RSVP promoted from the waitlist")
    RSVP_CHECKED_IN = "rsvp.checked_in", _("RSVP checked in")
    COMMENT_CREATED = "comment.created", _("Comment created")
    # For the change feed only, whose readers keep a copy of everything.
    COMMENT_DELETED = "comment.deleted", _("Comment deleted")
    # The event moved to another channel: for whoever hears of its old channel only, it is gone.
    EVENT_LEFT_CHANNEL = "event.left_channel", _("Event left a channel")
    # For mail only.
    MESSAGE_POSTED = "message.posted", _("Message posted")
    EVENT_REPORTED = "event.reported", _("Event reported")
    GUESTS_INVITED = "guests.invited", _("Guests invited")
    SERIES_ANSWERED = "series.answered", _("Several occurrences answered")
    LINK_REPLACED = "link.replaced", _("Guest’s link replaced")
    WEBHOOK_DISABLED = "webhook.disabled", _("Webhook disabled")


# What webhooks tell, and the change feed with them.
PUBLISHED = (
    Kind.EVENT_CREATED,
    Kind.EVENT_UPDATED,
    Kind.EVENT_CANCELLED,
    Kind.EVENT_DELETED,
    Kind.RSVP_CREATED,
    Kind.RSVP_UPDATED,
    Kind.RSVP_DELETED,
    Kind.RSVP_PROMOTED,
    Kind.RSVP_CHECKED_IN,
    Kind.COMMENT_CREATED,
)
# What the change feed tells; the other kinds stay within.
FED = (*PUBLISHED, Kind.COMMENT_DELETED)
