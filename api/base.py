"""What the four APIs share: reading input, knowing the caller, and one shape of error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from access.events import SeenEvent, event_for
from access.idempotency import HEADER, Sent, check_key, respond_once
from access.standing import standing
from access.throttling import Act, count_occurrences, count_write
from accounts.domain.actors import ANONYMOUS, Actor
from api.bodies import Body
from api.conditional import Conditional
from api.inputs import spelling
from api.previews import PreviewQuery
from api.shapes import reader
from api.words import read_parameters
from config import errors
from config.kept import stand_on
from config.links import base_url
from config.rates import Quota
from config.uploads import body_digest
from events.domain.times import next_change
from events.rows import event_version

Name = TypeVar("Name")


class ApiViewSet(Conditional):
    """Base of every viewset: translates between the API's words and the domain.

    ``statuses`` overrides single lines of STATUSES. ``public_actions`` can be carried out without a
    credential; one that is sent must still be good where the API takes keys. ``acts`` names the
    actions that make or answer events, for the throttle; ``located`` those that make what has an
    address of its own.
    """

    statuses: ClassVar[Mapping[type[errors.DomainError], int]] = {}
    public_actions: ClassVar[frozenset[str]] = frozenset()
    acts: ClassVar[Mapping[str, Act]] = {}
    located: ClassVar[frozenset[str]] = frozenset()
    # The actions that take ?preview=true.
    previews: ClassVar[frozenset[str]] = frozenset()
    # The headers by which a caller may be known.
    credentials: ClassVar[Sequence[str]] = ()
    # How the caller stands, when this request was counted.
    quota: Quota | None = None
    # Whether the answer tells of a private event or channel.
    private = False
    # What this request calls fields that the domain calls otherwise: errors name what was sent.
    spelt: Mapping[str, str] = {}

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """DRF's request, which holds what is asked of it most often. It would look each of these up
        in Django's request every time, once it has failed to find it in itself."""
        made = super().initialize_request(request, *args, **kwargs)
        for name in ("method", "path", "headers", "META"):
            setattr(made, name, getattr(request, name))
        return made

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Settles who is calling and how often. A write with an Idempotency-Key is then carried out
        once; what subclasses refuse here is refused before."""
        super().initial(request, *args, **kwargs)
        writes = request.method not in SAFE_METHODS and not self.is_preview
        if self.action and HEADER in request.headers and writes:
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

    @cached_property
    def is_preview(self) -> bool:
        """Whether the caller asks what a change would do. Nothing is kept of the answer, not even
        for an Idempotency-Key. Raises ValidationError for a bad value."""
        asked = self.action in self.previews
        return asked and bool(self.read_query(PreviewQuery)["preview"])

    @cached_property
    def base_url(self) -> str:
        """Scheme and host that links start with."""
        return base_url(self.request)

    def seen(self, event_id: UUID) -> SeenEvent:
        """access.events.seen() for the caller, and for caches: an answer that tells of a private
        event is private, and one that the caller has already is not made again."""
        row = event_for(self.actor, event_id)
        self.private = self.private or row.is_private
        self.tell_of(row)
        # A credential may stand in the address, too.
        if self.stands_on_versions and not self.actor.presented:
            read, until = partial(event_version, event_id), next_change(row, timezone.now())
            stand_on(self.request, row.version, read, until=until)
        return SeenEvent(row, standing(self.actor, row))

    def created(self, body: Body, name: object) -> Response:
        """201 for what was made and can be read under this name beneath the address it was posted
        to."""
        place = f"{self.base_url}{self.request.path.rstrip('/')}/{name}"
        return Response(body, status=201, headers={"Location": place})

    def read(
        self,
        shape: type[serializers.Serializer[Any]],
        *,
        partial: bool = False,
        told: Callable[[], Body | None] | None = None,
    ) -> dict[str, Any]:
        """The body in domain words, checked for shape and types by ``shape``. ``told`` returns what
        the caller is answered now about what the body changes; see Input."""
        context = {"told": told} if told else {}
        serializer = reader(shape, self.request.data, partial=partial, context=context)
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        self.spelt = spelling(serializer)
        return values

    def read_query(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The query string in domain words; repeated parameters count by their last value. Errors
        name parameters as they were sent."""
        names = list(shape._declared_fields)
        sent, self.spelt = read_parameters(self.request.query_params, names)
        return self.checked(reader(shape, sent))

    def checked(self, serializer: serializers.Serializer[Any]) -> dict[str, Any]:
        """What a query in the flat spelling says. Raises ValidationError."""
        if not serializer.is_valid():
            raise serializers.ValidationError(
                {self.spelt.get(name, name): said for name, said in serializer.errors.items()}
            )
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

    def count_events(self, number: int) -> None:
        """Counts events that one request makes, of which check_throttles() has counted one. Raises
        TooManyRequests."""
        self.quota = count_occurrences(self.request, self.actor, number) or self.quota

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
            self.tag(response)
            if isinstance(response, Response):
                response.render()
            return response

        # With parameters it may be for a series, which locks other events, too.
        alone = self.acts.get(self.action) == "answers" and not sent.query
        event_id = kwargs.get("event_id") if alone else None
        return respond_once(sent, work, keep=range(200, 300), event_id=event_id)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Says in every answer to a write that was counted where its caller stands, and keeps what
        was opened by a credential, is private or may hold a fresh token out of caches and search
        engines. What everybody may read is asked for anew each time, by its tag."""
        self.tag(response)
        if self.quota:
            for name, said in self.quota.headers.items():
                response.headers[name] = said
        sent = request.headers
        known = any(name in sent for name in self.credentials)
        if known or self.private or request.method not in SAFE_METHODS:
            response.headers["Cache-Control"] = "private, no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        elif response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        elif request.method != "OPTIONS":
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        response.headers.setdefault("Vary", ", ".join(self.credentials))
        return super().finalize_response(request, response, *args, **kwargs)
