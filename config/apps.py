"""The building itself, registered for its management commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Holds `serve`; it has no models."""

    name = "config"
    verbose_name = "Convene"
