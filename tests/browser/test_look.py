"""Every page at two widths, in light and dark: nothing overflows, nothing is unreadable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import LOOKS, Open, Tab, each_look, forbidden
from tests.server.process import Server, running_server

pytestmark = [pytest.mark.browser, pytest.mark.server]


# Each page on a phone in the dark and on a desk in the light: every width in every scheme takes
# twice as long, and what is wrong in one of them nearly always shows in one of these.
# What WCAG 1.4.10 calls the narrowest screen.
_NARROWEST = 320


def _looked_at(tab: Tab, shots: Path | None, name: str) -> list[str]:
    """What is wrong with the open page: too wide (on a phone also at 320 pixels), forbidden by
    WCAG 2.2 AA, or said on the console."""
    page, size = tab.page, tab.page.viewport_size
    assert size
    if shots:
        page.screenshot(path=shots / f"{name}-{size['width']}.png", full_page=True)
    problems = [
        f"{each['id']}: {[node['html'][:120] for node in each['nodes']][:3]}"
        for each in forbidden(page)
    ]
    for width in (size["width"], _NARROWEST) if size["width"] < 600 else (size["width"],):
        page.set_viewport_size({"width": width, "height": size["height"]})
        over = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        problems += [f"{over}px wider than {width}px"] if over > 0 else []
    page.set_viewport_size(size)
    problems += tab.problems
    tab.problems.clear()
    return problems


@each_look
def test_every_page(
    open_tab: Open,
    server: Server,
    event: dict[str, Any],
    shots: Path | None,
    width: int,
    scheme: str,
) -> None:
    """No horizontal scrolling, no message on the console, no WCAG 2.2 AA violation found."""
    answer = server.ask(
        "POST", f"{event['path']}/rsvps", {"name": "Sky", "status": "yes", "guest_count": 1}
    ).json()
    said = {"content": "Is there parking nearby?"}
    server.ask("POST", f"{event['path']}/comments", said, answer["rsvp"]["rsvp_token"])
    page = f"/e/{event['id']}"
    admin = f"{page}/admin"
    public = {"home": "/", "new": "/new", "event": page, "attendees": f"{page}/attendees"}
    public |= {"lost": "/lost", "contact": f"{page}/contact", "comments": f"{page}/comments"}
    public |= {"embed": f"/embed{page}", "embedded list": "/embed/c/atx-cigars"}
    public |= {"channels": "/channels", "channel": "/c/atx-cigars", "help": "/help"}
    public |= {"filtered": "/?when=today&q=x", "mine": "/mine", "report": f"{page}/report"}
    own = {"own": f"{page}/rsvp", "withdraw": f"{page}/rsvp/withdraw", "my events": "/mine"}
    organizer = {"owner": admin, "guest": f"{admin}/guests/{answer['rsvp']['id']}"}
    organizer |= {"printed": f"{admin}/guests/print", "hosts": f"{admin}/door"}
    organizer |= {
        name: f"{admin}/{name}"
        for name in (
            *("edit", "cancel", "uncancel", "delete", "duplicate", "messages", "share", "poster"),
            *("settings", "invitations", "cover", "stream", "webhook", "tickets"),
        )
    }
    organizer |= {"review": f"{admin}/edit"}
    visitors = [
        (None, public),
        (answer["links"]["html"], own),
        (event["links"]["admin"], organizer),
    ]
    found = {}
    for link, pages in visitors:
        tab = open_tab(width=width, height=844, color_scheme=scheme, reduced_motion="reduce")
        if link:
            tab.go(link)
        for name, path in pages.items():
            tab.go(path)
            if name == "review":
                tab.page.locator("[name=title]").fill("Cedar Social: Late Cigar Night")
                tab.page.get_by_role("button", name="Save").click()
                tab.page.get_by_role("heading", name="Save these changes?").wait_for()
            problems = _looked_at(tab, shots, name)
            found |= {name: problems} if problems else {}
    assert found == {}


# An event and an answer to it: each makes another page of a guest and another event's page.
_STATES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "waiting": ({"admin_approval_required": True}, {"status": "yes"}),
    "waitlist": ({"max_attendees": 1}, {"status": "yes", "join_waitlist": True}),
    "maybe": ({}, {"status": "maybe"}),
    "not going": ({}, {"status": "no"}),
}


@each_look
def test_what_guests_are_told(
    open_tab: Open, server: Server, shots: Path | None, width: int, scheme: str
) -> None:
    """The same for guests who are not simply going, and for an event that is cancelled."""
    found = {}
    for name, (more, sent) in _STATES.items():
        body = {"title": "Garden party", "start_time": "2100-06-01T18:00:00", **more}
        made = server.ask("POST", "/api/v1/events", body).json()
        path = f"/api/v1/events/{made['event']['id']}"
        assert server.ask("POST", f"{path}/rsvps", {"name": "First", "status": "yes"}).status == 201
        guest = server.ask("POST", f"{path}/rsvps", {"name": "Sky", **sent}).json()
        tab = open_tab(width=width, height=844, color_scheme=scheme, reduced_motion="reduce")
        tab.go(guest["links"]["html"])
        found[name] = _looked_at(tab, shots, name)
    cancelled = server.ask("PATCH", path, {"status": "cancelled"}, made["admin_token"])
    assert cancelled.status == 200
    for name in ("rsvp", ""):
        tab.go(f"/e/{made['event']['id']}/{name}".rstrip("/"))
        found[f"cancelled {name}"] = _looked_at(tab, shots, f"cancelled {name}")
    assert {name: problems for name, problems in found.items() if problems} == {}


def test_the_first_page_of_a_new_server(open_tab: Open, shots: Path | None, tmp_path: Path) -> None:
    """Nobody made an event yet: the front page says what this is."""
    with running_server(tmp_path, alone=True) as empty:
        found = {}
        for width, scheme in LOOKS:
            tab = open_tab(width=width, height=844, color_scheme=scheme)
            tab.go(f"{empty.url}/")
            found[width] = _looked_at(tab, shots, "empty home")
    assert found == {width: [] for width, _ in LOOKS}


def test_the_error_page(open_tab: Open) -> None:
    """An unknown address answers with a page, not a blank."""
    tab = open_tab(width=390)
    page = tab.go("/e/00000000-0000-4000-8000-000000000000")
    assert page.get_by_role("heading", level=1).is_visible()
    assert page.get_by_role("main").locator('a[href="/lost"]').is_visible()


def test_api_documentation_renders(open_tab: Open) -> None:
    """Swagger UI and Redoc come from this host and run under the policy."""
    signs = {"/api/docs/": "/api/v1/events", "/api/redoc/": "Changes what is sent"}
    for path, sign in signs.items():
        tab = open_tab()
        page = tab.go(path)
        page.get_by_text(sign).first.wait_for(state="attached")
        # Redoc's bundle asks its maker for a badge; the policy keeps that from leaving.
        assert [each for each in tab.problems if "redoc/logo-mini.svg" not in each] == [], path
        assert tab.hosts <= {tab.server.url.removeprefix("http://"), "cdn.redoc.ly"}
