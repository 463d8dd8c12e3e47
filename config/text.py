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
    if not holds_link(value):
        return value
    return re.sub(r"(?<=\S)([.:/?#]+)(?=\S)", r"\1 ", value)


# Letters that are no accented ones in Unicode, by those they are sorted with.
_ALIKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})


def sort_key(value: str) -> str:
    """What sorts ``value`` among others as people look it up: without case and accents. Ö stands
    with O, ß with ss."""
    plain = unicodedata.normalize("NFKD", value.casefold().translate(_ALIKE))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def is_slug(value: str) -> bool:
    """Whether ``value`` is letters, digits, hyphens and underscores, in ASCII."""
    return bool(_SLUG.fullmatch(value))
