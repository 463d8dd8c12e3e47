"""What happens and when."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "events"
    verbose_name = "Events"
