"""The Social API's base: a member's key, camelCase, both spellings of its parameters, tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.response import Response

from api.bodies import Body
from api.keys import MemberViewSet
from api.shapes import reader
from api.social.errors import errors_of, told
from api.words import read_parameters
from config.keyset import PAGE, KeysetPage, Order, name_of_list, read_keyset
from events.enums import Format

Row = TypeVar("Row")

# Domain word -> the API's word. A hybrid event has a place to go to.
TYPE_OF = {
    Format.IN_PERSON.value: "in_person",
    Format.VIRTUAL.value: "virtual",
    Format.HYBRID.value: "in_person",
}
TYPE_WORDS = [("virtual", "virtual"), ("in_person", "in_person")]
ORIGIN_WORDS = [("community", "community")]
TypeWord = Annotated[str, serializers.ChoiceField(choices=TYPE_WORDS)]
OriginWord = Annotated[str, serializers.ChoiceField(choices=ORIGIN_WORDS)]
# Sets of which Convene knows one word.
DEFAULT_WORDS = [("default", "default")]
TEXT_WORDS = [("text", "text")]
DefaultWord = Annotated[str, serializers.ChoiceField(choices=DEFAULT_WORDS)]
TextWord = Annotated[str, serializers.ChoiceField(choices=TEXT_WORDS)]

# Other spellings of parameters, as the references and their SDK write them.
SPELLINGS = {
    "options[limit]": "limit",
    "options[token]": "token",
    "startTime[gte]": "startTimeFrom",
    "startTime[lte]": "startTimeTo",
}
# Parameters that may be repeated.
LISTS = frozenset({"tags", "statuses"})


class TokenQuery(serializers.Serializer[Any]):
    """How much of a list, and from where on."""

    limit = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=100,
        help_text=f"Without one the token's own, and {PAGE} on the first page.",
    )
    token = serializers.CharField(
        required=False, allow_blank=True, help_text="From paging.next or paging.previous."
    )


class PagingBody(Body):
    """Tokens of the neighbouring pages; null where there is none."""

    next: str | None
    previous: str | None


class SocialViewSet(MemberViewSet):
    """Base of the Social API's viewsets: a key of a tenant's user, as in the Tenant API."""

    errors_of: ClassVar = staticmethod(errors_of)

    def handle_exception(self, exc: Exception) -> Response:
        """The refusal, with what the SDK tells an error by."""
        response = super().handle_exception(exc)
        if response.status_code >= 400:
            response.data = told(response.data)
        return response

    def read_parameters(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The query string in the flat spelling, each parameter by its last value, lists whole.

        Raises ValidationError under the names that parameters were sent by.
        """
        sent, self.spelt = read_parameters(
            self.request.query_params,
            list(shape._declared_fields),
            lists=LISTS,
            spellings=SPELLINGS,
        )
        return self.checked(reader(shape, sent))

    def page_of(
        self,
        queryset: QuerySet[Any, Any],
        rows_of: Callable[[Any], list[Row]],
        order: Order,
        query: Mapping[str, Any],
    ) -> KeysetPage[Row]:
        """The page that a TokenQuery asks for: a ``limit`` that is sent wins over the token's."""
        return read_keyset(
            queryset, rows_of, order, size=query.get("limit"), token=query.get("token")
        )

    def list_name(self, name: str, query: Mapping[str, Any]) -> str:
        """What a list's tokens are bound to: the caller, and every filter it was asked with."""
        asked = {key: value for key, value in query.items() if key not in ("limit", "token")}
        return name_of_list(name, user_id=self.actor.user_id, tenant_id=self.tenant_id, **asked)
