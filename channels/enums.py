"""Closed sets of the channels app."""

from django.db.models import TextChoices


class Visibility(TextChoices):
    """Who may know that a channel exists: everybody, or only people who have its slug."""

    PUBLIC = "public", "Public"
    PRIVATE = "private", "Private"
