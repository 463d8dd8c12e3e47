"""What is to go out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    """Registers the app under its short label."""

    name = "outbox"
    verbose_name = _("Outbox")
