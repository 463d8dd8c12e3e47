"""What was answered before, for requests that are sent again."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Registers the app under its short label."""

    name = "access"
    verbose_name = "Access"
