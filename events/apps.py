"""What happens and when."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "events"
    verbose_name = _("Events")
