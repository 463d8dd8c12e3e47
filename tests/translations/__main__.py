"""``python -m tests.translations`` lists what is missing; with ``update`` it first brings the
catalogs up to date and compiles them (``make messages``)."""

from __future__ import annotations

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.translations import catalogs, unmarked  # noqa: E402 - settings first

if sys.argv[1:] == ["update"]:
    catalogs.update()
missing = [
    *(f"{each.file}:{each.line}: not marked: {each.text!r}" for each in unmarked.everywhere()),
    *(f"{code}: {flaw}" for code in catalogs.TRANSLATED for flaw in catalogs.flaws(code)),
]
print("\n".join(missing) or "Every text is marked and translated.")
sys.exit(bool(missing) and sys.argv[1:] != ["update"])
