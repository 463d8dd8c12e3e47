"""Which form an answer takes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class WhateverIsAccepted(DefaultContentNegotiation):
    """Of several forms the one that ``Accept`` prefers. An address that has only one form, or none
    of those named, answers anyway, as RFC 9110 (12.5.1) allows: a client that asks for a calendar
    or a picture wants to read an error, too."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> Any:
        """The renderer and its media type. A header that cannot be read counts as none."""
        first, *others = renderers
        if others:
            with suppress(NotAcceptable, ValueError):
                return super().select_renderer(request, [first, *others], format_suffix)
        return first, first.media_type
