"""Makes the sprite of the named Lucide icons: ``sprite.py FOLDER_OF_ICONS NAME… > icons.svg``."""

from __future__ import annotations

import sys
from pathlib import Path

_FRAME = (
    '<symbol id="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">{}</symbol>'
)


def sprite(folder: Path, names: set[str]) -> str:
    """One SVG with a symbol per icon, by name."""
    symbols = []
    for name in sorted(names):
        _, _, inside = (folder / f"{name}.svg").read_text().partition("<svg")
        _, _, inside = inside.partition(">")
        lines = (line.strip() for line in inside.removesuffix("</svg>\n").splitlines())
        symbols.append(_FRAME.format(name, "".join(lines).replace(" />", "/>")))
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>"])


if __name__ == "__main__":
    sys.stdout.write(sprite(Path(sys.argv[1]), set(sys.argv[2:])) + "\n")
