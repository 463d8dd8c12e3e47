"""How text from outside becomes text we store: NFC, no control characters, no lone surrogates."""

from __future__ import annotations

import re
import unicodedata

from config.errors import Invalid, flaw

_SLUG = re.compile(r"[A-Za-z0-9_-]+")
_LAYOUT = frozenset("\n\t")
# A scheme; www; a host with something behind it, but no "J.Smith/M.Jones" or "St.John/Lee"; a bare
# host only with an ending that is no part of anybody's name. What follows an @ is an address.
_LABELS = r"(?<![\w@.-])(?:[\w-]+\.)*"
_LINK = re.compile(
    r"\w://\S|\bwww\.\w"
    rf"|{_LABELS}(?:[\w-]{{3,}}\.[^\W\d_]{{2,}}|[\w-]+\.[^\W\d_]{{2}})(?::\d+)?[/?#]\w"
    rf"|{_LABELS}[\w-]+\.(?:app|biz|click|com|dev|info|link|net|online|org|shop|site|top|xyz)\b",
    re.IGNORECASE,
)


def text_problem(value: str, *, multiline: bool = False) -> str | None:
    """The key of the flaw for which ``value`` cannot be stored, or None when it can."""
    for character in value:
        if character < " " and not (multiline and character in _LAYOUT):
            return "control_characters"
        if "\x7f" <= character <= "\x9f":
            return "control_characters"
        if "\ud800" <= character <= "\udfff":
            return "unstorable"
    return None


def clean_text(
    value: str, *, field: str, limit: int, required: bool = False, multiline: bool = False
) -> str:
    """Trimmed, NFC-normalised ``value``, at most ``limit`` characters.

    Line ends become ``\\n``; a single-line text may hold none. Raises Invalid naming ``field``.
    """
    if multiline:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = value.strip()
    if value.isascii() and value.isprintable():
        cleaned = value
    else:
        if problem := text_problem(value, multiline=multiline):
            raise Invalid({field: problem})
        cleaned = unicodedata.normalize("NFC", value)
    if required and not cleaned:
        raise Invalid({field: "blank"})
    if len(cleaned) > limit:
        raise Invalid({field: flaw("too_long", limit=limit)})
    return cleaned


def mailbox_of(address: str) -> str:
    """The mailbox that an e-mail address most likely belongs to: case, and what follows a ``+``, do
    not count. Good for limits; two addresses of one mailbox are still two addresses."""
    local, _, host = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{host}"


def holds_link(value: str) -> bool:
    """Whether a mail program or a page might make a link of something in ``value``."""
    return _LINK.search(value) is not None


def unlinked(value: str) -> str:
    """``value`` with its links broken up, so that no mail program makes any; otherwise as it is."""
    return re.sub(r"\S+", _broken_up, value) if holds_link(value) else value


def _broken_up(word: re.Match[str]) -> str:
    if not holds_link(word[0]):
        return word[0]
    return re.sub(r"(?<=\S)([.:/?#]+)(?=\S)", r"\1 ", word[0])


# Letters that are no accented ones in Unicode, by those they are sorted with.
ALIKE = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i", "æ": "ae", "œ": "oe"}
_ALIKE = str.maketrans(ALIKE)


def sort_key(value: str) -> str:
    """What sorts ``value`` among others, and finds it, as people look it up: without case and
    accents. Ö stands with O, ß with ss."""
    if value.isascii():
        return value.lower()
    plain = unicodedata.normalize("NFKD", value.casefold().translate(_ALIKE))
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] != "M")


# Thai, Lao, Khmer, Chinese and Japanese set no space between words: there each letter is one.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
# Nobody types more of a word, and PostgreSQL takes no word of over 2,046 bytes.
_LONGEST_WORD = 64


def words_of(value: str) -> list[str]:
    """The words that ``value`` is found by: as sort_key() folds them, letters and digits only,
    their first 64, each once. Empty when it has neither letter nor digit."""
    found = _WORD.findall(sort_key(value))
    return list(dict.fromkeys(word[:_LONGEST_WORD] for word in found))


def is_slug(value: str) -> bool:
    """Whether ``value`` is letters, digits, hyphens and underscores, in ASCII."""
    return bool(_SLUG.fullmatch(value))
