"""Closed sets of webhooks."""

from django.db.models import TextChoices

from outbox.enums import PUBLISHED

# What an endpoint may ask for.
EVENT_TYPES = [(kind.value, kind.label) for kind in PUBLISHED]
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
