"""Runs the root admin's commands as a shell would."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from config.errors import DomainError, Invalid


def run(*command: object) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command(*map(str, command), stdout=out, stderr=io.StringIO())
    return out.getvalue().strip()


def run_json(*command: object) -> Any:
    """What the command prints with --json."""
    return json.loads(run(*command, "--json"))


def refusal(*command: object) -> str:
    """The key of a command's refusal, or its fields with their keys: ``name: blank``. Of a command
    that fails in other ways, what it says. It would exit with status 1."""
    with pytest.raises(CommandError) as problem:
        run(*command)
    assert problem.value.returncode == 1
    refused = problem.value.__context__
    return keys(refused) if isinstance(refused, DomainError) else str(problem.value)


def keys(refused: DomainError) -> str:
    """A refusal as one line of keys."""
    if isinstance(refused, Invalid):
        return " ".join(f"{field}: {' '.join(said)}" for field, said in refused.keys.items())
    return refused.key


def failing(*command: object) -> tuple[Any, str]:
    """What a command prints with --json that finds something wrong, and its complaint."""
    out = io.StringIO()
    with pytest.raises(CommandError) as problem:
        call_command(*map(str, command), "--json", stdout=out, stderr=io.StringIO())
    assert problem.value.returncode == 1
    return json.loads(out.getvalue()), str(problem.value)


def answer(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """What the person at the keyboard types."""
    monkeypatch.setattr("sys.stdin", io.StringIO(said))


def written(moment: Any) -> str:
    """A time as --json has it."""
    return str(moment.isoformat().replace("+00:00", "Z"))
