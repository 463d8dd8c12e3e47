"""Who may do what."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the app under its short label."""

    name = "access"
    verbose_name = "Access"
