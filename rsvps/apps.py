"""Who is coming."""

from django.apps import AppConfig
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class RsvpsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "rsvps"
    verbose_name = _("RSVPs")

    def ready(self) -> None:
        """Has seats that came free given to those who wait. The function is named by its path
        because there are no models yet when this file is read."""
        settle_with = import_string("events.domain.locking.settle_with")
        settle_with(import_string("rsvps.domain.waitlist.promote"))
