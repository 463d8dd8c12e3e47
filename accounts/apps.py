"""Who is calling: users, tenants, keys and capability links."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Has the organizers' group kept after each migration.

        The last of our apps is waited for: then every permission is there. The function is named
        by its path because there are no models yet when this file is read.
        """
        post_migrate.connect(
            import_string("accounts.domain.organizers.keep_group"),
            sender=apps.get_app_config("notify"),
            dispatch_uid="organizers",
        )
