"""Refusals of the comments app."""

from __future__ import annotations

from config.errors import DomainError


class CommentsClosed(DomainError):
    """The event's hosts take no comments."""

    code = "comments_closed"


class CommentRejected(DomainError):
    """The tenant's moderation does not let a comment through."""

    code = "comment_rejected"
