"""The documents that are made from the code say what the code says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.document import openapi
from tests.generated import errors
from tests.generated.made import DOCS, MADE

pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", MADE)
def test_a_document_is_up_to_date(name: str) -> None:
    """``make documents`` would write what is there."""
    assert (DOCS / name).read_text() == MADE[name]()


def test_every_code_has_its_row() -> None:
    """With a status and what to do, for refusals of rules and of the framework alike."""
    text = (DOCS / "errors.md").read_text().partition("## What `detail` says")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d+)", text, re.M))
    assert rows.keys() == errors.DO.keys() | {code for code, *_ in errors.BEFORE}


def test_the_collection_has_every_operation() -> None:
    """Under its summary, at an address of the server's."""
    collection = json.loads((DOCS / "convene.postman_collection.json").read_text())
    items = [item for folder in collection["item"] for item in folder["item"]]
    described: list[Any] = [
        (operation["summary"], method.upper(), re.sub(r"{(\w+)}", r":\1", path))
        for path, operations in openapi()["paths"].items()
        for method, operation in operations.items()
    ]
    assert sorted(
        (
            item["name"],
            item["request"]["method"],
            item["request"]["url"]["raw"].removeprefix("{{baseUrl}}"),
        )
        for item in items
    ) == sorted(described)
