"""Inputs of the APIs, built from the tables of fields: each API says in its own words what a table
holds, and adds what only it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import orjson
from rest_framework import serializers
from rest_framework.fields import empty

from access.sentences import sentence
from api.fields import Choice, Flag, Moment, Text, Whole
from api.json import to_json
from api.words import Reading, Words, contradiction, folded, reading
from config import cleaners
from config.cleaners import Field, Null, Table
from config.errors import flaw
from events import kinds
from notify.enums import EVENT_TYPES
from notify.kinds import EventTypes, Receiver
from rsvps.fields import FormAnswers


class Input(serializers.Serializer[Any]):
    """Base of inputs. ``table`` holds the fields, ``names`` what the API calls those it does not
    call as the domain does. A field of the class stands for the table's that is its source.

    Every other name of a field is understood: its ``words``, any style of its own name, and those
    of ``also``, which the OpenAPI document shows beside the field they stand for. What would be
    misunderstood is refused; see Words. ``context["told"]`` is a function that returns what the
    API answers now about the thing to be changed: writing that back changes nothing.
    """

    table: ClassVar[Table[Any]] = Table()
    names: ClassVar[Mapping[str, str]] = {}
    also: ClassVar[Mapping[str, str]] = {}
    words: ClassVar[Words] = Words()
    # What a new thing is taken to have been told as, and what answers leave out.
    untold: ClassVar[Mapping[str, Any]] = {}
    reading: ClassVar[Reading]
    # The names by which this body called each field.
    sent: Mapping[str, list[str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declared = cls._declared_fields
        given = {field.source or name for name, field in declared.items()}
        fields = {
            cls.names.get(field.name, field.name): input_of(field, cls.names.get(field.name))
            for field in cls.table
            if field.name not in given
        } | declared
        twins = {twin: _twin(twin, name, fields[name]) for twin, name in cls.also.items()}
        cls._declared_fields = fields | twins
        own = {name: field.source or name for name, field in cls._declared_fields.items()}
        cls.reading = reading(cls.words, own)

    def run_validation(self, data: Any = empty) -> Any:
        """The values in domain words. Errors name what was sent: every name of a field that was
        called by several."""
        if not isinstance(data, Mapping):
            return super().run_validation(data)
        values, wrong = self._understood(data)
        try:
            read = super().run_validation(values)
        except serializers.ValidationError as problem:
            details: Any = problem.detail
            named = {
                name: said
                for field, said in details.items()
                for name in self.sent.get(field, [field])
            }
            raise serializers.ValidationError(named | wrong) from None
        if wrong:
            raise serializers.ValidationError(wrong)
        return read

    @property
    def _writable_fields(self) -> list[serializers.Field[Any, Any, Any, Any]]:
        """The fields that DRF reads: those that were sent, and those that are read all the same."""
        return [
            field
            for name, field in self.fields.items()
            if name in self.sent or field.required or field.default is not empty
        ]

    def run_validators(self, value: Any) -> None:
        """Does nothing: the rules are in the domain, and DRF's preparations for validators look at
        every field."""

    @cached_property
    def answered(self) -> dict[str, Any]:
        """What the API answers now, as JSON has it."""
        tell = self.context.get("told", dict)
        return {**self.untold, **(orjson.loads(to_json(tell())) or {})}

    def is_written_back(self) -> bool:
        """Whether the body holds what only an answer has: its sender read it and sends it all."""
        known = self.reading
        return any(
            folded(name) not in known.taken and folded(name) not in known.refused
            for name in self.answered.keys() & self.initial_data.keys()
        )

    def is_stale(self, name: str, value: Any, told: Any) -> bool:
        """Whether an answer may have told ``value`` before what is ``told`` now came about without
        its reader's doing. To be overridden."""
        return False

    def _understood(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The body in the API's own names, and what cannot be understood."""
        values: dict[str, Any] = {}
        wrong: dict[str, list[str]] = {}
        sent: dict[str, list[str]] = {}
        for name, value in data.items():
            own = self.reading.taken.get(folded(name))
            if own is None:
                instead = self.reading.refused.get(folded(name))
                if instead is None:
                    continue
                if not self._is_unchanged(name, value):
                    wrong[name] = [_refusal(instead)]
            elif own in values and (type(value), value) != (type(values[own]), values[own]):
                wrong |= contradiction(sent[own][0], name)
            else:
                values.setdefault(own, value)
                sent.setdefault(own, []).append(name)
        self.sent = sent
        return values, wrong

    def _is_unchanged(self, name: str, value: Any) -> bool:
        if name not in self.answered:
            return False
        told = self.answered[name]
        return value == told or (self.is_written_back() and self.is_stale(name, value, told))


def spelling(serializer: Any) -> dict[str, str]:
    """What the domain's fields were called in the body an input read, where that differs; a part of
    a list's entries is ``list.part``."""
    names: dict[str, str] = {}
    sent, also = getattr(serializer, "sent", {}), getattr(serializer, "also", {})
    for name, field in serializer.fields.items():
        if name in also:
            continue
        said = sent[name][0] if name in sent else name
        if said != field.source:
            names[field.source] = said
        entry = getattr(field, "child", None)
        if isinstance(entry, serializers.Serializer):
            inner = spelling(entry)
            names |= {f"{field.source}.{part}": said for part, said in inner.items()}
    return names


def _refusal(instead: Sequence[str]) -> str:
    if instead:
        return sentence(flaw("called_otherwise", names=" / ".join(instead)))
    return sentence(flaw("not_taken"))


def _twin(twin: str, name: str, field: Any) -> Any:
    """The field under another name, for the document: a body never reaches it; see _understood."""
    source = field.source or name
    options = {**field._kwargs, "required": False, "source": source}
    if source == twin:
        del options["source"]
    return type(field)(*field._args, **options)


def input_of(field: Field, name: str | None = None) -> serializers.Field[Any, Any, Any, Any]:
    """What reads a field, under a name of the API's own or the domain's."""
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
    cleaners.OneOf: Choice,
    cleaners.Id: serializers.UUIDField,
    cleaners.Moment: Moment,
    cleaners.Texts: serializers.ListField,
    cleaners.Json: serializers.DictField,
    FormAnswers: serializers.DictField,
    Receiver: Text,
    EventTypes: serializers.ListField,
}
