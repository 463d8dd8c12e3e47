"""From making an event to seeing its guests, as people do it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, choose, send_rsvp
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


def fill_in_event(page: Page, title: str) -> None:
    """What a new event needs, on a day far away."""
    page.locator("[name=title]").fill(title)
    page.locator("[name=start_time_day]").fill("2100-06-01")
    page.locator("[name=start_time_at]").fill("18:00")
    page.locator(".zone > summary").click()
    page.get_by_label("Time zone").select_option("Europe/Berlin")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_event_is_made_answered_and_seen(open_tab: Open, server: Server, scripts: bool) -> None:
    """The whole way in two browsers, on a phone and a desk, with and without JavaScript; no key is
    sent as a Referer, nothing is asked of another host, and nothing is said on the console."""
    host = open_tab(java_script_enabled=scripts)
    page = host.go("/")
    page.get_by_role("link", name="Make an event").first.click()
    fill_in_event(page, "Garden party")
    page.get_by_label("Location", exact=True).fill("Behind the house")
    page.get_by_role("button", name="Make it").click()
    expect(page).to_have_url(re.compile(r"/e/[0-9a-f-]{36}/admin$"))
    event = page.url.removesuffix("/admin")

    guest = open_tab(width=390, height=844, java_script_enabled=scripts)
    page = guest.go(event)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Garden party"))
    expect(page.get_by_text("Behind the house").first).to_be_visible()
    choose(page, "Going")
    page.get_by_label("Your name").fill("Sky")
    send_rsvp(page)
    expect(page).to_have_url(f"{event}/rsvp")
    expect(page.get_by_role("main")).to_contain_text(re.compile("going", re.I))

    page = host.go(f"{event}/admin")
    expect(page.get_by_role("main")).to_contain_text("Sky")
    for tab in (host, guest):
        tab.page.get_by_role("banner").get_by_role("link").first.click()
        assert tab.problems == []
        assert {re.sub(r"\d+$", "", each) for each in tab.hosts} == {"127.0.0.1:"}
        assert [each for each in tab.referrers if "cvo_" in each or "cvr_" in each] == []


def test_a_link_is_exchanged_for_a_clean_address(open_tab: Open, event: dict[str, str]) -> None:
    """The token leaves the address bar at once, and no later request carries it as Referer."""
    tab = open_tab()
    page = tab.go(event["links"]["admin"])  # type: ignore[index]
    expect(page).to_have_url(re.compile(r"/e/[0-9a-f-]{36}/admin$"))
    page.reload()
    page.get_by_role("banner").get_by_role("link").first.click()
    assert [each for each in tab.referrers if "cvo_" in each] == []
    (cookie,) = [each for each in tab.context.cookies() if each["name"] == "convene_owner"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    assert cookie["path"] == f"/e/{event['id']}"


def test_a_refused_form_keeps_what_was_typed(open_tab: Open) -> None:
    """Ending before it starts: the reason stands beside the field, and nothing is lost."""
    page = open_tab(java_script_enabled=False).go("/new")
    fill_in_event(page, "Backwards")
    page.locator("[name=end_time_at]").fill("18:00")
    page.get_by_role("button", name="Make it").click()
    ends = page.locator("[name=end_time_at]")
    expect(ends).to_have_attribute("aria-invalid", "true")
    expect(ends).to_have_value("18:00")
    expect(page.locator("[name=title]")).to_have_value("Backwards")
    expect(page.get_by_text("The event must end after it starts.").first).to_be_visible()


def test_times_stand_in_the_events_zone_and_the_readers(
    open_tab: Open, event: dict[str, str]
) -> None:
    """A reader elsewhere sees their own time beside the event's."""
    page = open_tab(timezone_id="Asia/Tokyo").go(f"/e/{event['id']}")
    when = page.get_by_role("main")
    expect(when).to_contain_text("19:00")
    expect(when).to_contain_text(re.compile("Your time: .*9:00"))
    page = open_tab(timezone_id="America/Chicago").go(f"/e/{event['id']}")
    expect(page.get_by_role("main")).to_contain_text("19:00")
    expect(page.get_by_role("main")).not_to_contain_text("your time", ignore_case=True)
