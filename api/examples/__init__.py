"""An example in every body that is sent or answered, made of one value for each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.examples.sent import SENT
from api.examples.values import PLAIN, VALUES
from api.words import folded

_BY_NAME = {
    ".".join([*owner, folded(name)]): value
    for *owner, name, value in ((*key.split("."), value) for key, value in VALUES.items())
}
# What says that a field of a closed set, or one that holds a body, may be null.
NULL = {"$ref": "#/components/schemas/NullEnum"}
_UNKNOWN = object()


def add_examples(document: dict[str, Any]) -> None:
    """Puts an example into each request body and each successful answer of a document. Raises
    LookupError for a field that VALUES does not know."""
    schemas = document["components"]["schemas"]
    for operations in document["paths"].values():
        for operation in operations.values():
            answers = [said for code, said in operation["responses"].items() if code < "300"]
            for body in (operation.get("requestBody", {}), *answers):
                for kind, content in body.get("content", {}).items():
                    told = PLAIN.get(kind)
                    content["example"] = (
                        _example(content["schema"], schemas) if told is None else told
                    )


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any], owner: str = "") -> Any:
    """A value of ``schema``, which may be the field ``owner`` of a body (``Body.name``)."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _example(schemas[name], schemas, name)
    if combined := _alternatives(schema):
        return _example(combined[0], schemas, owner)
    if "properties" in schema:
        name = owner.removesuffix("Request")
        values = {
            field: _value(name.removeprefix("Patched"), field, each, schemas)
            for field, each in schema["properties"].items()
            if field in SENT.get(name, schema["properties"])
        }
        needed = schema.get("required", ())
        # What has no value and need not be there is left out.
        return {
            field: value for field, value in values.items() if value is not None or field in needed
        }
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas, owner)]
    if "enum" in schema:
        return schema["enum"][0]
    raise LookupError(f"no example of {owner}")


def _value(body: str, field: str, schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    name = folded(field)
    if (own := f"{body}.{name}") in _BY_NAME:
        return _BY_NAME[own]
    told = _BY_NAME.get(name, _UNKNOWN)
    # Of a body within a body the name alone can only say that there is none.
    known = told is None and _may_be_null(schema) if _holds_body(schema, schemas) else True
    return told if known and told is not _UNKNOWN else _example(schema, schemas, own)


def _holds_body(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    held = (schema.get("items") or next(iter(_alternatives(schema)), schema)).get("$ref", "")
    return "properties" in schemas.get(held.rpartition("/")[2], ())


def _may_be_null(schema: Mapping[str, Any]) -> bool:
    return "nullable" in schema or NULL in _alternatives(schema)


def _alternatives(schema: Mapping[str, Any]) -> Sequence[Any]:
    return schema.get("allOf") or schema.get("oneOf") or ()
