"""Reads matrix.txt: what every caller is answered at every address, by method."""

from __future__ import annotations

from itertools import product
from pathlib import Path

TABLE = Path(__file__).parent / "matrix.txt"

Cells = dict[tuple[str, str, str], str]  # (route, method, caller) -> cell


def written(text: str) -> Cells:
    """The cells of a table. A line that is not indented names the callers, the first one, or a
    route (``[/]`` at its end is two: with and without the slash); an indented one has methods and
    then a cell for each caller, or one and ``*``."""
    callers: list[str] = []
    cells: Cells = {}
    here: list[str] = []
    for line in text.splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if not callers:
            callers = words
        elif not line.startswith(" "):
            route = line.strip().removeprefix("/")
            bare = route.removesuffix("[/]")
            here = [bare] if bare == route else [bare, f"{bare}/"]
        else:
            methods = [word for word in words if word.isalpha()]
            said = words[len(methods) :]
            said = said[:1] * len(callers) if said[1:] == ["*"] else said
            for route, method in product(here, methods):
                for caller, cell in zip(callers, said, strict=True):
                    assert (route, method, caller) not in cells, f"{route} {method} stands twice"
                    cells[route, method, caller] = _without_body(cell) if method == "HEAD" else cell
    return cells


def _without_body(cell: str) -> str:
    """What is left of a cell for HEAD: it tells no secret."""
    return "".join(letter for letter in cell if letter.isdigit() or letter in "LN")
