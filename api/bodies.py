"""JSON bodies: each a dataclass that is both what is written and what the OpenAPI document says.

A field's type says whether it may be null; ``Annotated`` adds what the type cannot say: a closed
set of words (an enum), or a serializer field with choices, a format or a help text.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    Self,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from rest_framework import serializers
from rest_framework_dataclasses.field_utils import DataclassDefinition, TypeInfo
from rest_framework_dataclasses.serializers import DataclassSerializer

Url = Annotated[str, serializers.URLField()]


class Omitted:
    """The type of OMITTED."""


# What a field holds that is to be left out of the JSON. The document calls such fields optional.
OMITTED: Final = Omitted()


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,)
)
class Body:
    """Base of every body: its subclasses become dataclasses.

    They are frozen for the type checker alone, and have no slots: checks at run time, and
    collecting fields from slots, would each cost more than writing the JSON. What ``vars(body)``
    holds is written.
    """

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]
    _omittable: ClassVar[frozenset[str]] = frozenset()
    # The fields without a default.
    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, kw_only: bool = True) -> None:
        dataclasses.dataclass(kw_only=kw_only)(cls)
        fields = dataclasses.fields(cls)
        cls._omittable = frozenset(field.name for field in fields if field.default is OMITTED)
        cls._names = tuple(
            field.name
            for field in fields
            if field.default is field.default_factory is dataclasses.MISSING
        )

    def __post_init__(self) -> None:
        """Forgets what is left out: so it is not written, and reading it finds the class's default,
        which is OMITTED."""
        held = self.__dict__
        for name in self._omittable:
            if held[name] is OMITTED:
                del held[name]

    @classmethod
    def like(cls, facts: object, **told: Any) -> Self:
        """A body of ``facts``: what they call as the body does is taken as it is, unless it is
        ``told`` otherwise; what may be left out is left out unless it is told."""
        for name in cls._names:
            if name not in told:
                told[name] = getattr(facts, name)
        return cls(**told)


class BodySerializer(DataclassSerializer[Any]):
    """Describes a body to drf-spectacular; it reads and writes nothing."""

    Meta: Any

    @functools.cached_property
    def dataclass_definition(self) -> DataclassDefinition[Any]:
        """The body's fields with all that their annotations say."""
        body = self.Meta.dataclass
        types = get_type_hints(body, include_extras=True)
        fields = {field.name: field for field in dataclasses.fields(body)}
        return DataclassDefinition(body, fields, {name: _present(types[name]) for name in fields})

    def build_typed_field(self, field_name: str, *args: Any) -> tuple[type[Any], dict[str, Any]]:
        """Required unless it may be left out: a default is only what most bodies say."""
        kind, kwargs = super().build_typed_field(field_name, *args)
        kwargs.pop("required", None)
        if field_name in self.Meta.dataclass._omittable:
            kwargs["required"] = False
        return kind, kwargs

    def build_dataclass_field(
        self, field_name: str, type_info: TypeInfo
    ) -> tuple[type[Any], dict[str, Any]]:
        """A body within a body."""
        return serializer_of(type_info.base_type), {}

    def build_standard_field(
        self, field_name: str, type_info: TypeInfo
    ) -> tuple[type[Any], dict[str, Any]]:
        """What an annotation adds: an enum's choices, or a field as it stands there."""
        if get_origin(type_info.base_type) is not Annotated:
            return super().build_standard_field(field_name, type_info)
        note = get_args(type_info.base_type)[1]
        if isinstance(note, serializers.Field):
            return type(note), dict(note._kwargs)  # type: ignore[attr-defined] # how DRF copies it
        return serializers.ChoiceField, {"choices": note.choices}


@functools.cache
def serializer_of(body: type[Any]) -> type[BodySerializer]:
    """The serializer class that describes a body under its own name and docstring."""
    meta = type("Meta", (), {"dataclass": body})
    return type(body.__name__, (BodySerializer,), {"__doc__": body.__doc__, "Meta": meta})


def described(declared: Any) -> Any:
    """What a view declares to answer with, as drf-spectacular knows it: the serializer of a body or
    of a ``Sequence[body]``. Anything else as it is."""
    if get_origin(declared) is Sequence:
        return serializer_of(*get_args(declared))(many=True)
    if isinstance(declared, type) and issubclass(declared, Body):
        return serializer_of(declared)  # type: ignore[arg-type] # mypy doubts that types hash
    return declared


def _present(hint: Any) -> Any:
    if Omitted not in get_args(hint):
        return hint
    return Union[tuple(each for each in get_args(hint) if each is not Omitted)]  # noqa: UP007
