"""Which Python files are ours, for tests that read them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What Django wrote, what is installed, and what `make dist` leaves behind.
_ELSEWHERE = {"migrations", ".venv", "build", "node_modules"}
_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
# The packages of the server, lowest first.
ROOMS: tuple[str, ...] = tuple(_PROJECT["tool"]["importlinter"]["root_packages"])


def python_files() -> Iterator[Path]:
    """Their paths in the project."""
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT)
        if not _ELSEWHERE & {*name.parts}:
            yield name


def files_of(*rooms: str) -> list[Path]:
    """The paths in the project of what is in these rooms, in order."""
    return [
        path.relative_to(ROOT)
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]
