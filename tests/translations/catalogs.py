"""The catalogs of locale/: what the tree says is extracted afresh, by Python alone, and held
against what is translated.

The compiled catalogs are committed beside their sources, so that the server needs nothing to
speak every language.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.ours import ROOMS, ROOT, files_of

# The languages that are translated into, and how each counts.
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
}
TRANSLATED = tuple(PLURALS)
_HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"
"""
# Catalogs change with their texts alone; Babel insists on a date.
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
_FUNCTIONS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
_PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w+\}(?!\})")


@cache
def extracted() -> Catalog:
    """Every marked text of the tree, with the files that say it."""
    catalog = Catalog(fuzzy=False)
    for path in _sources():
        text = path.read_text()
        if path.suffix != ".py":
            # Made for xgettext; a Python reader minds how lines are indented.
            text = "\n".join(line.strip() for line in templatize(text).splitlines())
        file = str(path.relative_to(ROOT))
        for _, said, comments, context in extract(
            "python", io.BytesIO(text.encode()), _FUNCTIONS, ["Translators:"]
        ):
            catalog.add(said, None, [(file, 1)], auto_comments=comments, context=context)
    return catalog


def _sources() -> Iterator[Path]:
    yield from (ROOT / name for name in files_of(*ROOMS))
    yield from sorted(path for path in (ROOT / "templates").rglob("*.*") if path.is_file())


def source_of(language: str) -> Path:
    """The file that translators write."""
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def stored(language: str) -> Catalog:
    """What is translated; an empty catalog where there is none."""
    source = source_of(language)
    begun = _HEADER.format(plurals=PLURALS[language]).encode()
    catalog = read_po(io.BytesIO(source.read_bytes() if source.exists() else begun), language)
    catalog.header_comment = f"# Convene: {language}"
    catalog.project, catalog.version = "Convene", ""
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = _ALWAYS
    catalog.fuzzy = False
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """A catalog as gettext reads it: what is translated, without the fuzzy ones."""
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def update() -> None:
    """Brings new texts into the catalogs, takes out those nobody says any more, and compiles."""
    fresh = extracted()
    for language in TRANSLATED:
        catalog, source = stored(language), source_of(language)
        catalog.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        source.parent.mkdir(parents=True, exist_ok=True)
        with source.open("wb") as file:
            write_po(
                file, catalog, include_lineno=False, sort_by_file=True, omit_header=False, width=96
            )
        source.with_suffix(".mo").write_bytes(compiled(catalog))


def flaws(language: str) -> list[str]:
    """What is wrong with a catalog, a line for each text."""
    fresh, catalog = extracted(), stored(language)
    found = [
        f"{said!r}: {flaw}"
        for message in fresh
        if (said := message.id)
        and (flaw := _flaw(message, catalog.get(message.id, message.context), catalog.num_plurals))
    ]
    known = {(message.id, message.context) for message in fresh}
    found += [
        f"{message.id!r}: nobody says this any more"
        for message in catalog
        if message.id and (message.id, message.context) not in known
    ]
    return found


def _flaw(message: Message, there: Message | None, plurals: int) -> str:
    if there is None:
        return "missing"
    if there.fuzzy:
        return "fuzzy"
    forms = there.string if isinstance(there.string, tuple | list) else (there.string,)
    if not all(forms):
        return "not translated"
    if isinstance(message.id, tuple) and len(forms) != plurals:
        return f"{len(forms)} plural forms instead of {plurals}"
    said = message.id if isinstance(message.id, tuple) else (message.id,)
    known = {name for text in said for name in _PLACEHOLDERS.findall(text)}
    for form in forms:
        held = set(_PLACEHOLDERS.findall(form))
        # One, or none, may go without its number: "one guest".
        if held - known or (known - held and form is forms[-1]):
            return f"other placeholders: {form!r}"
    return ""
