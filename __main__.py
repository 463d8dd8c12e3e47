"""`convene` and `python -m convene` of the installed wheel: manage.py, with data in ./data."""

import os
import sys
from pathlib import Path

# The rooms lie beside this file and know each other by their own names.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from manage import manage


def main() -> None:
    """Runs one command of manage.py; its data is in ./data unless DATA_DIR says otherwise."""
    os.environ.setdefault("DATA_DIR", str(Path("data").resolve()))
    manage(["convene", *sys.argv[1:]])


if __name__ == "__main__":
    main()
