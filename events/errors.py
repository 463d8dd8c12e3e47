"""Refusals of the events app."""

from __future__ import annotations

from config.errors import Conflict


class IsCancelled(Conflict):
    """A whole event was written back that has been cancelled since it was read."""

    code = "is_cancelled"
