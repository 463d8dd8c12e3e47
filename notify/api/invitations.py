"""Invitations by mail in the Capability and the Tenant API: the same in both."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from api.base import ApiViewSet
from api.bodies import Body
from api.capability.base import CapabilityViewSet, PageQuery, PaginationBody, numbers
from api.fields import Text
from api.schema import errors_of
from api.tenant.base import TenantViewSet
from notify.domain.mail.invitations import invited_guests
from notify.enums import InvitationState
from rsvps import limits
from rsvps.domain.invitations import invite


class InvitationsInput(serializers.Serializer[Any]):
    """Whom to invite, and what the organizer adds."""

    emails = serializers.ListField(child=Text(), max_length=limits.AT_ONCE)
    message = Text(required=False, max_length=limits.INVITATION_MESSAGE)


class InvitedBody(Body):
    """The addresses that are invited now, and those that were before or have answered, which get
    no mail."""

    invited: list[str]
    already: list[str]


class InvitationBody(Body):
    """An invitation. ``not_sent`` says nothing about why."""

    id: UUID
    email: str
    invited_at: datetime
    status: Annotated[str, InvitationState]


class InvitationPaginationBody(PaginationBody):
    """Pages of invitations."""

    total_invitations: int


class InvitationListEnvelope(Body):
    """A page of invitations, the last first."""

    invitations: list[InvitationBody]
    pagination: InvitationPaginationBody


class _InvitationActions(ApiViewSet):
    """Organizers invite, and see whom they invited."""

    def create(self, request: Request, event_id: UUID) -> Response:
        """Invites people by mail, each address once, within the limits of mail. For organizers."""
        owned(self.actor, event_id)
        outcome = invite(event_id=event_id, **self.read(InvitationsInput))
        return Response(InvitedBody(**outcome._asdict()), status=201)

    def list(self, request: Request, event_id: UUID) -> Response:
        """Who was invited, and whether they answered. For organizers."""
        owned(self.actor, event_id)
        query = self.read_query(PageQuery)
        page = invited_guests(event_id, number=query["page"], size=query["per_page"])
        return Response(
            InvitationListEnvelope(
                invitations=[
                    InvitationBody(
                        id=each.id,
                        email=each.email,
                        invited_at=each.invited_at,
                        status=each.state.value,
                    )
                    for each in page.rows
                ],
                pagination=InvitationPaginationBody(total_invitations=page.total, **numbers(page)),
            )
        )


@extend_schema_view(
    create=extend_schema(
        operation_id="invite",
        request=InvitationsInput,
        responses={201: InvitedBody, **errors_of(400, 401, 403, 404, 413, 415)},
    ),
    list=extend_schema(
        operation_id="listInvitations",
        parameters=[PageQuery],
        responses={200: InvitationListEnvelope, **errors_of(400, 401, 403, 404)},
    ),
)
class InvitationViewSet(_InvitationActions, CapabilityViewSet):
    """Invitations in the Capability API."""


@extend_schema_view(
    create=extend_schema(
        operation_id="inviteToCommunityEvent",
        request=InvitationsInput,
        responses={201: InvitedBody, **errors_of(400, 401, 403, 404, 413, 415)},
    ),
    list=extend_schema(
        operation_id="listCommunityEventInvitations",
        parameters=[PageQuery],
        responses={200: InvitationListEnvelope, **errors_of(400, 401, 403, 404)},
    ),
)
class TenantInvitationViewSet(_InvitationActions, TenantViewSet):
    """Invitations in the Tenant API."""
