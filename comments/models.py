"""What people say: comments on content, and messages between hosts and guests."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import models
from django.utils import timezone

from comments import limits
from comments.enums import Author, MessageType, MessageVisibility, ReportReason
from events import limits as events_limits

# The content type whose ids are events of ours, and whose comments follow their visibility.
EVENT = "event"
# The content type whose ids are public announcements: in communities they are posts.
POST = "post"


class CommentQuerySet(models.QuerySet["Comment"]):
    """What the comment filters mean."""

    def thread(self, content_type: str, content_id: str) -> CommentQuerySet:
        """The comments on one piece of content, newest first, ties broken by id."""
        return self.filter(content_type=content_type, content_id=content_id).order_by(
            "-created_at", "-id"
        )

    def on_event(self, event_id: UUID) -> CommentQuerySet:
        """The comments on one event of ours."""
        return self.filter(content_type=EVENT, content_id=str(event_id))

    def on_posts(self, post_ids: Iterable[UUID]) -> CommentQuerySet:
        """The comments on these announcements."""
        return self.filter(content_type=POST, content_id__in=[str(each) for each in post_ids])

    def oldest_first(self) -> CommentQuerySet:
        """By time, the latest at the end; ties broken by id so that paging is stable."""
        return self.order_by("created_at", "id")

    def for_tenant(self, tenant_id: UUID) -> CommentQuerySet:
        """Comments by one organisation's people."""
        return self.filter(tenant_id=tenant_id)


class Comment(models.Model):
    """What somebody said on any content. ``content_id`` is kept as text.

    An account is the ``author``, a guest is known by their ``rsvp``. Whoever holds a link to the
    organizer's page has neither, and goes by ``name``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "accounts.Tenant", null=True, blank=True, on_delete=models.CASCADE, related_name="comments"
    )
    content_type = models.SlugField(max_length=limits.CONTENT_TYPE, db_index=False)
    content_id = models.CharField(max_length=limits.CONTENT_ID)
    author = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.CASCADE, related_name="comments"
    )
    rsvp = models.ForeignKey(
        "rsvps.Rsvp", null=True, blank=True, on_delete=models.CASCADE, related_name="comments"
    )
    by_host = models.BooleanField(default=False)
    name = models.CharField(max_length=events_limits.HOST_NAME, blank=True)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(author__isnull=False)
                | models.Q(rsvp__isnull=False)
                | models.Q(by_host=True),
                name="comment_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["content_type", "content_id", "created_at", "id"], name="comment_thread"
            ),
            models.Index(fields=["tenant", "created_at", "id"], name="comment_by_tenant"),
            models.Index(fields=["created_at", "id"], name="comment_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.content_id}"


class MessageQuerySet(models.QuerySet["Message"]):
    """Reading and the one short way for other apps to leave a line in the organizers' log."""

    def log(self, *, event_id: UUID, rsvp_id: UUID | None, content: str) -> Message:
        """Records an organizer's act, for organizers only."""
        message = _log_entry(event_id, rsvp_id, content)
        message.save(force_insert=True)
        return message

    def log_all(self, *, event_id: UUID, contents: Mapping[UUID, str]) -> None:
        """The same for several answers: ``contents`` are the lines, by RSVP."""
        self.bulk_create(
            _log_entry(event_id, rsvp_id, content) for rsvp_id, content in contents.items()
        )

    def on_event(self, event_id: UUID) -> MessageQuerySet:
        """Announcements on an event and notes on all of it: nothing about a single guest."""
        return self.filter(event_id=event_id, rsvp=None)

    def on_rsvp(self, rsvp_id: UUID) -> MessageQuerySet:
        """What was written about one answer, and between its guest and the hosts."""
        return self.filter(rsvp_id=rsvp_id)

    def public(self) -> MessageQuerySet:
        """Those that everybody may read."""
        return self.filter(visibility=MessageVisibility.PUBLIC)

    def for_guest(self) -> MessageQuerySet:
        """Those that the guest may read, too."""
        return self.filter(visibility=MessageVisibility.ATTENDEE)

    def newest_first(self) -> MessageQuerySet:
        """By time, the latest on top; ties broken by id so that paging is stable."""
        return self.order_by("-created_at", "-id")


def _log_entry(event_id: UUID, rsvp_id: UUID | None, content: str) -> Message:
    return Message(
        event_id=event_id,
        rsvp_id=rsvp_id,
        author=Author.SYSTEM,
        type=MessageType.ADMIN_NOTE,
        visibility=MessageVisibility.ADMIN,
        content=content,
    )


class Message(models.Model):
    """An announcement on an event, or a word between its hosts and one guest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="messages")
    rsvp = models.ForeignKey(
        "rsvps.Rsvp", null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    author = models.CharField(max_length=9, choices=Author.choices)
    type = models.CharField(max_length=16, choices=MessageType.choices)
    visibility = models.CharField(max_length=8, choices=MessageVisibility.choices)
    content = models.TextField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["event", "visibility", "created_at"], name="message_by_event"),
            models.Index(fields=["rsvp", "created_at"], name="message_by_rsvp"),
            models.Index(fields=["created_at", "id"], name="message_by_age"),
        ]

    def __str__(self) -> str:
        return self.get_type_display()


class Report(models.Model):
    """What a visitor says is wrong with an event, for whoever runs the instance and nobody else.
    Written by ``comments/domain/reports.py``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(max_length=7, choices=ReportReason.choices)
    text = models.TextField(blank=True)
    email = models.EmailField(max_length=limits.EMAIL, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["created_at", "id"], name="report_by_age")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}, {self.created_at:%Y-%m-%d %H:%M}"
