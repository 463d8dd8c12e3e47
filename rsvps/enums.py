"""Closed sets of the rsvps app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Attendance(TextChoices):
    """What a guest answered."""

    GOING = "going", _("Going")
    INTERESTED = "interested", _("Maybe")
    NOT_GOING = "not_going", _("Can't go")


class Approval(TextChoices):
    """What the organizer made of the answer; only approved ones hold seats."""

    APPROVED = "approved", _("Approved")
    PENDING = "pending", _("Waiting for approval")
    REJECTED = "rejected", _("Declined")
    # Let in as soon as there are seats: rsvps/domain/waitlist.py.
    WAITLISTED = "waitlisted", _("On the waitlist")
