"""Channels in the admin."""

from __future__ import annotations

from django.contrib import admin

from channels.models import Channel


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rooms. The slug stays: links, and for private channels the key, depend on it."""

    list_display = ["name", "slug", "visibility", "tenant", "last_used_at"]
    list_select_related = ["tenant"]
    list_filter = ["visibility"]
    search_fields = ["name", "slug"]
    raw_id_fields = ["tenant"]
    readonly_fields = ["slug", "created_at", "last_used_at"]
    show_full_result_count = False

    def has_add_permission(self, request: object) -> bool:
        """A channel is made by the first event that names it."""
        return False
