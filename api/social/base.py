"""The Social API's base: a member's key, camelCase, both spellings of its parameters, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from rest_framework import serializers

from api.bodies import Body
from api.keys import MemberViewSet
from config.keyset import name_of_list
from events.enums import Format

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
    "tags[]": "tags",
}


class TokenQuery(serializers.Serializer[Any]):
    """How much of a list, and from where on."""

    limit = serializers.IntegerField(default=20, min_value=1, max_value=100)
    token = serializers.CharField(
        required=False, allow_blank=True, help_text="From paging.next or paging.previous."
    )


class PagingBody(Body):
    """Tokens of the neighbouring pages; null where there is none."""

    next: str | None
    previous: str | None


class SocialViewSet(MemberViewSet):
    """Base of the Social API's viewsets: a key of a tenant's user, as in the Tenant API."""

    def read_parameters(self, shape: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The query string in the flat spelling, each parameter by its last value, lists whole.

        Raises ValidationError under the name a parameter was sent by, also when its two spellings
        contradict each other.
        """
        sent = self.request.query_params
        values: dict[str, Any] = {}
        spelt: dict[str, str] = {}
        for name in sent:
            flat = SPELLINGS.get(name, name)
            if flat not in shape().fields:
                continue
            value: Any = sent.getlist(name) if flat == "tags" else sent.get(name)
            if flat in values and values[flat] != value:
                raise serializers.ValidationError({name: [f"This contradicts {spelt[flat]}."]})
            values[flat], spelt[flat] = value, name
        serializer = shape(data=values)
        self.spelt = spelt
        if not serializer.is_valid():
            raise serializers.ValidationError(
                {spelt.get(name, name): said for name, said in serializer.errors.items()}
            )
        read: dict[str, Any] = serializer.validated_data
        return read

    def list_name(self, name: str, query: Mapping[str, Any]) -> str:
        """What a list's tokens are bound to: the caller, and every filter it was asked with."""
        asked = {key: value for key, value in query.items() if key not in ("limit", "token")}
        return name_of_list(name, user_id=self.actor.user_id, tenant_id=self.tenant_id, **asked)
