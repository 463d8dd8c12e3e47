"""Closed sets of the rsvps app."""

from django.db.models import TextChoices


class Attendance(TextChoices):
    """What a guest answered."""

    GOING = "going", "Going"
    INTERESTED = "interested", "Interested"
    NOT_GOING = "not_going", "Not going"


class Approval(TextChoices):
    """What the organizer made of the answer; only approved ones hold seats."""

    APPROVED = "approved", "Approved"
    PENDING = "pending", "Pending"
    REJECTED = "rejected", "Rejected"
    # Let in as soon as there are seats: rsvps/domain/waitlist.py.
    WAITLISTED = "waitlisted", "Waitlisted"
