"""API keys as credentials, and what the APIs of a tenant's people share."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, permissions
from rest_framework.request import Request

from accounts.domain.actors import Actor
from accounts.domain.api_keys import actor_from_key
from accounts.enums import KeyKind
from accounts.errors import NoTenant, SecretKeyInBrowser
from api.base import ApiViewSet
from config.errors import NotAllowed, Unauthenticated
from config.links import from_another_site
from rsvps.rows import account_rsvp_row

# Where a key may stand.
KEY_HEADERS = ("Authorization", "X-API-Key")


def refuse_in_browser(request: Request, key: str) -> None:
    """Raises SecretKeyInBrowser for a secret key that a page of another site sent."""
    if key.startswith(KeyKind.SECRET) and from_another_site(request):
        raise SecretKeyInBrowser


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer <api key>`` or ``X-API-Key: <api key>``."""

    def authenticate(self, request: Request) -> tuple[None, Actor] | None:
        """The key's actor; None when no key was sent. Raises Unauthenticated for a bad one,
        SecretKeyInBrowser for a secret one that a page of another site sent."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            key = request.headers.get("x-api-key", "")
        key = key.strip()
        refuse_in_browser(request, key)
        return (None, actor_from_key(key)) if key else None

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return "Bearer"


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the credential: either header will do."""

    target_class = ApiKeyAuthentication
    name = ["apiKey", "apiKeyHeader"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """One of the places that a key may stand in."""
        return [{place: []} for place in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        """Where it stands there."""
        said = "An API key: secret (sk_live_…) or publishable (pk_live_…)."
        return [
            {"type": "http", "scheme": "bearer", "description": said},
            {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": said},
        ]


class MemberViewSet(ApiViewSet):
    """Base of viewsets for a tenant's people: the key of a user with a tenant."""

    authentication_classes = [ApiKeyAuthentication]
    credentials: ClassVar = KEY_HEADERS

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Settles whether the key may do this at all, before the body is read."""
        super().initial(request, *args, **kwargs)
        if self.action in self.public_actions:
            return
        if not self.actor.presented:
            raise Unauthenticated("missing_api_key")
        if self.actor.tenant_id is None:
            raise NoTenant
        if request.method not in permissions.SAFE_METHODS and not self.actor.may_write:
            raise NotAllowed("read_only_key")

    def require_user(self) -> Any:
        """The id of the key's user. NotAllowed for a publishable key, which is nobody."""
        if self.actor.user_id is None:
            raise NotAllowed("key_without_user")
        return self.actor.user_id

    def if_match_own(self, event_id: UUID) -> int | None:
        """if_match() for the RSVP of the key's user, which is read only if there is something to
        compare."""
        if "If-Match" not in self.request.headers:
            return None
        return self.if_match(account_rsvp_row(event_id, self.require_user()))

    @property
    def tenant_id(self) -> UUID:
        """The tenant everything happens in."""
        if self.actor.tenant_id is None:
            raise NoTenant
        return self.actor.tenant_id
