"""The building itself, registered for its management commands."""

from django.apps import AppConfig
from django.contrib.admin import apps as django_admin


class ConfigConfig(AppConfig):
    """Holds `serve`; it has no models."""

    default = True
    name = "config"
    verbose_name = "Convene"


class AdminConfig(django_admin.AdminConfig):
    """Django's admin with our own first page."""

    default = False
    default_site = "config.admin.site.ConveneSite"
