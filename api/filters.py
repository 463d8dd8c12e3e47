"""Query-string filters: a FilterSet names the parameters, a queryset method gives the meaning."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter as AnyChoiceFilter
from django_filters import FilterSet, UUIDFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from api.fields import must_be_one_of
from api.words import read_parameters

_TYPES = {UUIDFilter: OpenApiTypes.UUID}


class ChoiceFilter(AnyChoiceFilter):  # type: ignore[misc]
    """One of a closed set of words; any other is answered with the set."""

    def __init__(self, *, choices: Any, **options: Any) -> None:
        said = {"invalid_choice": must_be_one_of(dict(choices))}
        super().__init__(choices=choices, error_messages=said, **options)


def filtered(
    shape: type[FilterSet], queryset: QuerySet[Any, Any], request: Request
) -> QuerySet[Any, Any]:
    """``queryset`` narrowed by the request's parameters. ValidationError names a bad one."""
    sent, spelt = read_parameters(request.query_params, list(shape.base_filters))
    filters = shape(data=sent, queryset=queryset, request=request)
    if not filters.is_valid():
        raise ValidationError(
            {spelt.get(name, name): list(said) for name, said in filters.errors.items()}
        )
    narrowed: QuerySet[Any, Any] = filters.qs
    return narrowed


def parameter(request: Request, name: str) -> tuple[str | None, str]:
    """The last value of one parameter, None when it was not sent; and how it was spelt."""
    query = request.query_params
    sent, spelt = read_parameters(query, [name]) if query else ({}, {})
    return sent.get(name), spelt.get(name, name)


def parameters_of(shape: type[FilterSet]) -> list[OpenApiParameter]:
    """The filters as parameters of the schema."""
    return [
        OpenApiParameter(
            name,
            _TYPES.get(type(each), OpenApiTypes.STR),
            description=each.extra.get("help_text", ""),
            enum=(
                [value for value, _ in each.extra["choices"]]
                if isinstance(each, ChoiceFilter)
                else None
            ),
        )
        for name, each in shape.base_filters.items()
    ]
