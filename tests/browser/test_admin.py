"""The organizers' admin in a browser: dashboard, event page and the pages in between."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open, Tab, each_look, forbidden
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

# How much wider something is than the room it has.
_BEYOND = "e => e.scrollWidth - e.clientWidth"
_ALL_BEYOND = "all => all.map(e => e.scrollWidth - e.clientWidth)"
_PASSWORD = "a long passphrase, typed once"
# A tenant with an organizer, an event that six guests answered, and a mail that failed.
_MAKE = f"""
from datetime import timedelta
from django.utils import timezone
from notify.models import Mail
from access.actors import actor_from
from accounts.domain.tenants import create_tenant, create_user
from events.domain.lifecycle import create_event
from rsvps.domain.respond import create_rsvp
from rsvps.models import Rsvp
user = create_user(
    email="organizer@example.org", tenant=create_tenant(name="Acme"), organizer=True
)
user.set_password({_PASSWORD!r})
user.save()
now = timezone.now()
event = create_event(actor=actor_from((), user=user), values={{
    "title": "A hall for everybody who ever wanted to dance on a Saturday night",
    "start_time": now + timedelta(days=3), "timezone": "Europe/Berlin", "capacity": 40,
    "approval_required": True, "channel_name": "Dancing",
}}).event_id
for number in range(6):
    rsvp = create_rsvp(event_id=event, values={{
        "name": f"Guest {{number}}", "attendance": "going", "guest_count": number % 3,
        "email": f"a-rather-long-address-of-guest-{{number}}@example.org",
    }}, force=number > 3)
    Rsvp.objects.filter(pk=rsvp.id).update(created_at=now - timedelta(days=number * number))
Mail.objects.create(
    kind="answer", state="failed", reason="refused", detail="550 No such user", event_id=event,
    rsvp_id=rsvp.id, tenant_id=user.tenant_id, recipient="0" * 32,
)
print(event)
"""


@pytest.fixture(scope="module")
def hall(server: Server) -> str:
    """The event's id."""
    return server.manage("shell", "--no-imports", "-c", _MAKE)


def sign_in(tab: Tab) -> Page:
    """Signs the organizer in by the form."""
    page = tab.go("/admin/")
    page.get_by_label("E-mail address").fill("organizer@example.org")
    page.get_by_label("Password").fill(_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Coming up").wait_for()
    return page


@each_look
def test_our_parts_of_the_admin(
    open_tab: Open, hall: str, shots: Path | None, width: int, scheme: str
) -> None:
    """No sideways scrolling, nothing on the console, no WCAG 2.2 AA violation in our parts."""
    tab = open_tab(width=width, height=844, color_scheme=scheme, reduced_motion="reduce")
    page = tab.go("/admin/login/")
    found = {}

    def look(name: str, *parts: str) -> None:
        page.wait_for_load_state()
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        problems = [f"{overflow}px wider than the screen"] if overflow > 0 else []
        problems += tab.problems
        for part in parts:
            violations = forbidden(page, part)
            problems += [
                f"{each['id']}: {[node['html'][:120] for node in each['nodes']][:3]}"
                for each in violations
            ]
        tab.problems.clear()  # what the checker itself said
        found.update({name: problems} if problems else {})
        if shots:
            page.screenshot(path=shots / f"admin-{name}-{width}-{scheme}.png", full_page=True)

    look("login", "body")
    sign_in(tab)
    page.get_by_text("The numbers", exact=True).click()
    look("dashboard", "body")
    tab.go("/admin/events/event/")
    look("events", "body")
    assert page.locator(".results").evaluate(_BEYOND) <= 0
    tab.go("/admin/rsvps/rsvp/")
    look("rsvps", "body")
    assert page.locator(".results").evaluate(_BEYOND) <= 0
    tab.go(f"/admin/events/event/{hall}/change/")
    look("event", "body")
    assert [
        wide for wide in page.locator(".aligned .form-row").evaluate_all(_ALL_BEYOND) if wide
    ] == []
    page.get_by_label("Title").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Please fix one thing").wait_for()
    assert page.evaluate("document.activeElement.id") == "id_title"
    look("wrong", "body")
    tab.go(f"/admin/events/event/{hall}/change/")
    page.get_by_role("button", name="Make a door link").click()
    page.get_by_label("Name of the link").wait_for()
    look("ask", "#content-main")
    page.get_by_label("Name of the link").fill(f"Gate {width} {scheme}")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_text("shown only once").wait_for()
    look("shown-once", "#content-main")
    tab.go(f"/admin/rsvps/rsvp/?event={hall}&approval__exact=pending")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("button", name="Decline").wait_for()
    look("answer", ".convene-tools")
    assert found == {}
    assert tab.hosts == {tab.server.url.removeprefix("http://")}


def test_deciding_without_a_script(open_tab: Open, hall: str) -> None:
    """Approving from an answer's page, rejecting with a reason, writing: plain forms."""
    tab = open_tab(java_script_enabled=False)
    page = sign_in(tab)
    page.get_by_role("link", name="Guest 3").click()
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("1 RSVP approved or put on the waitlist.").wait_for()
    page.get_by_role("button", name="Decline").click()
    page.get_by_label("Reason").fill("The floor is full.")
    page.get_by_role("button", name="Decline").click()
    page.get_by_text("1 RSVP declined.").wait_for()
    page.get_by_role("link", name="View on site").click()
    page.get_by_text("The floor is full.").first.wait_for()
