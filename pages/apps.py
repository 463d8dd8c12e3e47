"""The admin, with our own first page."""

from django.contrib.admin import apps as django_admin


class AdminConfig(django_admin.AdminConfig):
    """Django's admin with our own first page."""

    default = False
    default_site = "pages.admin.site.ConveneSite"
