"""A button pressed again because nothing happened."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Open, choose
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.once]
TAPS = 3


class SlowLine:
    """Carries every POST to the server and holds all answers back until the last one is there. Only
    the last request still waits for its own: each tap ends the one before."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Any] = []
        self._routes: list[Route] = []
        page.route("**/e/*", self._carry)

    def _carry(self, route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        self.answers.append(route.fetch(max_redirects=0))
        self._routes.append(route)
        if len(self.answers) == TAPS:
            for each, answer in zip(self._routes, self.answers, strict=True):
                each.fulfill(response=answer)


@pytest.mark.parametrize("scripts", [True, False])
def test_three_taps_make_one_rsvp(
    open_tab: Open, server: Server, event: dict[str, Any], scripts: bool
) -> None:
    """The browser ends on the guest's own page, with scripts and without."""
    tab = open_tab(width=390, java_script_enabled=scripts)
    page = tab.go(f"/e/{event['id']}")
    choose(page, "Going")
    page.get_by_label("Your name").fill("Tappy")
    button = page.locator("form[method=post] button[type=submit]")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    line = SlowLine(page)
    for _ in range(TAPS):
        with page.expect_request(lambda request: request.method == "POST"):
            page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**/e/{event['id']}/rsvp")
    expect(page.get_by_role("heading", level=1)).to_have_text("You’re in, Tappy.")
    assert page.get_by_label("Your name").input_value() == "Tappy"
    assert [answer.status for answer in line.answers] == [303] * TAPS
    replayed = [answer.headers.get("idempotency-replayed") for answer in line.answers]
    assert sorted(map(str, replayed)) == ["None", *["true"] * (TAPS - 1)]
    guests = server.ask("GET", f"{event['path']}/rsvps?q=Tappy", token=event["admin_token"]).json()
    assert [rsvp["name"] for rsvp in guests["rsvps"]] == ["Tappy"]


def test_a_button_says_that_it_works(open_tab: Open, event: dict[str, Any]) -> None:
    """Until the browser brings the page back, as it may, the way it was left."""
    page = open_tab().go(f"/e/{event['id']}")
    page.route("**/e/*", lambda route: route.fulfill(status=204))  # it stays where it is
    choose(page, "Can’t go")
    page.get_by_label("Your name").fill("Tappy")
    button = page.locator("form[method=post] button[type=submit]")
    button.click()
    expect(button).to_have_text("Working…")
    expect(button).to_have_attribute("aria-busy", "true")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(button).to_have_text(re.compile("RSVP"))
    assert button.get_attribute("aria-busy") is None
