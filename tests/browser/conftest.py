"""A real Chromium against the shipped server."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.server.process import Server, running_server

# The same browser without its window takes half as long.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]

Open = Callable[..., "Tab"]

# On a phone in the dark and on a desk in the light: the layout depends on the one, the colours on
# the other.
LOOKS = [(390, "dark"), (1280, "light")]
each_look = pytest.mark.parametrize(("width", "scheme"), LOOKS)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these tests are left out, saying so; in CI that is a failure."""
    if CHROMIUM or "CONVENE_TESTS_SKIP_NOTHING" in os.environ:
        return
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of the browser; each test makes its own events."""
    with running_server(tmp_path_factory.mktemp("browser")) as running:
        yield running


@pytest.fixture(scope="session")
def player() -> Iterator[Playwright]:
    """What launches browsers; there may be one at a time. It runs a loop in this thread from then
    on, which Django takes for asynchronous code, whatever test comes next."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(player: Playwright) -> Iterator[Browser]:
    """One browser; each test opens contexts of its own."""
    browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


# What passed is not told: that takes as long as looking.
_WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
}


def forbidden(page: Page, context: Any = None) -> list[Any]:
    """What WCAG 2.2 AA forbids of what the page shows, or of the part that ``context`` names: axe's
    violations, each with its ``id`` and ``nodes``."""
    found: list[Any] = Axe().run(page, context=context, options=_WCAG).response["violations"]
    return found


class Tab:
    """A page in a context of its own that remembers what went wrong and what it sent."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.referrers: list[str] = []
        self.hosts: set[str] = set()
        self.paths: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda problem: self.problems.append(str(problem)))
        self.page.on("request", self._sent)

    def go(self, path: str) -> Page:
        """Opens a path of the server, or a whole address."""
        self.page.goto(path if path.startswith("http") else self.server.url + path)
        return self.page

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _sent(self, request: Any) -> None:
        self.hosts.add(request.url.split("/")[2])
        self.paths.append(urlsplit(request.url).path)
        self.referrers.append(request.headers.get("referer", ""))


def choose(page: Page, answer: str) -> None:
    """Answers an event on its page: by its card, on a phone by the bar at the bottom."""
    bar = page.locator(".answer-bar .answer", has_text=answer)
    card = page.locator(".rsvp .answer", has_text=answer)
    (bar if bar.is_visible() else card).click()


def send_rsvp(page: Page) -> None:
    """Sends the RSVP form."""
    page.locator("form.rsvp button[type=submit]").click()


@pytest.fixture
def open_tab(chromium: Browser, server: Server) -> Iterator[Open]:
    """Opens a visitor: ``open_tab(width=390, color_scheme="dark", java_script_enabled=False)``."""
    with contextlib.ExitStack() as stack:

        def open_one(*, width: int = 1280, height: int = 900, **options: Any) -> Tab:
            context = chromium.new_context(viewport={"width": width, "height": height}, **options)
            stack.callback(context.close)
            return Tab(context, server)

        yield open_one


@pytest.fixture
def event(server: Server) -> dict[str, Any]:
    """A full event by the API: description, place, channel, guests, an announcement."""
    made = server.ask(
        "POST",
        "/api/v1/events",
        {
            "title": "Cedar Social: Cigar Night",
            "description": "Monthly hang at the **lounge**.\n\n- bring a friend\n- bring a light",
            "start_time": "2100-08-22T19:00:00",
            "end_time": "2100-08-22T21:30:00",
            "timezone": "America/Chicago",
            "location": "Cedar Social, Austin",
            "channel_name": "ATX Cigars",
            "max_attendees": 12,
            "tags": ["cigars", "social"],
        },
    ).json()
    path = f"/api/v1/events/{made['event']['id']}"
    for number in range(5):
        status = ("yes", "yes", "maybe", "no", "yes")[number]
        server.ask(
            "POST",
            f"{path}/rsvps",
            {"name": f"Guest {number}", "status": status, "pronouns": "they/them"},
        )
    server.ask("POST", f"{path}/messages", {"content": "Doors open early."}, made["admin_token"])
    result: dict[str, Any] = made | {"id": made["event"]["id"], "path": path}
    return result


@pytest.fixture
def shots() -> Path | None:
    """Where to leave screenshots, when SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")
    return Path(folder) if folder else None
