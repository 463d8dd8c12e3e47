"""How often something may happen: rates like ``120/hour``, counted in the cache.

A window begins with its first count and ends for good. One key holds the window's start and the
count, so that counting is one atomic ``incr``: a list of moments, read, changed and written back,
loses counts where several workers write at once, and grows with the rate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from time import time
from typing import Any, NamedTuple

from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

_RATE = re.compile(r"(\d+)/(\d*)([smhd])[a-z]*")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# The stored number: start * _ROOM + _NONE + count. What is given back late may go below none.
_ROOM = 2**20
_NONE = _ROOM // 2


class Rate(NamedTuple):
    """At most ``most`` in ``seconds``."""

    most: int
    seconds: int


class Quota(NamedTuple):
    """How one caller stands after a count: ``used`` of ``rate``, all of it free again in ``reset``
    seconds."""

    name: str
    rate: Rate
    used: int
    reset: int

    @property
    def spent(self) -> bool:
        """Whether the last count was one too many."""
        return self.used > self.rate.most

    @property
    def headers(self) -> dict[str, str]:
        """RateLimit and RateLimit-Policy, as draft-ietf-httpapi-ratelimit-headers spells them."""
        left = max(self.rate.most - self.used, 0)
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.rate.most};w={self.rate.seconds}',
            "RateLimit": f'"{self.name}";r={left};t={self.reset}',
        }


@lru_cache
def rate(text: str) -> Rate:
    """The rate that ``120/hour`` or ``10/15minutes`` spells. Raises ValueError."""
    match = _RATE.fullmatch(text)
    if match is None or match[2] == "0":
        raise ValueError(f"{text!r} is not a rate like 120/hour or 10/15minutes")
    return Rate(int(match[1]), int(match[2] or 1) * _SECONDS[match[3]])


def ensure_rates(settings: Mapping[str, Any]) -> None:
    """Reads every setting THROTTLE_*. Raises ImproperlyConfigured naming the one that spells no
    rate."""
    for name, text in settings.items():
        if name.startswith("THROTTLE_"):
            try:
                rate(text)
            except ValueError as problem:
                raise ImproperlyConfigured(f"{name}: {problem}.") from None


def count(name: str, whose: str, allowed: Rate, times: int = 1) -> Quota | None:
    """Counts once, or ``times``, for ``whose``, under ``name``. None when nothing can be counted
    because the cache is away: then nobody is held up."""
    now = int(time())
    stored = _counted(stored_under(name, whose), now, allowed.seconds, times)
    if stored is None:
        return None
    start, used = divmod(stored, _ROOM)
    return Quota(name, allowed, used - _NONE, max(start + allowed.seconds - now, 1))


def give_back(name: str, whose: str) -> None:
    """Takes one count back."""
    try:
        cache.decr(stored_under(name, whose))
    except ValueError:  # the window is over
        return


def forget(name: str, whose: str) -> None:
    """Begins anew."""
    cache.delete(stored_under(name, whose))


def stored_under(name: str, whose: str) -> str:
    """The cache's key: short, of plain characters, without the address or account itself."""
    return f"{name}:{blake2b(whose.encode(), digest_size=16).hexdigest()}"


def _counted(key: str, now: int, seconds: int, times: int) -> int | None:
    first = now * _ROOM + _NONE + times
    try:
        stored: int = cache.incr(key, times)
    except ValueError:
        if cache.add(key, first, seconds):
            return first
        try:  # another worker was first
            stored = cache.incr(key, times)
        except ValueError:
            return None
    if stored // _ROOM + seconds > now:
        return stored
    # Redis let it expire between looking for it and counting, which left a key without an end.
    cache.set(key, first, seconds)
    return first
