"""``python -m tests.generated`` writes docs/errors.md and the Postman collection anew."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.generated.made import DOCS, MADE  # noqa: E402 - settings first

for name, written in MADE.items():
    (DOCS / name).write_text(written())
    print(f"docs/{name}")
