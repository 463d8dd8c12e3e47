"""Closed sets of the outbox."""

from django.db.models import TextChoices


class Kind(TextChoices):
    """What happened."""

    EVENT_CREATED = "event.created", "Event created"
    EVENT_UPDATED = "event.updated", "Event updated"
    EVENT_CANCELLED = "event.cancelled", "Event cancelled"
    EVENT_DELETED = "event.deleted", "Event deleted"
    RSVP_CREATED = "rsvp.created", "RSVP created"
    RSVP_UPDATED = "rsvp.updated", "RSVP updated"
    RSVP_DELETED = "rsvp.deleted", "RSVP deleted"
    RSVP_PROMOTED = "rsvp.promoted", "RSVP promoted from the waitlist"
    RSVP_CHECKED_IN = "rsvp.checked_in", "RSVP checked in"
    COMMENT_CREATED = "comment.created", "Comment created"
    # For the change feed only, whose readers keep a copy of everything.
    COMMENT_DELETED = "comment.deleted", "Comment deleted"
    # The event moved to another channel: for whoever hears of its old channel only, it is gone.
    EVENT_LEFT_CHANNEL = "event.left_channel", "Event left a channel"
    # For mail only.
    MESSAGE_POSTED = "message.posted", "Message posted"
    EVENT_REPORTED = "event.reported", "Event reported"
    GUESTS_INVITED = "guests.invited", "Guests invited"
    SERIES_ANSWERED = "series.answered", "Several occurrences answered"
    LINK_REPLACED = "link.replaced", "Guest's link replaced"
    WEBHOOK_DISABLED = "webhook.disabled", "Webhook disabled"


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
