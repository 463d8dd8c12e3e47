"""Every text is translated, into each language, with all that it is filled with."""

from __future__ import annotations

import io
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.mofile import read_mo
from django.conf import settings
from django.utils.translation import override

from access.sentences import sentence
from config.errors import flaw
from tests.translations import catalogs
from tests.translations.catalogs import TRANSLATED, compiled, extracted, flaws, source_of, stored

pytestmark = pytest.mark.once


def texts_of(compiled: bytes) -> dict[Any, Any]:
    """What a compiled catalog says, its header aside, which names the compiler."""
    read = read_mo(io.BytesIO(compiled))
    return {(str(each.id), each.context): each.string for each in read if each.id}


def test_there_is_a_catalog_for_every_language() -> None:
    assert [code for code, _ in settings.LANGUAGES] == ["en", *TRANSLATED]
    assert all(source_of(language).exists() for language in TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_was_written(language: str) -> None:
    """`make messages` compiles; the server reads nothing else."""
    there = source_of(language).with_suffix(".mo").read_bytes()
    assert texts_of(there) == texts_of(compiled(stored(language)))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    """`python -m tests.translations` lists what is missing."""
    assert flaws(language) == []


def test_what_is_extracted() -> None:
    """From Python and from templates, with plural forms and contexts."""
    found = extracted()
    assert found.get("Event not found") is not None
    assert found.get("Your ticket as a QR code") is not None
    assert found.get("Waiting", "delivery") is not None
    assert found.get(("Approved %(number)s guest.", "Approved %(number)s guests.")) is not None


@pytest.mark.parametrize(
    ("string", "wrong"),
    [
        (("{n} Gast", "{n} Gäste"), ""),
        (("ein Gast", "{n} Gäste"), ""),
        (("ein Gast", "viele Gäste"), "other placeholders: 'viele Gäste'"),
        (("{n} Gast", "{m} Gäste"), "other placeholders: '{m} Gäste'"),
        (("{n} Gast", ""), "not translated"),
        (("{n} Gäste",), "1 plural forms instead of 2"),
    ],
)
def test_what_is_wrong_with_a_translation(
    string: tuple[str, ...], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ("{n} guest", "{n} guests")
    fresh, there = Catalog(fuzzy=False), Catalog(locale="de", fuzzy=False)
    fresh.add(said)
    there.add(said, string)
    monkeypatch.setattr(catalogs, "extracted", lambda: fresh)
    monkeypatch.setattr(catalogs, "stored", lambda language: there)
    assert flaws("de") == ([f"{said!r}: {wrong}"] if wrong else [])


def test_texts_that_are_missing_fuzzy_or_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, there = Catalog(fuzzy=False), Catalog(locale="de", fuzzy=False)
    for said in ("Missing", "Fuzzy", "There"):
        fresh.add(said)
    there.add("Fuzzy", "Unscharf", flags=["fuzzy"])
    there.add("There", "Da")
    there.add("Gone", "Weg")
    monkeypatch.setattr(catalogs, "extracted", lambda: fresh)
    monkeypatch.setattr(catalogs, "stored", lambda language: there)
    assert flaws("de") == [
        "'Missing': missing",
        "'Fuzzy': fuzzy",
        "'Gone': nobody says this any more",
    ]


def test_a_sentence_in_each_language() -> None:
    """With its plural forms."""
    told = {}
    for language in TRANSLATED:
        with override(language):
            told[language] = [sentence(flaw("too_many_guests", most=n)) for n in (1, 3)]
    assert told == {
        "de": [
            "Du kannst höchstens 1 Begleitperson zu diesem Event mitbringen.",
            "Du kannst höchstens 3 Begleitpersonen zu diesem Event mitbringen.",
        ],
        "fr": [
            "Vous pouvez amener au plus 1 accompagnant à cet événement.",
            "Vous pouvez amener au plus 3 accompagnants à cet événement.",
        ],
        "es": [
            "Puedes traer como máximo 1 acompañante a este evento.",
            "Puedes traer como máximo 3 acompañantes a este evento.",
        ],
    }
