"""The organizer's pages under a thumb: how few taps, and that nothing is lost on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, forbidden
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture
def requests(server: Server) -> dict[str, Any]:
    """An event with twenty requests, and the address of its organizer's page."""
    made = server.ask(
        "POST",
        "/api/v1/events",
        {
            "title": "Winter street festival",
            "start_time": "2100-12-01T19:00:00",
            "timezone": "Europe/Berlin",
            "max_attendees": 350,
            "admin_approval_required": True,
        },
    ).json()
    path = f"/api/v1/events/{made['event']['id']}"
    for number in range(20):
        sent = {"name": f"Guest {number:02}", "status": "yes", "guest_count": number % 3}
        assert server.ask("POST", f"{path}/rsvps", sent).status == 201
    result: dict[str, Any] = made | {"path": path, "at": f"/e/{made['event']['id']}/admin"}
    return result


class Thumb:
    """Taps, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def tap(self, role: Any, name: str | re.Pattern[str]) -> None:
        """A tap on what has this role and name, which has to be in reach of a thumb."""
        target = self.page.get_by_role(role, name=name).first
        box = target.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44
        target.click()
        self.taps += 1


def _open(open_tab: Open, made: dict[str, Any], **options: Any) -> Any:
    tab = open_tab(width=390, height=844, **options)
    tab.go(made["links"]["admin"])
    return tab


def _waiting(server: Server, made: dict[str, Any]) -> int:
    answer = server.ask("GET", f"{made['path']}/rsvps", token=made["admin_token"]).json()
    return sum(each["approval_status"] == "pending" for each in answer["rsvps"])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_twenty_requests_are_approved_in_five_taps(
    open_tab: Open, server: Server, requests: dict[str, Any], scripts: bool
) -> None:
    """All of them at once, in two."""
    tab = _open(open_tab, requests, java_script_enabled=scripts)
    thumb = Thumb(tab.page)
    thumb.tap("link", re.compile("Waiting"))
    thumb.tap("button", "Approve all 20")
    expect(tab.page.get_by_text("Approved 20 guests.")).to_be_visible()
    assert thumb.taps <= 5
    assert _waiting(server, requests) == 0
    assert tab.problems == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_announcement_takes_two_taps(
    open_tab: Open, server: Server, requests: dict[str, Any], scripts: bool
) -> None:
    """One to the tab, one to send; one stays there."""
    tab = _open(open_tab, requests, java_script_enabled=scripts)
    thumb = Thumb(tab.page)
    thumb.tap("link", "Messages")
    tab.page.get_by_label("Message", exact=True).fill("Doors open **early**.")
    thumb.tap("button", re.compile("^Send to"))
    assert thumb.taps <= 2
    expect(tab.page).to_have_url(re.compile("/admin/messages$"))
    expect(tab.page.get_by_role("region", name="Sent").locator("strong")).to_have_text("early")
    said = server.ask("GET", f"{requests['path']}/messages").json()["messages"]
    assert [each["content"] for each in said] == ["Doors open **early**."]
    assert tab.problems == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_some_are_selected_by_keyboard(
    open_tab: Open, server: Server, requests: dict[str, Any], scripts: bool
) -> None:
    """The bar is there once somebody is selected, and only then."""
    tab = open_tab(width=1280, height=900, java_script_enabled=scripts)
    tab.go(requests["links"]["admin"])
    page = tab.go(f"{requests['at']}?approval=pending")
    bar = page.get_by_role("form", name="Selected guests")
    expect(bar).to_be_hidden()
    for number in range(3):
        page.get_by_role("checkbox", name=f"Select Guest {number:02}").focus()
        page.keyboard.press("Space")
    expect(bar).to_be_visible()
    if scripts:
        expect(bar).to_contain_text("3 selected, 6 people. 344 of 350 spots left.")
    bar.get_by_role("button", name=re.compile("^Approve")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Approved 3 guests.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?approval=pending$"))
    assert _waiting(server, requests) == 17
    assert tab.problems == []


def test_the_list_stays_where_it_was(open_tab: Open, requests: dict[str, Any]) -> None:
    """Filter and scroll, after one of the last is approved."""
    tab = _open(open_tab, requests)
    page = tab.go(f"{requests['at']}?approval=pending")
    page.evaluate("window.scrollTo(0, 500)")
    page.get_by_role("button", name="Approve Guest 06").click()
    expect(page.get_by_text("Guest 06 is approved.")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"\?approval=pending"))
    page.wait_for_load_state()
    settled = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    after = page.evaluate(f"{settled}.then(() => window.scrollY)")
    assert abs(after - 500) < 3
    assert page.get_by_role("listitem").filter(has_text="Guest 06").count() == 0


def test_without_a_script_the_next_guest_is_shown(open_tab: Open, requests: dict[str, Any]) -> None:
    """By the fragment, in the list that was."""
    tab = _open(open_tab, requests, java_script_enabled=False)
    page = tab.go(f"{requests['at']}?approval=pending")
    page.get_by_role("button", name="Approve Guest 15").click()
    expect(page.get_by_role("link", name="Guest 16")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"\?approval=pending&open=[0-9a-f-]{36}#guest-"))


def test_the_list_is_searched_while_typing(open_tab: Open, requests: dict[str, Any]) -> None:
    """The address follows, and what is done next is done to what is found."""
    tab = _open(open_tab, requests)
    page = tab.go(f"{requests['at']}?approval=pending")
    page.get_by_label("Search guests").press_sequentially("guest 1")
    expect(page.get_by_role("link", name=re.compile(r"^Guest \d"))).to_have_count(11)
    expect(page).to_have_url(re.compile(r"approval=pending"))
    expect(page).to_have_url(re.compile(r"q=guest\+1"))
    page.get_by_role("button", name="Approve all 11").click()
    expect(page.get_by_text("Approved 11 guests.")).to_be_visible()
    expect(page.get_by_role("navigation", name="Show")).to_contain_text("9 Waiting")
    assert tab.problems == []


def test_one_guest_after_the_other(open_tab: Open, requests: dict[str, Any]) -> None:
    """Approve & next leads through the requests and back to the list when there is none."""
    tab = _open(open_tab, requests)
    page = tab.go(f"{requests['at']}?approval=pending&q=guest+1")
    page.get_by_role("link", name="Guest 18").click()
    for name in ("Guest 18", "Guest 19", "Guest 01"):
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        page.get_by_role("button", name="Approve & next").click()
    expect(page.get_by_role("heading", name="Guest 10")).to_be_visible()
    page.get_by_role("link", name="Guests", exact=True).last.click()
    expect(page).to_have_url(re.compile(r"\?q=guest\+1&approval=pending$"))


def test_beside_the_list_on_a_desk(open_tab: Open, requests: dict[str, Any]) -> None:
    """A name shows its guest without leaving; the panel goes on to the next."""
    tab = open_tab(width=1280, height=900)
    tab.go(requests["links"]["admin"])
    page = tab.go(f"{requests['at']}?approval=pending")
    panel = page.locator("#beside")
    expect(panel.get_by_role("heading")).to_have_text("Guest 00")
    page.get_by_role("listitem").filter(has_text="Guest 04").get_by_role("link").first.click()
    expect(panel.get_by_role("heading")).to_have_text("Guest 04")
    panel.get_by_role("button", name="Approve & next").click()
    expect(panel.get_by_role("heading")).to_have_text("Guest 05")
    assert tab.problems == []


_PAGES = (
    *("", "?approval=pending", "?approval=rejected", "/messages", "/tickets", "/share", "/poster"),
    *("/settings", "/door", "/invitations", "/guests", "/guests/print", "/edit", "/duplicate"),
    *("/cover", "/stream", "/webhook", "/cancel", "/uncancel", "/delete"),
)


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_every_page(
    open_tab: Open, server: Server, requests: dict[str, Any], width: int, scheme: str
) -> None:
    """No horizontal scrolling, no message on the console, no WCAG 2.2 AA violation found; with
    guests selected, a guest's page, a preview and refused forms, too."""
    token, said = requests["admin_token"], {"content": "Doors open **early**."}
    server.ask("POST", f"{requests['path']}/messages", said, token)
    server.ask("POST", f"{requests['path']}/tiers", {"name": "VIP", "capacity": 4}, token)
    tab = open_tab(width=width, height=844, color_scheme=scheme, reduced_motion="reduce")
    page = tab.go(requests["links"]["admin"])
    found: dict[str, list[str]] = {}

    def look(name: str, *covered: str) -> None:
        page.wait_for_load_state()
        context = {"exclude": [[each] for each in covered]} if covered else None
        violations = forbidden(page, context)
        problems = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if overflow > 0:
            problems.append(f"{overflow}px wider than the screen")
        # A refused form is a 400, which the browser says.
        problems += [each for each in tab.problems if "the server responded with" not in each]
        tab.problems.clear()
        if problems:
            found[name] = problems

    for path in _PAGES:
        tab.go(requests["at"] + path)
        look(path)
    tab.go(requests["at"] + "?approval=pending")
    page.get_by_role("checkbox", name="Select Guest 01").check()
    look("selected")
    page.locator("#bulk summary").click()
    look("selected, with the menu", "#list")  # some of its rows lie halfway below the menu
    page.get_by_role("form", name="Selected guests").get_by_role("button", name="Remove").click()
    look("asked")
    tab.go(requests["at"] + "/messages")
    page.get_by_label("Message", exact=True).fill("So **nice**")
    page.get_by_role("button", name="Preview").click()
    look("preview")
    tab.go(requests["at"] + "/delete")
    page.get_by_label("Type the title").fill("Something else")
    page.get_by_role("button", name="Delete everything").click()
    look("delete, refused")
    rsvps = server.ask("GET", f"{requests['path']}/rsvps", token=token).json()["rsvps"]
    tab.go(f"{requests['at']}/guests/{rsvps[0]['id']}")
    look("guest")
    assert found == {}
