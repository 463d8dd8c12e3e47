"""What is to go out."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers the app under its short label."""

    name = "outbox"
    verbose_name = "Outbox"
