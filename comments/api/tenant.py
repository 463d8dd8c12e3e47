"""Comments in the Tenant API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.comments import commenter, deletable_comment, thread_of
from api.bodies import Body
from api.fields import Text
from api.schema import errors_of
from api.tenant.base import SliceQuery, TenantViewSet, read_slice
from api.tenant.bodies import CommentBody
from comments import limits
from comments.domain.comments import Commenter, delete_comment, post_comment
from comments.facts import comment_facts
from comments.models import Comment
from comments.rows import comment_rows
from config.errors import NotFound

_THREAD = [
    OpenApiParameter("content_type", str, OpenApiParameter.PATH),
    OpenApiParameter(
        "content_id",
        str,
        OpenApiParameter.PATH,
        description="An integer, or an event's UUID when content_type is event.",
    ),
]


@extend_schema_field(OpenApiTypes.INT64)
class ContentId(serializers.Field):  # type: ignore[type-arg]
    """An integer, or an event's UUID as text. What it stands for is the domain's to say."""

    def to_internal_value(self, data: Any) -> Any:
        """As it came, when it is an integer or a string."""
        if isinstance(data, bool) or not isinstance(data, int | str):
            raise serializers.ValidationError("A valid integer is required.")
        return data


class CommentInput(serializers.Serializer[Any]):
    """A comment, and the content it is on."""

    content_type = Text(max_length=limits.CONTENT_TYPE)
    content_id = ContentId()
    comment = Text(max_length=limits.COMMENT, source="content")


class CommentSlice(Body):
    """A part of a thread, newest first."""

    comments: list[CommentBody]
    total: int
    limit: int
    offset: int


class CommentDeleted(Body):
    """Confirms the deletion."""

    success: bool = True
    message: str


class CommentViewSet(TenantViewSet):
    """Comments on any content; reading needs no key."""

    public_actions = frozenset({"list"})

    @extend_schema(
        operation_id="postComment",
        request=CommentInput,
        responses={200: CommentBody, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """A comment by the key's user, past the tenant's moderation."""
        user_id, values = self.require_user(), self.read(CommentInput)
        thread = thread_of(self.actor, values["content_type"], values["content_id"])
        by = commenter(self.actor, thread.event) if thread.event else Commenter(user_id=user_id)
        comment_id = post_comment(
            thread=thread[:2], by=by, tenant_id=self.tenant_id, content=values["content"]
        )
        rows = comment_rows(Comment.objects.filter(pk=comment_id))
        if not rows:  # deleted by an admin since
            raise NotFound("comment_not_found")
        return Response(CommentBody.of(comment_facts(rows[0]), self.base_url))

    @extend_schema(
        operation_id="listComments",
        parameters=[SliceQuery, *_THREAD],
        responses={200: CommentSlice, **errors_of(400, 401, 404)},
    )
    def list(self, request: Request, content_type: str, content_id: str) -> Response:
        """The comments on one piece of content; with a key, only those of its tenant."""
        query = self.read_query(SliceQuery)
        thread = thread_of(self.actor, content_type, _content_id(content_id))
        self.private = thread.private
        comments = Comment.objects.thread(thread.content_type, thread.content_id)
        if thread.hidden:
            comments = comments.none()
        if self.actor.tenant_id is not None:
            comments = comments.for_tenant(self.actor.tenant_id)
        rows, block = read_slice(comments, comment_rows, query)
        return Response(
            CommentSlice(
                comments=[CommentBody.of(comment_facts(row), self.base_url) for row in rows],
                total=block["total"],
                limit=block["limit"],
                offset=block["offset"],
            )
        )

    @extend_schema(
        operation_id="deleteComment",
        responses={200: CommentDeleted, **errors_of(400, 401, 403, 404)},
    )
    def destroy(self, request: Request, comment_id: UUID) -> Response:
        """Removes the caller's own comment, or any as an admin."""
        delete_comment(comment_id=deletable_comment(self.actor, comment_id).id)
        return Response(CommentDeleted(message=f"Comment {comment_id} deleted successfully"))


def _content_id(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 20 else text
