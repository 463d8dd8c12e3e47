"""Ticket tiers and their forms in the Capability and the Tenant API: the same words in both."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import owned
from api.base import ApiViewSet
from api.bodies import Body
from api.capability.base import CapabilityViewSet
from api.conditional import CHANGE, ONE
from api.inputs import Input
from api.schema import errors_of
from api.tenant.base import TenantViewSet
from api.tiers import TierBody
from api.words import TIER_WORDS
from config.errors import NotFound
from events.facts import event_tiers
from events.fields import ASKED, TIER
from rsvps.domain.tiers import create_tier, delete_tier, update_tier


class QuestionInput(Input):
    """A question. With the ``id`` of a present one it changes that one."""

    table = ASKED


class TierInput(Input):
    """What a tier is made or changed with. ``questions`` replaces the whole form."""

    table = TIER
    words = TIER_WORDS
    questions = QuestionInput(many=True, required=False)


class TierListEnvelope(Body):
    """An event's tiers in their order."""

    tiers: list[TierBody]


class TierEnvelope(Body):
    """One tier."""

    tier: TierBody


class _TierActions(ApiViewSet):
    """Reading tiers is everybody's who reaches the event, changing them its organizers'. They are
    part of the event: one edit version covers all."""

    tags: ClassVar = {
        "list": ONE,
        "create": ONE,
        "retrieve": ONE,
        "partial_update": CHANGE,
        "destroy": CHANGE,
    }
    located: ClassVar = frozenset({"create"})

    def list(self, request: Request, event_id: UUID) -> Response:
        """The event's tiers with their forms; switched-off ones for organizers only."""
        tiers = event_tiers(event_id, self.seen(event_id).standing)
        return Response(TierListEnvelope(tiers=[TierBody.of(tier) for tier in tiers]))

    def create(self, request: Request, event_id: UUID) -> Response:
        """A new tier. For organizers."""
        owned(self.actor, event_id)
        tier_id = create_tier(event_id=event_id, values=self.read(TierInput))
        return self.created(self._answer(event_id, tier_id), tier_id)

    def retrieve(self, request: Request, event_id: UUID, tier_id: UUID) -> Response:
        """One tier with its form."""
        return Response(self._answer(event_id, tier_id))

    def partial_update(self, request: Request, event_id: UUID, tier_id: UUID) -> Response:
        """Changes what is sent. For organizers."""
        unchanged = self.if_match(owned(self.actor, event_id).row)
        values = self.read(TierInput, partial=True)
        update_tier(event_id=event_id, tier_id=tier_id, values=values, if_version=unchanged)
        return Response(self._answer(event_id, tier_id))

    def destroy(self, request: Request, event_id: UUID, tier_id: UUID) -> Response:
        """Removes a tier nobody holds a ticket of. For organizers."""
        unchanged = self.if_match(owned(self.actor, event_id).row)
        delete_tier(event_id=event_id, tier_id=tier_id, if_version=unchanged)
        return Response(status=204)

    def _answer(self, event_id: UUID, tier_id: UUID) -> Body:
        tiers = event_tiers(event_id, self.seen(event_id).standing)
        tier = next((tier for tier in tiers if tier.id == tier_id), None)
        if tier is None:
            raise NotFound("tier_not_found")
        return self._envelope(TierBody.of(tier))

    def _envelope(self, tier: TierBody) -> Body:
        raise NotImplementedError


_WRITE = (400, 401, 403, 404, 413, 415)


@extend_schema_view(
    list=extend_schema(
        operation_id="listTiers", responses={200: TierListEnvelope, **errors_of(404)}
    ),
    create=extend_schema(
        operation_id="createTier",
        request=TierInput,
        responses={201: TierEnvelope, **errors_of(*_WRITE)},
    ),
    retrieve=extend_schema(operation_id="getTier", responses={200: TierEnvelope, **errors_of(404)}),
    partial_update=extend_schema(
        operation_id="updateTier",
        request=TierInput,
        responses={200: TierEnvelope, **errors_of(*_WRITE)},
    ),
    destroy=extend_schema(
        operation_id="deleteTier", responses={204: None, **errors_of(401, 403, 404, 409)}
    ),
)
class TierViewSet(_TierActions, CapabilityViewSet):
    """Tiers in the Capability API, in an envelope as its events are."""

    public_actions: ClassVar = frozenset({"list", "retrieve"})

    def _envelope(self, tier: TierBody) -> Body:
        return TierEnvelope(tier=tier)


@extend_schema_view(
    list=extend_schema(
        operation_id="listCommunityEventTiers",
        responses={200: TierListEnvelope, **errors_of(400, 401, 404)},
    ),
    create=extend_schema(
        operation_id="createCommunityEventTier",
        request=TierInput,
        responses={201: TierBody, **errors_of(*_WRITE)},
    ),
    retrieve=extend_schema(
        operation_id="getCommunityEventTier",
        responses={200: TierBody, **errors_of(400, 401, 404)},
    ),
    partial_update=extend_schema(
        operation_id="updateCommunityEventTier",
        request=TierInput,
        responses={200: TierBody, **errors_of(*_WRITE)},
    ),
    destroy=extend_schema(
        operation_id="deleteCommunityEventTier",
        responses={204: None, **errors_of(400, 401, 403, 404, 409)},
    ),
)
class TenantTierViewSet(_TierActions, TenantViewSet):
    """Tiers in the Tenant API, bare as its events are."""

    def _envelope(self, tier: TierBody) -> Body:
        return tier
