"""Lost links in the Capability API."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import Body
from api.capability.base import CapabilityViewSet
from api.inputs import Input
from api.schema import errors_of
from notify.domain.mail.lost_links import ask_for_lost_links
from notify.fields import LOST_LINKS


class LostLinksInput(Input):
    """The address that the links belong to."""

    table = LOST_LINKS


class LostLinksBody(Body):
    """The same whether there are any links."""

    detail: str = (
        "If this address has links and this server sends e-mail, the links are on their way."
    )


class LostLinksViewSet(CapabilityViewSet):
    """Links for people who have lost theirs."""

    public_actions: ClassVar = frozenset({"create"})
    acts: ClassVar = {"create": "lost_links"}

    @extend_schema(
        operation_id="askForLostLinks",
        request=LostLinksInput,
        responses={202: LostLinksBody, **errors_of(400, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """Mails every organizer, co-host and guest link that belongs to the address, of events that
        have not been over for more than 30 days. The answer does not tell whether there are any."""
        ask_for_lost_links(**self.read(LostLinksInput))
        return Response(LostLinksBody(), status=202)
