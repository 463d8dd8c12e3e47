"""Closed sets of the comments app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageVisibility(TextChoices):
    """Who reads a message: everybody, organizers, or organizers and the one guest."""

    PUBLIC = "public", "Public"
    ADMIN = "admin", "Organizers"
    ATTENDEE = "attendee", "Organizers and the guest"


class MessageType(TextChoices):
    """What a message is. Which visibility each takes is in comments/domain/messages.py."""

    EVENT_UPDATE = "event_update", "Announcement"
    EVENT_INTERNAL = "event_internal", "Internal note on the event"
    ADMIN_NOTE = "admin_note", "Internal note on a guest"
    ADMIN_MESSAGE = "admin_message", "Message to a guest"
    REJECTION_REASON = "rejection_reason", "Reason of a rejection"
    USER_NOTE = "user_note", "Message from a guest"
    VISITOR_NOTE = "visitor_note", "Message from a visitor"


class CommentAuthor(TextChoices):
    """Who wrote a comment: somebody who organizes the event, one of its guests, or an account."""

    HOST = "host", "Host"
    GUEST = "guest", "Guest"
    MEMBER = "member", "Member"


class Author(TextChoices):
    """Who wrote a message."""

    ORGANIZER = "organizer", "Organizer"
    GUEST = "guest", "Guest"
    VISITOR = "visitor", "Visitor"
    SYSTEM = "system", "Convene"


class BulkAction(TextChoices):
    """What organizers do to many answers at once."""

    APPROVE = "approve", "Approve"
    REJECT = "reject", "Decline"
    PENDING = "pending", "Back to pending"
    MESSAGE = "message", "Write to"
    REMOVE = "remove", "Remove"


class ReportReason(TextChoices):
    """What a visitor says is wrong with an event."""

    SPAM = "spam", _("Spam or advertising")
    FRAUD = "fraud", _("Fraud, or pretending to be somebody else")
    HATE = "hate", _("Hate, harassment or a threat")
    ILLEGAL = "illegal", _("Something illegal")
    OTHER = "other", _("Something else")
