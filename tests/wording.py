"""Refusals by their keys: how a sentence is worded is tested in one place, tests/access."""

from __future__ import annotations

from typing import Any

from access.sentences import sentence
from config.errors import flaw


def in_words(key: str, **params: Any) -> str:
    """What a person reads at this key."""
    return sentence(flaw(key, **params))
