"""Holds the plan of the house: who may import whom, and how long a file may get."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["config", "accounts", "channels", "events", "rsvps", "comments"]
MOST_LINES = 400

# Layer of a module by its place within its app; the longest match counts.
LAYERS = {
    "enums": 0,
    "limits": 0,
    "apps": 0,
    "models": 1,
    "querysets": 1,
    "rows": 1,
    "domain": 2,
    "facts": 3,
    "api": 4,
    "pages": 4,
    "forms": 4,
    "admin": 4,
    "management": 4,
}
# The building's own modules, each by name: a new one has to be placed here.
CONFIG_LAYERS = {
    "errors": 0,
    "cleaners": 0,
    "text": 0,
    "cursors": 0,
    "secrets": 0,
    "qr": 0,
    "settings": 0,
    "logs": 0,
    "apps": 0,
    "images": 0,
    "files": 0,
    "backups": 1,
    "doctor": 1,
    "prepared": 1,
    "access": 4,
    "health": 4,
    "keyset": 4,
    "media": 4,
    "metrics": 4,
    "uploads": 4,
    "links": 1,
    "paging": 4,
    "api": 4,
    "admin": 4,
    "assets": 4,
    "bucket": 4,
    "commands": 4,
    "context": 4,
    "docs": 4,
    "downloads": 4,
    "forms": 4,
    "handlers": 4,
    "management": 4,
    "middleware": 4,
    "pages": 4,
    "staticfiles": 4,
    "template_tags": 4,
    "throttling": 4,
    "worker": 4,
    "urls": 5,
    "wsgi": 5,
}
Module = str


def _modules() -> Iterator[tuple[Module, Path]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            if ".migrations" not in name:
                yield name.removesuffix(".__init__"), path


def _place(module: Module) -> tuple[int, int] | None:
    """(layer, app) of one of our modules; None for a bare package or somebody else's."""
    app, _, rest = module.partition(".")
    if app not in APPS or not rest:
        return None
    layers = CONFIG_LAYERS if app == "config" else LAYERS
    first = rest.split(".")[0]
    if first not in layers:
        raise AssertionError(f"{module} has no layer: place it in {__name__}")
    return layers[first], APPS.index(app)


def _imports(tree: ast.Module) -> Iterator[tuple[Module, int]]:
    """What a file imports at run time, as dotted modules with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            for inner in ast.walk(node):
                inner.__dict__["for_types_only"] = True
    for node in ast.walk(tree):
        if "for_types_only" in node.__dict__:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                # `from events import limits` imports a module, `from events.enums import X` does
                # not.
                inner = f"{node.module}.{alias.name}"
                yield (inner if "." not in node.module else node.module), node.lineno


def violations(module: Module, source: str) -> list[str]:
    """Every import of ``module`` that goes up a layer or, within its own, to the right."""
    here = _place(module)
    if here is None:
        return []
    found = []
    for imported, line in _imports(ast.parse(source)):
        there = _place(imported)
        if there is not None and (
            there[0] > here[0] or (there[0] == here[0] and there[1] > here[1])
        ):
            found.append(f"{module}:{line} imports {imported}")
    return found


def inner_imports(source: str) -> list[int]:
    """Lines of imports inside functions, which hide a cycle."""
    return [
        inner.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


@pytest.mark.parametrize(("module", "path"), list(_modules()), ids=lambda value: str(value)[-60:])
def test_imports_go_down_or_left(module: Module, path: Path) -> None:
    """A module knows lower layers, its siblings, and apps to its left; and says so on top."""
    source = path.read_text()
    assert violations(module, source) == []
    assert inner_imports(source) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("events.domain.access", "from rsvps.domain.standing import standing"),
        ("events.api.capability", "from rsvps.api.capability import RsvpViewSet"),
        ("events.domain.times", "from events.facts import event_facts"),
        ("accounts.models", "import events.domain.access"),
        ("events.models", "from config import pages"),
        ("rsvps.facts", "if True:\n    from rsvps.pages import guest"),
    ],
)
def test_a_planted_violation_is_found(module: Module, source: str) -> None:
    """The check itself can fail."""
    assert len(violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("events.facts", "from rsvps.domain.standing import standing"),
        ("accounts.domain.actors", "from rsvps.rows import RsvpRow"),
        ("rsvps.pages", "from events.pages import home"),
        (
            "events.models",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import rsvps.api.x",
        ),
        ("events.domain.times", "from django.utils import timezone\nfrom events import limits"),
    ],
)
def test_what_the_plan_allows(module: Module, source: str) -> None:
    """Lower layers of any app, doors to the left, imports for types only, other people's code."""
    assert violations(module, source) == []


def test_an_inner_import_is_found() -> None:
    """The other check can fail too."""
    assert inner_imports("def f():\n    import os\n") == [2]


def test_every_file_stays_readable() -> None:
    """No Python file over 400 lines; migrations are written by Django."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for folder in [*APPS, "tests", "benchmarks"]
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
