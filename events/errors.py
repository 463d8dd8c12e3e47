"""Refusals of the events app."""

from __future__ import annotations

from config.errors import Conflict, NotAllowed


class IsCancelled(Conflict):
    """A whole event was written back that has been cancelled since it was read."""

    code = "is_cancelled"


class OpenEventsOff(NotAllowed):
    """This instance takes events of accounts and organisations alone."""

    code = "open_events_off"


class TakenDown(NotAllowed):
    """The operator took the event down: nothing is to bring it back but the operator."""

    code = "taken_down"
