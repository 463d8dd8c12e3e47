"""What a check says, and how checks are run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from django.db import DatabaseError

from config.errors import DomainError

Status = Literal["ok", "warning", "error"]


class Found(NamedTuple):
    """The result of a check: on ``error`` somebody should act, of a ``warning`` somebody should
    know. ``said`` is a sentence for a person."""

    status: Status
    said: str


class Finding(NamedTuple):
    """What the check of this name found."""

    check: str
    status: Status
    said: str


Check = Callable[[], Found]


def ok(said: str) -> Found:
    """All is well."""
    return Found("ok", said)


def warning(said: str) -> Found:
    """Somebody should know."""
    return Found("warning", said)


def error(said: str) -> Found:
    """Somebody should act."""
    return Found("error", said)


def examine(checks: Mapping[str, Check]) -> list[Finding]:
    """What every check found, in their order. A check that fails, because of the database or of
    something else that is away, counts as an error and does not stop the others."""
    findings = []
    for name, check in checks.items():
        try:
            found = check()
        except DatabaseError as problem:
            reason = str(problem).partition("\n")[0]
            found = error(f"The database did not answer: {reason}")
        except DomainError:  # what it was called with is wrong
            raise
        except Exception as problem:
            reason = str(problem).partition("\n")[0]
            found = error(f"It cannot be checked: {type(problem).__name__}: {reason}")
        findings.append(Finding(name, *found))
    return findings
