"""Inputs of the APIs, built from the tables of fields: each API says in its own words what a table
holds, and adds what only it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from api.fields import Flag, Moment, Text, Whole
from config import cleaners
from config.cleaners import Field, Null, Table
from events import kinds
from notify.enums import EVENT_TYPES
from notify.kinds import EventTypes, Receiver
from rsvps.fields import FormAnswers


class Input(serializers.Serializer[Any]):
    """Base of inputs. ``table`` holds the fields, ``names`` what the API calls those it does not
    call as the domain does. A field of the class stands for the table's that is its source."""

    table: ClassVar[Table[Any]] = Table()
    names: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declared = cls._declared_fields
        given = {field.source or name for name, field in declared.items()}
        cls._declared_fields = {
            cls.names.get(field.name, field.name): _input_of(field, cls.names.get(field.name))
            for field in cls.table
            if field.name not in given
        } | declared


def spelling(serializer: Any) -> dict[str, str]:
    """What the fields of an input are called by the domain, and by the API where that differs; a
    part of a list's entries is ``list.part``."""
    names: dict[str, str] = {}
    for name, field in serializer.fields.items():
        if name != field.source:
            names[field.source] = name
        entry = getattr(field, "child", None)
        if isinstance(entry, serializers.Serializer):
            inner = spelling(entry)
            names |= {f"{field.source}.{part}": said for part, said in inner.items()}
    return names


def _input_of(field: Field, name: str | None) -> serializers.Field[Any, Any, Any, Any]:
    make, options = _KINDS[type(field.kind)], _bounds(field.kind)
    if name is not None:
        options["source"] = field.name
    if not field.needed:
        options["required"] = False
    if field.null is not Null.REFUSED:
        options["allow_null"] = True
    if field.about:
        options["help_text"] = field.about
    made: serializers.Field[Any, Any, Any, Any] = make(**options)
    return made


def _bounds(kind: Any) -> dict[str, Any]:
    """What the OpenAPI document tells of a kind; the domain holds the rest."""
    match kind:
        case EventTypes():
            return {"child": serializers.ChoiceField(choices=EVENT_TYPES)}
        case cleaners.Text() | cleaners.WebAddress() | cleaners.Email():
            return {"max_length": kind.limit}
        case cleaners.Whole():
            return {"min_value": kind.lowest}
        case cleaners.OneOf():
            return {"choices": kind.choices}
        case cleaners.Texts():
            return {"child": Text()}
        case kinds.Hours():
            return {"child": Whole(min_value=1)}
    return {}


_KINDS: dict[type, Any] = {
    cleaners.Text: Text,
    cleaners.WebAddress: Text,
    cleaners.Email: Text,
    kinds.Zone: Text,
    kinds.Currency: Text,
    kinds.Hours: serializers.ListField,
    cleaners.Whole: Whole,
    cleaners.Flag: Flag,
    cleaners.OneOf: serializers.ChoiceField,
    cleaners.Id: serializers.UUIDField,
    cleaners.Moment: Moment,
    cleaners.Texts: serializers.ListField,
    cleaners.Json: serializers.DictField,
    FormAnswers: serializers.DictField,
    Receiver: Text,
    EventTypes: serializers.ListField,
}
