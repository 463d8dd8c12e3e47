"""The rooms people gather in."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "channels"
    verbose_name = "Channels"
