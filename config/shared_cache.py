"""Redis as a cache that may be away: nothing is kept meanwhile, and nobody waits for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis import RedisError

Found = TypeVar("Found")

_log = logging.getLogger("convene.cache")
# A page may ask twenty times: after one failure nobody asks for a while.
_LEFT_ALONE = 5.0


class SharedCache(RedisCache):
    """What the site uses of a cache, without its errors: while Redis is away every key is missing
    and nothing can be set."""

    _back_at = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default``."""
        return self._asked(lambda: super(SharedCache, self).get(key, default, version), default)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Sets it if that can be done."""
        self._asked(lambda: super(SharedCache, self).set(key, value, timeout, version), None)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Those of the keys that are there."""
        return self._asked(lambda: super(SharedCache, self).get_many(keys, version), {})

    def set_many(
        self, data: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        """Sets them if that can be done; the keys that could not be."""
        return self._asked(
            lambda: super(SharedCache, self).set_many(data, timeout, version), list(data)
        )

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Whether the key was free and is set now."""
        return self._asked(
            lambda: super(SharedCache, self).add(key, value, timeout, version), False
        )

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """The new number. Raises ValueError for a key that is missing."""
        number = self._asked(lambda: super(SharedCache, self).incr(key, delta, version), None)
        if number is None:
            raise ValueError(f"{key} is out of reach")
        return number

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Whether the key was there and is gone now."""
        return self._asked(lambda: super(SharedCache, self).delete(key, version), False)

    def _asked(self, ask: Callable[[], Found], instead: Found) -> Found:
        if monotonic() < SharedCache._back_at:
            return instead
        try:
            return ask()
        except RedisError as problem:
            SharedCache._back_at = monotonic() + _LEFT_ALONE
            _log.warning("The cache is away: %s", problem)
            return instead
