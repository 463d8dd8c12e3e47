"""Refusals of the comments app."""

from __future__ import annotations

from config.errors import DomainError


class CommentRejected(DomainError):
    """The tenant's moderation does not let a comment through."""

    code = "comment_rejected"
