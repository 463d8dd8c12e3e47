"""What the four APIs share: reading input, knowing the caller, and one shape of error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import SeenEvent, seen
from access.idempotency import HEADER, Sent, check_key, respond_once
from access.throttling import Act, count_write
from accounts.domain.actors import ANONYMOUS, Actor
from api.inputs import spelling
from config import errors
from config.links import base_url
from config.rates import Quota
from config.uploads import body_digest

Name = TypeVar("Name")


class ApiViewSet(viewsets.ViewSet):
    """Base of every viewset: translates between the API's words and the domain.

    ``statuses`` overrides single lines of STATUSES. ``acts`` names the actions that make or answer
    events, for the throttle.
    """

    statuses: ClassVar[Mapping[type[errors.DomainError], int]] = {}
    acts: ClassVar[Mapping[str, Act]] = {}
    # The headers by which a caller may be known.
    credentials: ClassVar[Sequence[str]] = ()
    # How the caller stands, when this request was counted.
    quota: Quota | None = None
    # Whether the answer tells of a private event or channel.
    private = False
    # What this request calls fields that the domain calls otherwise: errors name what was sent.
    spelt: Mapping[str, str] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Settles who is calling and how often. A write with an Idempotency-Key is then carried out
        once; what subclasses refuse here is refused before."""
        super().initial(request, *args, **kwargs)
        if self.action and HEADER in request.headers and request.method not in SAFE_METHODS:
            method = str(request.method).lower()
            setattr(self, method, partial(self._respond_once, getattr(self, method)))

    def prepare(self) -> None:
        """Computes, from the body alone, what takes long: an Idempotency-Key holds a transaction
        open around the rest."""

    @property
    def actor(self) -> Actor:
        """Who is calling; settled by the API's authentication class."""
        actor: Any = self.request.auth
        return actor or ANONYMOUS

    @property
    def base_url(self) -> str:
        """Scheme and host that links start with."""
        return base_url(self.request)

    def seen(self, event_id: UUID) -> SeenEvent:
        """access.events.seen() for the caller, and for caches: an answer that tells of a private
        event is private."""
        event = seen(self.actor, event_id)
        self.private = self.private or event.row.is_private
        return event

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

    def check_throttles(self, request: Request) -> None:
        """Counts a write. Raises TooManyRequests."""
        if request.method in SAFE_METHODS:
            return
        act = self.acts.get(self.action or "", "writes")
        self.quota = count_write(request, self.actor, act, self.kwargs.get("event_id"))
        if self.quota and self.quota.spent:
            raise errors.TooManyRequests(self.quota.reset)

    def _respond_once(
        self, act: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        check_key(key := request.headers[HEADER])
        sent = Sent(
            key=key,
            credential="\n".join(
                request.headers[name] for name in self.credentials if name in request.headers
            ),
            works=self.actor.is_known,
            method=str(request.method),
            path=request.path,
            query=request.META["QUERY_STRING"],
            body=body_digest(request._request),
        )
        self.prepare()
        finish = super().finalize_response

        def work() -> HttpResponse:
            response = finish(request, act(request, *args, **kwargs), *args, **kwargs)
            if isinstance(response, Response):
                response.render()
            return response

        return respond_once(sent, work, keep=range(200, 300))

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Says in every answer to a write that was counted where its caller stands, and keeps what
        was opened by a credential, is private or may hold a fresh token out of caches and search
        engines."""
        if self.quota:
            for name, said in self.quota.headers.items():
                response.headers[name] = said
        sent = request.headers
        known = any(name in sent for name in self.credentials)
        if known or self.private or request.method not in SAFE_METHODS:
            response.headers["Cache-Control"] = "private, no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        response.headers.setdefault("Vary", ", ".join(self.credentials))
        return super().finalize_response(request, response, *args, **kwargs)
