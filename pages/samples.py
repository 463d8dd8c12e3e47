"""Art for pages without an event: the front page before the first one, lost links, errors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

_DAY, _NIGHT = (datetime(2027, 6, 5, hour, tzinfo=UTC) for hour in (11, 21))


class Sample(NamedTuple):
    """Something to draw: the id decides palette and motif, the start day or night."""

    id: UUID
    start_time: datetime
    timezone: str = "UTC"


def _sample(number: int, start: datetime) -> Sample:
    return Sample(UUID(int=number), start)


SAMPLES = {
    "hills": _sample(43, _DAY),
    "moon": _sample(88, _NIGHT),
    "flowers": _sample(120, _DAY),
    "lanterns": _sample(2, _NIGHT),
    "waves": _sample(142, _DAY),
}
