"""The rooms people gather in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "channels"
    verbose_name = _("Channels")
