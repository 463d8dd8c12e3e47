"""Every page at two widths, in light and dark: nothing overflows, nothing is unreadable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Open
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
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
    guest = f"{page}/admin/guests/{answer['rsvp']['id']}"
    public = {"home": "/", "new": "/new", "event": page, "attendees": f"{page}/attendees"}
    public |= {"lost": "/lost", "contact": f"{page}/contact", "comments": f"{page}/comments"}
    public |= {"embed": f"/embed{page}", "embedded list": "/embed/c/atx-cigars"}
    public |= {"channels": "/channels", "channel": "/c/atx-cigars", "help": "/help"}
    public |= {"filtered": "/?when=today&q=x", "mine": "/mine"}
    own = {"own": f"{page}/rsvp", "withdraw": f"{page}/rsvp/withdraw"}
    admin = {"owner": f"{page}/admin", "edit": f"{page}/admin/edit", "guest": guest}
    admin |= {name: f"{page}/admin/{name}" for name in ("cancel", "uncancel", "delete")}
    admin |= {"review": f"{page}/admin/edit", "printed": f"{page}/admin/guests/print"}
    visitors = [(None, public), (answer["links"]["html"], own), (event["links"]["admin"], admin)]
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
            overflow = tab.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            violations = Axe().run(tab.page, options=_WCAG).response["violations"]
            problems = [
                f"{each['id']}: {[node['html'][:120] for node in each['nodes']][:3]}"
                for each in violations
            ]
            if overflow > 0:
                problems.append(f"{overflow}px wider than the screen")
            found |= {name: problems + tab.problems} if problems + tab.problems else {}
            tab.problems.clear()
            if shots:
                tab.page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
    assert found == {}


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
