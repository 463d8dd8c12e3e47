"""What was answered before, for requests that are sent again."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Registers the app under its short label."""

    name = "access"
    verbose_name = _("Access")
