"""What people say."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """Registers the app under its short label."""

    name = "comments"
    verbose_name = "Comments and messages"
