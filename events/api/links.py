"""Links to an event in the Capability API: made, listed and revoked by its organizers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BooleanField, ChoiceField

from access.events import owned
from accounts.enums import HANDED_OUT_LINKS, LinkRole
from api.bodies import Body, Url
from api.capability.base import CapabilityViewSet
from api.conditional import LIST_RENDERED
from api.fields import Choice, Moment, Text
from api.inputs import Input
from api.schema import errors_of
from config.errors import NotFound
from config.links import base_url
from events import limits
from events.addresses import link_url
from events.domain.links import make_link, revoke_link
from events.domain.times import to_utc
from events.facts import event_link_facts, link_facts
from events.fields import HOLDER
from events.rows import link_row

_ROLES = [(role.value, role.label) for role in HANDED_OUT_LINKS]


class LinkInput(Input):
    """A new link: ``cohost`` organizes, ``door`` checks guests in, ``viewer`` reads the guest list
    and changes nothing. Without ``expires_at`` it works until it is revoked. ``email`` is where the
    link is mailed when its holder lost it, and is never shown to anyone but organizers."""

    table = HOLDER
    role = Choice(choices=_ROLES)
    label = Text(required=False, max_length=limits.LINK_LABEL)  # type: ignore[assignment] # hides a form's own
    expires_at = Moment(required=False, allow_null=True)


class LinkBody(Body):
    """A link, without its token. ``last_used_at`` is right to the hour."""

    id: UUID
    role: Annotated[str, ChoiceField(choices=_ROLES)]
    label: str
    name: str
    email: str
    show_name: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    is_alive: Annotated[bool, BooleanField(help_text="Neither revoked nor expired.")]


class NewLinkBody(LinkBody):
    """A new link with its token and URL. No later response repeats them."""

    token: str
    url: Url


class LinkListEnvelope(Body):
    """An event's links, oldest first."""

    links: list[LinkBody]


class NewLinkEnvelope(Body):
    """One fresh link."""

    link: NewLinkBody


class LinkViewSet(CapabilityViewSet):
    """Links to co-hosts, the door and the guest list. For organizers."""

    # Their use and their end are in no version.
    tags: ClassVar = {"list": LIST_RENDERED}

    @extend_schema(
        operation_id="listEventLinks",
        responses={200: LinkListEnvelope, **errors_of(401, 403, 404)},
    )
    def list(self, request: Request, event_id: UUID) -> Response:
        """Every link that was handed out, those that no longer work included."""
        owned(self.actor, event_id)
        links = event_link_facts(event_id, timezone.now(), HANDED_OUT_LINKS)
        return Response(LinkListEnvelope(links=[LinkBody.like(link) for link in links]))

    @extend_schema(
        operation_id="createEventLink",
        request=LinkInput,
        responses={201: NewLinkEnvelope, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def create(self, request: Request, event_id: UUID) -> Response:
        """A new link. Only this response holds its token and URL."""
        owned(self.actor, event_id)
        values = self.read(LinkInput)
        if values.get("expires_at") is not None:
            values["expires_at"] = to_utc(values["expires_at"], field="expires_at")
        made = make_link(event_id=event_id, **values | {"role": LinkRole(values["role"])})
        row = link_row(made.id)
        if row is None:
            raise NotFound("link_not_found")
        url = link_url(base_url(request), event_id, made.role, made.token)
        body = NewLinkBody.like(link_facts(row, timezone.now()), token=made.token, url=url)
        return Response(NewLinkEnvelope(link=body), status=201)

    @extend_schema(
        operation_id="revokeEventLink",
        parameters=[OpenApiParameter("link_id", location=OpenApiParameter.PATH)],
        responses={204: None, **errors_of(401, 403, 404)},
    )
    def destroy(self, request: Request, event_id: UUID, link_id: UUID) -> Response:
        """Ends a link at once."""
        owned(self.actor, event_id)
        revoke_link(event_id=event_id, link_id=link_id, roles=HANDED_OUT_LINKS)
        return Response(status=204)
