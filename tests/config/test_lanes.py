"""Which thread runs a request: what computes for long stands in nobody's way."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest

from config.lanes import MOST_WAITING, Crowded, Environ, Lanes, is_slow

UPLOAD = "multipart/form-data; boundary=x"


def environ(client: str = "192.0.2.1", **values: str) -> Environ:
    """A request from this client, an upload unless told otherwise."""
    said = {"REQUEST_METHOD": "POST", "PATH_INFO": "/e/1", "CONTENT_TYPE": UPLOAD}
    return {"REMOTE_ADDR": client, "wsgi.input": BytesIO(), **said, **values}


def in_lanes(scene: Callable[[Lanes], Awaitable[Any]]) -> Any:
    """Plays the scene with lanes of its own, and in a thread of its own: a browser that another
    test started keeps an event loop in this one."""
    lanes = Lanes()
    try:
        with ThreadPoolExecutor(max_workers=1) as stage:
            return stage.submit(lambda: asyncio.run(scene(lanes))).result()  # type: ignore[arg-type]
    finally:
        lanes.close()


@pytest.mark.parametrize(
    ("values", "slow"),
    [
        ({}, True),
        ({"CONTENT_TYPE": UPLOAD.upper()}, True),
        ({"REQUEST_METHOD": "GET"}, False),
        ({"CONTENT_TYPE": "application/json"}, False),
        ({"CONTENT_TYPE": ""}, False),
        ({"CONTENT_TYPE": "", "PATH_INFO": "/admin/login/"}, True),
        ({"REQUEST_METHOD": "GET", "PATH_INFO": "/admin/login/"}, False),
        ({"REQUEST_METHOD": "GET", "PATH_INFO": "/share/x/y.png"}, True),
    ],
)
def test_what_is_slow(values: dict[str, str], slow: bool) -> None:
    assert is_slow(environ(**values)) is slow


def test_a_request_without_a_type_is_not_slow() -> None:
    said = environ()
    del said["CONTENT_TYPE"]
    assert is_slow(said) is False


def test_others_go_past_a_slow_one() -> None:
    async def scene(lanes: Lanes) -> list[str]:
        go = threading.Event()
        slow = asyncio.ensure_future(lanes.run(environ(), go.wait))
        try:
            quick = await lanes.run(environ(REQUEST_METHOD="GET"), lambda: "answered")
        finally:
            go.set()
        await slow
        return [quick]

    assert in_lanes(scene) == ["answered"]


def test_who_comes_while_others_are_taken_up_is_not_left() -> None:
    """Between the look at how many wait and the taking."""

    async def scene(lanes: Lanes) -> list[str]:
        get, loop = environ(REQUEST_METHOD="GET"), asyncio.get_running_loop()
        late: list[Any] = []
        came = threading.Event()

        class Queue(deque[Any]):
            def append(self, request: Any) -> None:
                super().append(request)
                if late:
                    came.set()

            def popleft(self) -> Any:
                if not late:
                    late.append(None)
                    coming = lanes.run(get, lambda: "late")
                    late[0] = asyncio.run_coroutine_threadsafe(coming, loop)
                    assert came.wait(60)
                return super().popleft()

        lanes._queue = Queue()
        first = await lanes.run(get, lambda: "first")
        return [first, await asyncio.wait_for(asyncio.wrap_future(late[0]), 60)]

    assert in_lanes(scene) == ["first", "late"]


def test_clients_take_turns() -> None:
    """Somebody who sends three stands in front of nobody with the second and third."""
    done: list[str] = []

    async def scene(lanes: Lanes) -> None:
        senders = ["one", "one", "one", "two", "three"]
        await asyncio.gather(*(lanes.run(environ(who), done.append, who) for who in senders))

    in_lanes(scene)
    assert done[:3] == ["one", "two", "three"]
    assert sorted(done) == ["one", "one", "one", "three", "two"]


def test_a_client_may_not_queue_without_end() -> None:
    async def scene(lanes: Lanes) -> tuple[list[Any], Any, Any]:
        go = threading.Event()
        queued = [asyncio.ensure_future(lanes.run(environ(), go.wait)) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0)
        try:
            with pytest.raises(Crowded):
                await lanes.run(environ(), go.wait)
            other = asyncio.ensure_future(lanes.run(environ("192.0.2.2"), go.wait))
        finally:
            go.set()
        answers = await asyncio.gather(*queued)
        return answers, await other, await lanes.run(environ(), lambda: "again")

    assert in_lanes(scene) == ([True] * MOST_WAITING, True, "again")


def test_a_failure_frees_the_turn() -> None:
    async def scene(lanes: Lanes) -> Any:
        with pytest.raises(ZeroDivisionError):
            await lanes.run(environ(), lambda: 1 // 0)
        return await lanes.run(environ(), lambda: "again")

    assert in_lanes(scene) == "again"
