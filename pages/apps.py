"""The admin, with our own first page."""

from django.contrib.admin import apps as django_admin

from pages.row_names import name_all


class AdminConfig(django_admin.AdminConfig):
    """Django's admin with our own first page."""

    default = False
    default_site = "pages.admin.site.ConveneSite"

    def ready(self) -> None:
        """Finds the admin classes, when their models have the names that people read."""
        name_all()
        super().ready()
