"""Closed sets of the channels app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Visibility(TextChoices):
    """Who may know that a channel exists: everybody, or only people who know its slug."""

    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")
