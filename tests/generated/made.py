"""The documents by their names in docs/, and what makes each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.generated import collection, errors

DOCS = Path(__file__).parents[2] / "docs"
MADE: dict[str, Callable[[], str]] = {
    "errors.md": errors.written,
    "convene.postman_collection.json": collection.written,
}
