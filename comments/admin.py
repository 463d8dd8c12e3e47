"""Comments and messages in the admin."""

from __future__ import annotations

from django.contrib import admin

from comments.models import Comment, Message
from config.admin import ReadOnlyAdmin


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """What people said on content; to read and to remove."""

    list_display = ["author", "content_type", "content_id", "created_at"]
    list_select_related = ["author"]
    list_filter = ["content_type"]
    search_fields = ["body", "author__email"]


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Announcements and messages; to read and to remove."""

    list_display = ["event", "type", "visibility", "author", "created_at"]
    list_select_related = ["event"]
    list_filter = ["type", "visibility"]
    search_fields = ["content", "event__title"]
