"""Which Python files are ours, for tests that read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What Django wrote, what is installed, and what `make dist` leaves behind.
_ELSEWHERE = {"migrations", ".venv", "build", "node_modules"}


def python_files() -> Iterator[Path]:
    """Their paths in the project."""
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT)
        if not _ELSEWHERE & {*name.parts}:
            yield name
