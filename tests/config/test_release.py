"""The release by which what another one made is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.release import release

pytestmark = pytest.mark.once


@pytest.fixture
def tree(tmp_path: Path, settings: Any) -> Path:
    """A small project with a package, a template and what is no part of it."""
    for name in (
        "rooms/__init__.py",
        "rooms/domain/rules.py",
        "templates/home/home.html",
        "locale/de/x.mo",
    ):
        _write(tmp_path, name)
    for name in ("tests/__init__.py", "rooms/migrations/0001.py", "docs/api.md", "data/x.py"):
        _write(tmp_path, name)
    settings.BASE_DIR = tmp_path
    return tmp_path


def _write(tree: Path, name: str, text: str = "") -> None:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def digest() -> str:
    """Computed now, without what the process remembers."""
    return release.__wrapped__()


def test_it_is_remembered() -> None:
    assert release() == release() == digest()


@pytest.mark.parametrize(
    "name",
    ["rooms/domain/rules.py", "rooms/new.py", "templates/home/home.html", "locale/de/django.mo"],
)
def test_what_is_run_makes_it(tree: Path, name: str) -> None:
    before = digest()
    _write(tree, name, "changed")
    assert digest() != before


@pytest.mark.parametrize(
    "name", ["tests/test_x.py", "rooms/migrations/0001.py", "docs/api.md", "locale/de/x.po"]
)
def test_nothing_else_does(tree: Path, name: str) -> None:
    before = digest()
    _write(tree, name, "changed")
    assert digest() == before
