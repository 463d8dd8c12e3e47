"""Files to download: what they are called, and those that are written while they are sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse

# Excel reads UTF-8 only behind this mark.
_BYTE_ORDER_MARK = "\ufeff"
_LONGEST = 80
# File systems allow a name 255 bytes.
_LONGEST_BYTES = 200


def disposition(
    title: str, ending: str, *, suffix: str = "", fallback: str = "event", attached: bool = True
) -> str:
    """A Content-Disposition (RFC 6266): a file that people recognise by its title, with what tells
    it apart (``suffix``, ASCII) behind. Letters of all scripts are kept in ``filename*``; programs
    that know only ``filename`` get the nearest ASCII, or ``fallback``. ``attached`` says to save it
    rather than to open it."""
    full = unicodedata.normalize("NFC", title)
    full = _joined(c if c.isalnum() or unicodedata.category(c)[0] == "M" else "_" for c in full)
    full = full.encode()[: _LONGEST_BYTES - len(suffix)].decode(errors="ignore")
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    plain = _joined(c if c.isalnum() else "_" for c in plain)[:_LONGEST]
    names = [
        "_".join(part for part in (name.strip("_") or fallback, suffix) if part) + ending
        for name in (plain, full)
    ]
    said = f'{"attachment" if attached else "inline"}; filename="{names[0]}"'
    return said if names[1] == names[0] else f"{said}; filename*=UTF-8''{quote(names[1], safe='')}"


def _joined(characters: Iterable[str]) -> str:
    return re.sub("_+", "_", "".join(characters))


def csv_download(lines: Iterable[str], title: str) -> StreamingHttpResponse:
    """A CSV file named after ``title``, in UTF-8, for its reader's eyes only."""
    return StreamingHttpResponse(
        _marked(lines),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": disposition(title, ".csv", fallback="list"),
            "Cache-Control": "private, no-store",
        },
    )


def json_download(body: bytes, title: str) -> HttpResponse:
    """The same with a JSON file."""
    return HttpResponse(
        body,
        content_type="application/json",
        headers={
            "Content-Disposition": disposition(title, ".json", fallback="data"),
            "Cache-Control": "private, no-store",
        },
    )


def _marked(lines: Iterable[str]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK
    yield from lines
