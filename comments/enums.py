"""Closed sets of the comments app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageVisibility(TextChoices):
    """Who reads a message: everybody, organizers, or organizers and the one guest."""

    PUBLIC = "public", _("Public")
    ADMIN = "admin", _("Organizers")
    ATTENDEE = "attendee", _("Organizers and the guest")


class MessageType(TextChoices):
    """What a message is. Which visibility each takes is in comments/domain/messages.py."""

    EVENT_UPDATE = "event_update", _("Announcement")
    EVENT_INTERNAL = "event_internal", _("Internal note on the event")
    ADMIN_NOTE = "admin_note", _("Internal note on a guest")
    ADMIN_MESSAGE = "admin_message", _("Message to a guest")
    REJECTION_REASON = "rejection_reason", _("Reason for declining")
    USER_NOTE = "user_note", _("Message from a guest")
    VISITOR_NOTE = "visitor_note", _("Message from a visitor")


class CommentAuthor(TextChoices):
    """Who wrote a comment: somebody who organizes the event, one of its guests, or an account."""

    HOST = "host", _("Host")
    GUEST = "guest", _("Guest")
    MEMBER = "member", _("Member")


class Author(TextChoices):
    """Who wrote a message."""

    ORGANIZER = "organizer", _("Organizer")
    GUEST = "guest", _("Guest")
    VISITOR = "visitor", _("Visitor")
    SYSTEM = "system", _("Convene")


class BulkAction(TextChoices):
    """What organizers do to many answers at once."""

    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Decline")
    PENDING = "pending", _("Back to waiting")
    MESSAGE = "message", _("Write to")
    REMOVE = "remove", _("Remove")


class ReportReason(TextChoices):
    """What a visitor says is wrong with an event."""

    SPAM = "spam", _("Spam or advertising")
    FRAUD = "fraud", _("Fraud, or pretending to be somebody else")
    HATE = "hate", _("Hate, harassment or a threat")
    ILLEGAL = "illegal", _("Something illegal")
    OTHER = "other", _("Something else")
