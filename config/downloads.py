"""Files that are written while they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

# Excel reads UTF-8 only behind this mark.
_BYTE_ORDER_MARK = "\ufeff"
_LONGEST = 80


def csv_download(lines: Iterable[str], title: str) -> StreamingHttpResponse:
    """A CSV file named after ``title``, in UTF-8, for its reader's eyes only."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", title).strip("_")[:_LONGEST].strip("_") or "list"
    return StreamingHttpResponse(
        _marked(lines),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Cache-Control": "private, no-store",
        },
    )


def _marked(lines: Iterable[str]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK
    yield from lines
