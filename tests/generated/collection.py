"""docs/convene.postman_collection.json: every operation of the OpenAPI document with its example,
as Postman, Bruno and Insomnia read it (Postman Collection 2.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.document import openapi

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
# Sent only by those who want it: the others would refuse what they hold by default.
_OPTIONAL = {"disabled": True}


def written() -> str:
    """The collection, a folder for each tag. Variables stand for the server and for credentials."""
    document = openapi()
    folders: dict[str, list[Any]] = {tag["name"]: [] for tag in document["tags"]}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            folders[operation["tags"][0]].append(_item(path, method.upper(), operation))
    said = {tag["name"]: tag["description"] for tag in document["tags"]}
    collection = {
        "info": {
            "name": "Convene",
            "description": document["info"]["description"],
            "schema": _SCHEMA,
        },
        "variable": [
            {"key": "baseUrl", "value": "http://127.0.0.1:8000"},
            {"key": "token", "value": ""},
            {"key": "apiKey", "value": ""},
        ],
        "item": [
            {"name": name, "description": said[name], "item": items}
            for name, items in folders.items()
        ],
    }
    return json.dumps(collection, indent=1, ensure_ascii=False) + "\n"


def _item(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    parameters: dict[str, list[Any]] = {"path": [], "query": [], "header": []}
    for each in operation["parameters"]:
        if each["in"] in parameters:
            told = {"key": each["name"], "value": "", "description": each["description"]}
            parameters[each["in"]].append(told if each["in"] == "path" else told | _OPTIONAL)
    parts = re.sub(r"{(\w+)}", r":\1", path).strip("/").split("/")
    request: dict[str, Any] = {
        "method": method,
        "description": operation["description"],
        "auth": _auth(operation["security"]),
        "header": parameters["header"],
        "url": {
            "raw": "{{baseUrl}}/" + "/".join(parts),
            "host": ["{{baseUrl}}"],
            "path": parts,
            "query": parameters["query"],
            "variable": parameters["path"],
        },
    }
    if "requestBody" in operation:
        ((kind, content),) = operation["requestBody"]["content"].items()
        if kind == "application/json":
            request["header"] = [{"key": "Content-Type", "value": kind}, *request["header"]]
        request["body"] = _body(kind, content)
    return {"name": operation["summary"], "request": request}


def _auth(security: list[dict[str, Any]]) -> dict[str, Any]:
    """The first credential that is taken; none where none is needed."""
    if {} in security:
        return {"type": "noauth"}
    held = "{{apiKey}}" if "apiKey" in security[0] else "{{token}}"
    return {"type": "bearer", "bearer": [{"key": "token", "value": held, "type": "string"}]}


def _body(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "application/json":
        raw = json.dumps(content["example"], indent=2, ensure_ascii=False)
        return {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    fields = [
        {"key": name, "type": "file", "src": []}
        if name == "file"
        else {"key": name, "type": "text", "value": value}
        for name, value in content["example"].items()
    ]
    return {"mode": "formdata", "formdata": fields}
