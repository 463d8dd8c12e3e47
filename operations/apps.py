"""The instance itself, registered for its management commands."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Holds the commands; it has no models."""

    name = "operations"
    verbose_name = "Operations"
