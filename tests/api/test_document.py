"""The OpenAPI document as builders of clients need it: everything named, described and shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator, FormatChecker

from api.examples.sent import SENT
from api.examples.values import VALUES
from api.words import folded
from tests.access.matrix import TABLE, written
from tests.document import openapi

pytestmark = pytest.mark.once
# Where the event of the access matrix, which is private, is nothing that a stranger may read.
PUBLIC_TOO = {"getSeries"}


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every request body and successful answer: whose, and what is said of it."""
    for _, _, operation in _operations():
        bodies = {"request": operation.get("requestBody", {})} | {
            code: said for code, said in operation["responses"].items() if code < "300"
        }
        for what, body in bodies.items():
            for content in body.get("content", {}).values():
                yield f"{operation['operationId']} {what}", content


@pytest.mark.slow
def test_it_is_valid_and_nothing_was_guessed() -> None:
    """Whatever the generator would warn of, it could not read from the code. `manage.py
    spectacular` says where, and takes ten seconds for that."""
    reset_generator_stats()
    with redirect_stderr(StringIO()) as warned:
        document = openapi.__wrapped__()
    assert (warned.getvalue(), bool(GENERATOR_STATS)) == ("", False)
    validate_schema(document)


def test_the_server(settings: Any) -> None:
    """Addresses begin where the document was read, or at SITE_URL."""
    assert [each["url"] for each in openapi()["servers"]] == ["/"]
    settings.SITE_URL = "https://events.example.org"
    made = openapi.__wrapped__()
    assert [each["url"] for each in made["servers"]] == ["https://events.example.org"]


def test_every_operation_has_one_declared_tag() -> None:
    """Of its API and its subject; each is described, used, and in one group."""
    declared = {tag["name"]: tag["description"] for tag in openapi()["tags"]}
    used = [tag for _, _, operation in _operations() for tag in operation["tags"]]
    assert set(used) == declared.keys()
    assert len(used) == len([*_operations()])
    assert all(declared.values())
    grouped = [tag for group in openapi()["x-tagGroups"] for tag in group["tags"]]
    assert grouped == [*declared]
    assert [group["name"] for group in openapi()["x-tagGroups"]] == [
        *("Capability", "Tenant", "Communities", "Social")
    ]


def test_every_operation_says_in_a_few_words_what_it_does() -> None:
    """In words of its own."""
    summaries = [operation["summary"] for _, _, operation in _operations()]
    assert all(re.fullmatch(r"[A-Z][A-Za-z' ]+[a-zA-Z]", each) for each in summaries)
    assert len(set(summaries)) == len(summaries)


def test_every_parameter_is_described() -> None:
    """Wherever it stands."""
    assert not [
        (operation["operationId"], each["name"])
        for _, _, operation in _operations()
        for each in operation.get("parameters", ())
        if not each["description"].strip()
    ]


def test_no_credential_is_asked_for_where_none_is_needed() -> None:
    """By the table of what strangers are answered."""
    answered = {
        (re.sub(r"<(\w+)>", r"{\1}", f"/{route}"), method.lower())
        for (route, method, caller), cell in written(TABLE.read_text()).items()
        if caller == "stranger" and cell.startswith("2")
    }
    for path, method, operation in _operations():
        free = (path, method) in answered or operation["operationId"] in PUBLIC_TOO
        assert ({} in operation["security"]) == free, operation["operationId"]


def test_every_place_of_a_credential_is_named() -> None:
    """As a scheme that is declared."""
    schemes = openapi()["components"]["securitySchemes"]
    taken = [each for *_, operation in _operations() for each in operation["security"]]
    used = {name for each in taken for name in each}
    assert used == schemes.keys() == {"apiKey", "apiKeyHeader", "feedKey", "capabilityToken"}


def test_every_example_is_what_its_schema_says() -> None:
    """Each body has one, with all that is required and nothing that is not described."""
    components = {"components": _strictly(openapi()["components"])}
    wrong = {}
    for whose, content in _contents():
        schema = components | {"allOf": [_strictly(content["schema"])]}
        check = Draft202012Validator(schema, format_checker=FormatChecker())
        for flaw in check.iter_errors(content["example"]):
            wrong[f"{whose} {flaw.json_path}"] = flaw.message
    assert wrong == {}


def test_every_value_of_examples_is_used() -> None:
    """One that stays behind when its field goes would be believed by nobody."""
    schemas = openapi()["components"]["schemas"]
    fields = {
        f"{name.removeprefix('Patched').removesuffix('Request')}.{folded(field)}"
        for name, schema in schemas.items()
        for field in schema.get("properties", ())
    }
    known = fields | {each.partition(".")[2] for each in fields}
    keys = {key: ".".join([*key.split(".")[:-1], folded(key.split(".")[-1])]) for key in VALUES}
    assert [key for key, name in keys.items() if name not in known] == []
    sent = {f"{name}.{field}" for name, names in SENT.items() for field in names}
    assert sent <= {
        f"{name.removesuffix('Request')}.{field}"
        for name, schema in schemas.items()
        for field in schema.get("properties", ())
    }


def _strictly(schema: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` in the words of JSON Schema, and bodies without further fields."""
    if isinstance(schema, list):
        return [_strictly(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: _strictly(each) for name, each in schema.items() if name != "nullable"}
    if isinstance(schema.get("properties"), dict):
        plain.setdefault("additionalProperties", False)
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") is True else plain
