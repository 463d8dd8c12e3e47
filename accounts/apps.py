"""Who is calling: users, tenants, keys and capability links."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "accounts"
    verbose_name = "Accounts"
