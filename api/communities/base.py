"""The Communities API's base: keys with scopes, a community by its tag, camelCase."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.request import Request

from accounts.domain.actors import Actor
from accounts.domain.api_keys import actor_from_key
from accounts.enums import KeyKind, Scope
from accounts.errors import MissingScope, SecretKeyInAddress
from api.base import ApiViewSet
from api.keys import KEY_HEADERS, ApiKeyAuthentication, ApiKeyScheme
from channels.domain.rooms import channel_by_slug
from channels.models import Channel
from config.errors import NotFound, Unauthenticated

# The parameter of an address that may hold a key.
KEY = "key"


class FeedKeyAuthentication(ApiKeyAuthentication):
    """An API key in a header, or ``?key=<publishable key>`` for programs that send no header of
    their own."""

    def authenticate(self, request: Request) -> tuple[None, Actor] | None:
        """The key's actor. Raises SecretKeyInAddress: addresses are written down on their way,
        and shown."""
        given = request.query_params.getlist(KEY)
        if any(key.startswith(KeyKind.SECRET) for key in given):
            raise SecretKeyInAddress
        found = super().authenticate(request)
        return (None, actor_from_key(given[-1])) if given and found is None else found


class FeedKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the credential."""

    target_class = FeedKeyAuthentication
    name = "feedKey"

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """A header, or the query."""
        return [{place: []} for place in (*ApiKeyScheme.name, self.name)]

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A key in the query."""
        said = "A publishable API key (pk_live_…), for programs that send no headers of their own."
        return {"type": "apiKey", "in": "query", "name": KEY, "description": said}


class CommunityViewSet(ApiViewSet):
    """Base of the Communities API's viewsets. What they read is what everybody may read: the
    answers go onto public web sites, so an organizer's key learns no more here."""

    authentication_classes = [ApiKeyAuthentication]
    credentials: ClassVar = KEY_HEADERS
    scope: ClassVar[Scope] = Scope.READ_PUBLIC

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Settles whether the key may do this at all, before the body is read."""
        self.private = KEY in request.query_params
        super().initial(request, *args, **kwargs)
        if not self.actor.presented:
            raise Unauthenticated("missing_api_key")
        if self.scope not in self.actor.scopes:
            raise MissingScope(self.scope)

    def community(self, tag: str) -> Channel:
        """The channel behind a tag, when the key may act in it. Raises NotFound."""
        channel = channel_by_slug(tag, missing="community_not_found")
        elsewhere = self.actor.channel_id not in (None, channel.id)
        if elsewhere or channel.tenant_id is None or channel.tenant_id != self.actor.tenant_id:
            raise NotFound("community_not_found")
        return channel
