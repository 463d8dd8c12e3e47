"""The instance itself, registered for its management commands."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Holds the commands; it has no models."""

    name = "operations"
    verbose_name = _("Operations")
