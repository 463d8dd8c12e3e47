"""What the Social API's SDK asks of a room that no room here has: viewers who are counted, a chat,
invitations. Each is refused with its reason, once the caller has shown to know the room."""

from __future__ import annotations

from typing import NoReturn
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from access.rooms import seen_room
from api.social.base import SocialViewSet
from config.errors import Unsupported


@extend_schema(exclude=True)
class PresenceViewSet(SocialViewSet):
    """Nobody keeps who is watching."""

    def intervals(self, request: Request) -> NoReturn:
        """How often a viewer would say that they are there."""
        raise Unsupported("no_presence")

    def users(self, request: Request, room_id: UUID) -> NoReturn:
        """Who is watching."""
        seen_room(self.actor, room_id)
        raise Unsupported("no_presence")

    def count(self, request: Request, room_id: UUID) -> NoReturn:
        """How many are watching."""
        self.users(request, room_id)

    def beat(self, request: Request, room_id: UUID) -> NoReturn:
        """A viewer is still there."""
        self.users(request, room_id)

    def watched(self, request: Request) -> NoReturn:
        """How long rooms were watched."""
        raise Unsupported("no_presence")


@extend_schema(exclude=True)
class CompanyViewSet(SocialViewSet):
    """A stream has no chat here, and nobody is asked to join it."""

    def chat(self, request: Request) -> NoReturn:
        """A room's live chat."""
        raise Unsupported("no_chat")

    def invite(self, request: Request) -> NoReturn:
        """An invitation to be a co-host."""
        raise Unsupported("no_co_hosts")

    def invited(self, request: Request) -> NoReturn:
        """One's own invitations."""
        raise Unsupported("no_co_hosts")
