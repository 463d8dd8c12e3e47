"""Comments on an event in the Capability API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField

from access.comments import commenter, deletable_comment, is_author
from access.events import seen
from accounts.domain.actors import Actor
from api.bodies import Body
from api.capability.base import CapabilityViewSet, PageQuery, PaginationBody, numbers
from api.conditional import LIST_RENDERED
from api.fields import Text
from api.inputs import Input
from api.schema import errors_of
from api.words import COMMENT_WORDS
from comments import limits
from comments.domain.comments import delete_comment, post_comment
from comments.enums import CommentAuthor
from comments.facts import CommentFacts, comment_facts, event_comment_page
from comments.models import EVENT, Comment
from comments.rows import comment_rows
from config.errors import NotFound
from config.paging import Page


class EventCommentInput(Input):
    """What somebody says on an event."""

    words = COMMENT_WORDS

    content = Text(max_length=limits.COMMENT)


class EventCommentBody(Body):
    """A comment on an event. ``name`` is what a guest is called on their RSVP, also when they are
    in no list."""

    id: UUID
    event_id: UUID
    author: Annotated[str, CommentAuthor]
    name: str
    content: str
    own: Annotated[bool, BooleanField(help_text="Whether the caller wrote it.")]
    created_at: datetime

    @classmethod
    def of(cls, facts: CommentFacts, event_id: UUID, actor: Actor) -> Self:
        """A comment for this reader."""
        return cls.like(
            facts,
            event_id=event_id,
            author=facts.by.value,
            name=facts.user_name,
            content=facts.body,
            own=is_author(actor, facts),
        )


class EventCommentEnvelope(Body):
    """The comment as posted."""

    comment: EventCommentBody


class CommentPaginationBody(PaginationBody):
    """Pages of comments."""

    total_comments: int


class EventCommentListEnvelope(Body):
    """A page of comments, newest last."""

    comments: list[EventCommentBody]
    pagination: CommentPaginationBody

    @classmethod
    def of(cls, page: Page[CommentFacts], event_id: UUID, actor: Actor) -> Self:
        """A page for this reader."""
        return cls(
            comments=[EventCommentBody.of(each, event_id, actor) for each in page.rows],
            pagination=CommentPaginationBody(total_comments=page.total, **numbers(page)),
        )


class EventCommentViewSet(CapabilityViewSet):
    """What guests and hosts say on an event's page."""

    public_actions: ClassVar = frozenset({"list"})
    acts: ClassVar = {"create": "comments"}
    tags: ClassVar = {"list": LIST_RENDERED}

    @extend_schema(
        operation_id="listEventComments",
        parameters=[PageQuery],
        responses={200: EventCommentListEnvelope, **errors_of(400, 404)},
    )
    def list(self, request: Request, event_id: UUID) -> Response:
        """The comments on the event, newest last. Empty where comments are switched off, except
        for organizers."""
        query = self.read_query(PageQuery)
        facts = self.seen(event_id).facts
        page = event_comment_page(facts, number=query["page"], size=query["per_page"])
        return Response(EventCommentListEnvelope.of(page, event_id, self.actor))

    @extend_schema(
        operation_id="postEventComment",
        request=EventCommentInput,
        responses={201: EventCommentEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """A comment by a guest who was not declined, with their token, or by an organizer. It
        passes moderation first."""
        event = seen(self.actor, event_id)
        comment_id = post_comment(
            thread=(EVENT, str(event_id)),
            by=commenter(self.actor, event),
            tenant_id=event.row.tenant_id,
            **self.read(EventCommentInput),
        )
        rows = comment_rows(Comment.objects.filter(pk=comment_id))
        if not rows:  # removed by an organizer since
            raise NotFound("comment_not_found")
        comment = EventCommentBody.of(comment_facts(rows[0]), event_id, self.actor)
        return Response(EventCommentEnvelope(comment=comment), status=201)

    @extend_schema(
        operation_id="deleteEventComment",
        responses={204: None, **errors_of(401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID, comment_id: UUID) -> Response:
        """Removes the caller's own comment, or any as an organizer."""
        seen(self.actor, event_id)
        delete_comment(comment_id=deletable_comment(self.actor, comment_id, event_id).id)
        return Response(status=204)
