"""What clients were told: every write that was acknowledged, and those whose answer never came."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

# A row as clients know it; None when it is gone.
State = dict[str, Any] | None


@dataclass
class Journal:
    """One thread changes one row at a time; ``states`` holds each row as it was acknowledged,
    ``unanswered`` as it would be had the last request to it been carried out. ``begun`` are the
    names of rows whose making was never answered. ``faults`` are answers that should not be."""

    states: dict[str, State] = field(default_factory=dict)
    unanswered: dict[str, State] = field(default_factory=dict)
    begun: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def acknowledge(self, row: str, state: State) -> None:
        """The server said that this is how the row is now."""
        with self._changed:
            self.states[row] = state
            self.acknowledged += 1
            self._changed.notify_all()

    def fault(self, said: str) -> None:
        """An answer that no request may meet."""
        with self._changed:
            self.faults.append(said)
            self._changed.notify_all()

    def wait_for(self, writes: int, seconds: float) -> None:
        """Until so many writes are acknowledged, or something is at fault, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.faults or self.acknowledged >= writes, seconds)

    def allowed(self, row: str) -> list[State]:
        """The states that the row may be in."""
        allowed = [self.states[row]]
        return [*allowed, self.unanswered[row]] if row in self.unanswered else allowed

    def settle(self, found: dict[str, State]) -> int:
        """Goes on from what was found, so that nothing is in doubt any more; how many rows."""
        self.states = {row: found.get(row) for row in (*self.states, *found)}
        self.unanswered.clear()
        self.begun.clear()
        self.faults.clear()
        return len(found)
