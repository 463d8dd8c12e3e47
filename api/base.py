"""What the four APIs share: reading input, knowing the caller, and one shape of error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from rest_framework import serializers, viewsets

from access.throttling import ClientThrottle
from accounts.domain.actors import ANONYMOUS, Actor
from api.inputs import spelling
from config import errors
from config.links import base_url

Name = TypeVar("Name")


class ApiViewSet(viewsets.ViewSet):
    """Base of every viewset: translates between the API's words and the domain.

    ``statuses`` overrides single lines of STATUSES.
    """

    statuses: ClassVar[Mapping[type[errors.DomainError], int]] = {}
    # What this request calls fields that the domain calls otherwise: errors name what was sent.
    spelt: Mapping[str, str] = {}

    @property
    def actor(self) -> Actor:
        """Who is calling; settled by the API's authentication class."""
        actor: Any = self.request.auth
        return actor or ANONYMOUS

    @property
    def base_url(self) -> str:
        """Scheme and host that links start with."""
        return base_url(self.request)

    def read(
        self, shape: type[serializers.Serializer[Any]], *, partial: bool = False
    ) -> dict[str, Any]:
        """The body in domain words, checked for shape and types by ``shape``."""
        serializer = shape(data=self.request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        self.spelt = spelling(serializer)
        return values

    def read_query(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The query string in domain words; repeated parameters count by their last value."""
        serializer = shape(data=self.request.query_params.dict())
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values

    def get_throttles(self) -> list[Any]:
        """Anonymous writes are throttled; creating events has a limit of its own."""
        if self.request.method in ("GET", "HEAD", "OPTIONS"):
            return []
        return [ClientThrottle(getattr(self, "throttle_scope", "writes"))]
