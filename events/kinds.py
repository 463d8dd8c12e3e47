"""Kinds that only fields of events, tickets and streams have; see config/cleaners.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from iso4217 import Currency as Iso4217

from config.cleaners import WebAddress
from config.errors import Invalid, flaw
from events import limits

# Debian's zone files hold them, and another machine's may not.
_NO_PLACES = {"localtime", "Factory"}


@dataclass(frozen=True, slots=True)
class Zone:
    """An IANA time zone, or an empty text where none is chosen."""

    limit = limits.TIMEZONE

    def clean(self, field: str, value: Any) -> str:
        """The zone's name."""
        if value and (not isinstance(value, str) or value not in zone_names()):
            raise Invalid({field: "bad_zone"})
        return value or ""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency by its ISO 4217 code."""

    limit = 3

    def clean(self, field: str, value: Any) -> str:
        """The code in upper case."""
        if not isinstance(value, str) or not is_currency(value.strip().upper()):
            raise Invalid({field: "not_a_currency"})
        return value.strip().upper()


@dataclass(frozen=True, slots=True)
class Recordings:
    """A list of {"url", "thumbnail_url"}; a thumbnail may be missing."""

    most = limits.RECORDINGS

    def clean(self, field: str, value: Any) -> list[dict[str, str]]:
        """The recordings, each with both keys."""
        if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
            raise Invalid({field: "not_recordings"})
        if len(value) > self.most:
            raise Invalid({field: flaw("too_many", most=self.most)})
        url, thumbnail = WebAddress(limits.URL, required=True), WebAddress(limits.URL)
        return [
            {
                "url": url.clean(f"{field}.{number}.url", entry.get("url")),
                "thumbnail_url": thumbnail.clean(
                    f"{field}.{number}.thumbnail_url", entry.get("thumbnail_url") or ""
                ),
            }
            for number, entry in enumerate(value)
        ]


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours before the start, like [24, 1]; empty for none."""

    most = limits.REMINDERS
    highest = limits.REMINDER_HOURS

    def clean(self, field: str, value: Any) -> list[int]:
        """The hours, each once, the earliest moment first."""
        if not isinstance(value, list) or not all(type(entry) is int for entry in value):
            raise Invalid({field: "not_hours"})
        if not all(1 <= entry <= self.highest for entry in value):
            raise Invalid({field: flaw("not_between", lowest=1, highest=self.highest)})
        distinct = sorted(set(value), reverse=True)
        if len(distinct) > self.most:
            raise Invalid({field: flaw("too_many", most=self.most)})
        return distinct


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA time zone this machine knows, but for names that are no place."""
    return frozenset(available_timezones()) - _NO_PLACES


def is_currency(code: str) -> bool:
    """Whether ``code`` is money by ISO 4217: current, and with a smallest unit."""
    return exponent_of(code) is not None


def exponent_of(code: str) -> int | None:
    """How many decimals the currency has: 2 for EUR, 0 for JPY; None when it is not money."""
    try:
        exponent: int | None = Iso4217(code).exponent
    except ValueError:
        return None
    return exponent
