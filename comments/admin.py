"""Comments and messages in the admin; every write goes through comments/domain."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from access.comments import deletable_comment
from accounts.domain.api_keys import called
from comments.domain.comments import delete_comment
from comments.domain.messages import delete_message
from comments.models import Comment, Message
from pages.admin import ReadOnlyAdmin, TenantScoped, actor_of


@admin.register(Comment)
class CommentAdmin(TenantScoped, ReadOnlyAdmin):
    """What people said on content; to read and to remove."""

    tenant_path = "tenant"
    root_only = ["author", "tenant"]
    fields = [
        "content_type",
        "content_id",
        "said_by",
        "by_host",
        "author",
        "rsvp",
        "tenant",
        "body",
        "created_at",
        "updated_at",
    ]
    list_display = ["said_by", "content_type", "content_id", "created_at"]
    list_select_related = ["author", "rsvp"]
    list_filter = ["content_type"]
    search_fields = ["body"]

    @admin.display(description="author")
    def said_by(self, comment: Comment) -> str:
        """Who said it, as others call them."""
        if comment.author is not None:
            return called(comment.author.display_name, comment.author.email)
        return comment.rsvp.name if comment.rsvp is not None else comment.name or "Host"

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the comment as a moderator."""
        delete_comment(comment_id=deletable_comment(actor_of(request), obj.pk).id)


@admin.register(Message)
class MessageAdmin(TenantScoped, ReadOnlyAdmin):
    """Announcements and messages; to read and to remove. They are written on the pages of events
    and answers."""

    tenant_path = "event__tenant"
    list_display = ["event", "type", "visibility", "author", "created_at"]
    list_select_related = ["event"]
    list_filter = ["type", "visibility"]
    search_fields = ["event__title"]
    ordering = ["-created_at", "-id"]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the message with the comments on it."""
        delete_message(event_id=obj.event_id, message_id=obj.pk)
