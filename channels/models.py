"""The rooms people gather in. A channel is the community, group or origin of the other APIs."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels import limits
from channels.enums import Visibility
from config.images import CleanImageField


class ChannelQuerySet(models.QuerySet["Channel"]):
    """What the channel filters mean."""

    def public(self) -> ChannelQuerySet:
        """Channels that listings and searches may show."""
        return self.filter(visibility=Visibility.PUBLIC)

    def matching(self, text: str) -> ChannelQuerySet:
        """Channels with ``text`` in their name."""
        return self.filter(name__icontains=text)


class Channel(models.Model):
    """A named room. Without a tenant it is open: anyone's event may join, nobody may rename it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "accounts.Tenant",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="channels",
    )
    name = models.CharField(max_length=limits.NAME)
    slug = models.SlugField(
        max_length=limits.SLUG, unique=True, help_text=_("For a private channel this is its key.")
    )
    visibility = models.CharField(
        max_length=8, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    description = models.TextField(blank=True)
    banner = CleanImageField(upload_to="banners/", blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["visibility", "name", "id"], name="channel_listing"),
            models.Index(fields=["tenant", "name"], name="channel_of_tenant"),
        ]

    def __str__(self) -> str:
        return self.name
