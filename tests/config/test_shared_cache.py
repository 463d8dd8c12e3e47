"""A Redis that is away holds nobody up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches

from config.rates import Rate, count
from config.shared_cache import SharedCache
from tests.conftest import Api
from tests.makers import make_event


@pytest.fixture
def _away(settings: Any) -> Iterator[None]:
    """The site's cache is a Redis behind a port where nobody listens."""
    SharedCache._back_at = 0.0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.CACHES = {
            "default": {
                "BACKEND": "config.shared_cache.SharedCache",
                "LOCATION": f"redis://127.0.0.1:{taken.getsockname()[1]}/0",
                "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
            }
        }
        yield
    SharedCache._back_at = 0.0


@pytest.mark.usefixtures("_away")
class TestAway:
    def test_keys_are_missing_and_nothing_is_set(self) -> None:
        cache = caches["default"]
        for _ in range(2):
            assert cache.get("a", "nothing") == "nothing"
            assert cache.add("a", 1) is False
            assert cache.set("a", 1) is None
            assert cache.delete("a") is False
            with pytest.raises(ValueError, match="out of reach"):
                cache.incr("a")

    def test_it_is_left_alone_for_a_while(self, caplog: pytest.LogCaptureFixture) -> None:
        """Asked twenty times, it is waited for once."""
        for _ in range(20):
            caches["default"].get("a")
        assert [record.name for record in caplog.records] == ["convene.cache"]

    def test_nothing_is_counted(self) -> None:
        assert count("a", "x", Rate(1, 60)) is None

    def test_writes_and_pages_go_on(self, api: Api, settings: Any) -> None:
        settings.THROTTLE, settings.THROTTLE_WRITES = True, "1/hour"
        event = make_event()
        answer = {"name": "Sky", "status": "yes"}
        for _ in range(2):
            made = api.post(f"{event.path}/rsvps", answer)
            assert (made.status_code, "RateLimit" in made) == (201, False)
        assert api.get(f"/e/{event.id}").status_code == 200
        assert api.get("/").status_code == 200
