"""My events in a real browser: kept on the way of a form, listed, forgotten; nobody plants any."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, Tab, choose, send_rsvp
from tests.browser.test_journey import fill_in_event
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


def kept(tab: Tab) -> list[Any]:
    """The cookies of My events that the browser holds."""
    names = ("convene_device", "convene_keeper")
    return [each for each in tab.context.cookies() if each["name"] in names]


def answer(tab: Tab, event: str) -> None:
    page = tab.go(event)
    choose(page, "Going")
    page.get_by_label("Your name").fill("Sky")
    send_rsvp(page)
    expect(page).to_have_url(re.compile(rf"{urlsplit(event).path}/rsvp$"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_is_made_and_answered_is_kept_and_forgotten(
    open_tab: Open, event: dict[str, Any], scripts: bool
) -> None:
    """On a narrow phone. The key reaches these pages alone, and no script."""
    tab = open_tab(width=320, height=700, java_script_enabled=scripts)
    page = tab.go("/mine")
    expect(page.get_by_role("main")).to_contain_text("Nothing here yet")
    page.get_by_role("main").get_by_role("link", name="Make an event").click()
    fill_in_event(page, "Lantern walk")
    page.get_by_role("button", name="Make it").click()
    expect(page).to_have_url(re.compile(r"/e/[0-9a-f-]{36}/admin$"))
    expect(page.get_by_role("status").first).to_contain_text("Your event is live")
    answer(tab, event["links"]["public"])
    (device,) = kept(tab)
    assert (device["path"], device["httpOnly"], device["sameSite"]) == ("/mine", True, "Lax")

    page = tab.go("/mine")
    upcoming = page.get_by_role("region", name="Coming up")
    expect(upcoming.get_by_role("listitem")).to_have_count(2)
    expect(upcoming).to_contain_text("You host")
    expect(upcoming).to_contain_text("Cedar Social: Cigar Night")
    if scripts:
        assert "convene_device" not in page.evaluate("document.cookie")
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert page.evaluate(fits)
    upcoming.get_by_role("link", name="Lantern walk").click()
    expect(page).to_have_url(re.compile(r"/e/[0-9a-f-]{36}/admin$"))

    page = tab.go("/mine")
    upcoming = page.get_by_role("region", name="Coming up")
    upcoming.get_by_label("More for Lantern walk").click()
    upcoming.get_by_role("button", name="Take it off this list").click()
    expect(upcoming.get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Forget this device").click()
    expect(page.get_by_role("main")).to_contain_text("Nothing here yet")
    assert kept(tab) == []
    assert tab.problems == []
    assert [each for each in tab.referrers if "cvk_" in each or "cvf_" in each] == []


def test_a_link_that_somebody_sends_plants_nothing(
    open_tab: Open, server: Server, event: dict[str, Any]
) -> None:
    """The address that an answer passed by keeps nothing for somebody else who opens it at once."""
    sender = open_tab()
    answer(sender, event["links"]["public"])
    (way,) = [path for path in sender.paths if path.startswith("/mine/keep/")]
    victim = open_tab()
    page = victim.go(way)
    expect(page).to_have_url(f"{server.url}{urlsplit(event['links']['public']).path}")
    assert kept(victim) == []
    expect(victim.go("/mine").get_by_role("main")).to_contain_text("Nothing here yet")
