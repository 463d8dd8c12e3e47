"""No file grows past what one reading takes. Who may import whom is held by `make lint`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 400
# What is not ours to keep short: written by Django, or installed.
_ELSEWHERE = {"migrations", ".venv", "build", "node_modules"}


def test_every_file_stays_readable() -> None:
    """No Python file over 400 lines."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in ROOT.rglob("*.py")
        if not _ELSEWHERE & set(path.relative_to(ROOT).parts)
    }
    assert len(lengths) > 100
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}
