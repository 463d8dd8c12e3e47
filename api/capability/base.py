"""The Capability API's base: bearer capability tokens, page numbers, yes/maybe/no."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, serializers
from rest_framework.request import Request

from access.actors import actor_from
from accounts.domain.actors import Actor
from api.base import ApiViewSet
from api.bodies import Body
from api.keys import refuse_in_browser
from config.paging import Page
from rsvps.enums import Attendance
from rsvps.errors import RsvpsClosed

# Domain word -> the API's word.
ANSWER_OF = {
    Attendance.GOING.value: "yes",
    Attendance.INTERESTED.value: "maybe",
    Attendance.NOT_GOING.value: "no",
}
ATTENDANCE_OF = {word: attendance for attendance, word in ANSWER_OF.items()}
ANSWER_WORDS = [(word, word) for word in ATTENDANCE_OF]
AnswerWord = Annotated[str, serializers.ChoiceField(choices=ANSWER_WORDS)]


class CapabilityAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer <event link | RSVP | root token>``; all of it optional.

    A token nobody issued opens nothing; where one is needed, the rule says so.
    """

    def authenticate(self, request: Request) -> tuple[None, Actor] | None:
        """The actor behind the bearer token; None when no bearer token was sent. API keys open
        nothing here; raises SecretKeyInBrowser for a secret one from a page of another site."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        token = token.strip()
        for key in (token, request.headers.get("x-api-key", "").strip()):
            refuse_in_browser(request, key)
        if scheme.lower() != "bearer" or not token:
            return None
        return None, actor_from([token])

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return "Bearer"


class CapabilityScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names the credential."""

    target_class = CapabilityAuthentication
    name = "capabilityToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An organizer's token, a guest's RSVP token, or the root token.",
        }


class CapabilityViewSet(ApiViewSet):
    """Base of the Capability API's viewsets."""

    authentication_classes = [CapabilityAuthentication]
    credentials: ClassVar = ("Authorization",)
    statuses: ClassVar = {RsvpsClosed: 403}


class PerPage(serializers.IntegerField):
    """How many entries a page holds: a number over ``most`` is read as ``most``."""

    def __init__(self, *, default: int, most: int) -> None:
        said = f"At most {most}; a larger number counts as {most}. pagination.per_page says which."
        super().__init__(default=default, min_value=1, help_text=said)
        self._most = most

    def to_internal_value(self, data: Any) -> int:
        """The number that is applied."""
        return min(super().to_internal_value(data), self._most)


class Search(serializers.CharField):
    """Text to look for; an empty one looks for nothing."""

    def __init__(self, help_text: str) -> None:
        super().__init__(required=False, allow_blank=True, help_text=help_text)


class PageQuery(serializers.Serializer[Any]):
    """Which page of a list: ``page`` from 1 on."""

    page = serializers.IntegerField(default=1, min_value=1, max_value=2**31 - 1)
    per_page = PerPage(default=10, most=50)


class PaginationBody(Body):
    """Where a page stands in its list. ``per_page`` is the number that was applied, which may be
    less than was asked for. ``total_is_capped``: there are more than ``total_…``."""

    page: int
    per_page: int
    total_pages: int
    total_is_capped: bool
    has_prev: bool
    has_next: bool
    prev_page: int | None
    next_page: int | None


def numbers(page: Page[Any]) -> dict[str, Any]:
    """The fields of a PaginationBody."""
    return {
        "page": page.number,
        "per_page": page.size,
        "total_pages": page.pages,
        "total_is_capped": page.total_is_capped,
        "has_prev": page.number > 1,
        "has_next": page.has_next,
        "prev_page": page.number - 1 if page.number > 1 else None,
        "next_page": page.number + 1 if page.has_next else None,
    }
