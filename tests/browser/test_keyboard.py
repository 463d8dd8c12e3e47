"""Making an event, answering it, letting guests in and writing to them, by keys alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, Tab
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

# Says what is wrong with where the focus is: nothing frames it, or it is under something else.
_FOCUS = """(wanted) => {
  const focus = document.activeElement;
  const there = focus.matches(wanted);
  if (focus === document.body) return [there, ""];
  let ring = focus;
  while (ring && getComputedStyle(ring).outlineStyle === "none") ring = ring.parentElement;
  const said = focus.outerHTML.slice(0, 90);
  if (!ring) return [there, `nothing frames ${said}`];
  const box = ring.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const over = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const seen = right > left && bottom > top && (ring.contains(over) || over.contains(ring));
  return [there, seen ? "" : `${said} is hidden`];
}"""


class Keys:
    """Somebody without a mouse, who wants to see where they are at each step."""

    def __init__(self, tab: Tab) -> None:
        self.page = tab.page
        self.go = tab.go
        self.unseen: list[str] = []

    def to(self, selector: str, *then: str) -> None:
        """Tab until the focus is on what this selects, and what is pressed there."""
        self.page.wait_for_load_state()  # Before, the page's scripts hear no key.
        for _ in range(90):
            self.page.keyboard.press("Tab")
            there, problem = self.page.evaluate(_FOCUS, selector)
            self.unseen += [problem] if problem else []
            if there:
                break
        assert there, f"never came to {selector}"
        for key in then:
            self.page.keyboard.press(key)

    def write(self, selector: str, text: str) -> None:
        """Tab to a field, and type."""
        self.to(selector)
        self.page.keyboard.type(text)

    def has(self, selector: str) -> bool:
        """Whether the focus is there."""
        focused: bool = self.page.evaluate("(is) => document.activeElement.matches(is)", selector)
        return focused


def test_everything_is_done_by_keys(open_tab: Open, server: Server) -> None:
    """The focus is always to be seen, under no bar, and comes back from a menu; after an act it is
    where one goes on."""
    host = Keys(open_tab(reduced_motion="reduce"))
    page = host.go("/")
    host.to(".skip-link", "Enter", "Tab")
    assert host.page.evaluate("document.activeElement.closest('main') !== null")
    page = host.go("/new")
    host.write("[name=title]", "Garden party")
    host.write("[name=start_time_day]", "06012100")
    host.write("[name=start_time_at]", "0600PM")
    host.to(".zone > summary", "Enter")
    host.write("[name=timezone]", "Europe/Berlin")
    host.write("[name=location]", "Behind the house")
    host.to(".options-fold > summary", "Enter")
    host.write("[name=capacity]", "9")
    host.to("[name=approval_required]", "Space")
    host.to(".make-send button", "Enter")
    expect(page).to_have_url(re.compile(r"/e/[0-9a-f-]{36}/admin$"))
    made = page.url.removesuffix("/admin")

    guest = Keys(open_tab(width=390, height=844, reduced_motion="reduce"))
    page = guest.go(made)
    guest.to("[name=attendance]", "Space")
    guest.write("[name=name]", "Sky")
    guest.to("[name=guest_count]", "ArrowUp", "ArrowUp")
    guest.to(".more-fields > summary", "Enter")
    guest.write("[name=note]", "No nuts, please.")
    guest.to("form.rsvp button[type=submit]", "Enter")
    expect(page).to_have_url(f"{made}/rsvp")
    guest.to("details.menu .answer", "Enter", "Tab")
    assert guest.has(".menu-list a")
    page.keyboard.press("Escape")
    assert guest.has("details.menu:not([open]) > summary")
    answer: dict[str, Any] = {"name": "Ana", "status": "yes"}
    assert server.ask("POST", f"/api/v1{_path(made)}/rsvps", answer).status == 201

    page = host.go(f"{made}/admin?approval=pending")
    host.to("[name=guest]", "Space")
    host.to(".to-selected", "Enter")
    host.to("#bulk [value=approve]", "Enter")
    expect(page.get_by_text("Approved 1 guest.")).to_be_visible()
    host.to(".guest-approve", "Enter")
    expect(page.get_by_text("Ana is approved.")).to_be_visible()
    host.to(".tab[href$='/messages']", "Enter")
    expect(page).to_have_url(f"{made}/admin/messages")
    host.write("[name=content]", "Doors open early.")
    host.to(".write-acts .button-primary", "Enter")
    expect(page.get_by_role("region", name="Sent")).to_contain_text("Doors open early.")
    host.to(".organized-ways a[href$='/door']", "Enter")
    expect(page.get_by_label("Ticket code")).to_be_focused()
    host.write(".door-guests [name=q]", "sky")
    expect(page.locator(".door-admit button").first).to_be_visible()
    host.to(".door-admit button", "Enter")
    expect(page.locator("#result")).to_contain_text("Welcome, Sky")
    expect(page.locator("#found .row")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#result")).to_be_empty()
    expect(page.get_by_label("Ticket code")).to_be_focused()
    assert "\n".join(host.unseen + guest.unseen) == ""


def _path(made: str) -> str:
    """The event's path in the API, from the address of its page."""
    return f"/events/{made.rsplit('/', 1)[1]}"
