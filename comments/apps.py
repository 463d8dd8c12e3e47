"""What people say."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "comments"
    verbose_name = _("Comments and messages")
