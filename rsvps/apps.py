"""Who is coming."""

from django.apps import AppConfig


class RsvpsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "rsvps"
    verbose_name = "RSVPs"
