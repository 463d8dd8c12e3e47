"""The door on a helper's phone: scanning by keys and by camera, with and without a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Playwright, Route, expect

from tests.browser.conftest import CHROMIUM, FLAGS, Open, Tab, each_look, forbidden
from tests.scanner import still
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE = {"width": 390, "height": 844}
# What Chromium itself says of a request that failed or was refused.
_NETWORK = re.compile("Failed to load resource|error occurred when fetching the script")


@pytest.fixture
def ticket_of(server: Server, event: dict[str, Any]) -> Callable[..., str]:
    """Answers the event and gives the ticket: ``ticket_of("Ana", guest_count=2)``."""

    def answer(name: str, **values: Any) -> str:
        body = {"name": name, "status": "yes"} | values
        made = server.ask("POST", f"{event['path']}/rsvps", body).json()
        ticket: str = made["rsvp"]["ticket"]
        return ticket

    return answer


@pytest.fixture
def make_link(open_tab: Open, event: dict[str, Any]) -> Callable[[str], str]:
    """Makes a door link as an organizer does: ``make_link("Garden")``."""

    def make(label: str) -> str:
        page = open_tab().go(event["links"]["admin"])
        page.goto(f"{page.url}/door")
        page.get_by_label("Name of the link").fill(label)
        page.get_by_role("button", name="Make the link").click()
        return page.get_by_label("New link", exact=True).input_value()

    return make


@pytest.fixture
def at_door(open_tab: Open, make_link: Callable[[str], str]) -> Callable[..., Tab]:
    """Opens a door on a phone: ``at_door("Garden")``."""

    def opened(label: str = "Main door", **options: Any) -> Tab:
        tab = open_tab(**PHONE, **options)
        tab.go(make_link(label))
        return tab

    return opened


def result(page: Page) -> Locator:
    """The banner."""
    return page.locator("#result .door-result")


def told(page: Page) -> Locator:
    """The same with and without a script."""
    return page.locator("main > .alert, #result .door-result")


def logged(page: Page) -> Locator:
    """This phone's scans, newest first."""
    return page.locator("#device-log li")


def scan(page: Page, code: str) -> None:
    """What a hardware scanner does: types the code and Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def complaints(tab: Tab) -> list[str]:
    """What the console said, but for requests that were meant to fail."""
    return [each for each in tab.problems if not _NETWORK.search(each)]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_tickets_and_names(
    at_door: Callable[..., Tab], ticket_of: Callable[..., str], scripts: bool
) -> None:
    """A scanner's keys, a ticket shown twice, a wrong one, a guest found by name and taken back:
    the same page, with and without JavaScript."""
    ana = ticket_of("Ana", guest_count=2)
    tab = at_door(java_script_enabled=scripts)
    page = tab.page
    expect(page).to_have_url(re.compile(r"/e/[0-9a-f-]{36}/door$"))
    expect(page.get_by_label("Ticket code")).to_be_focused()
    scan(page, ana)
    expect(told(page)).to_contain_text(["Welcome, Ana"])
    expect(page.locator("#counts-said")).to_have_text("3 of 6 are here")
    expect(page.get_by_label("Ticket code")).to_be_focused()
    expect(page.get_by_label("Ticket code")).to_have_value("")
    scan(page, "cvt_" + "A" * 43)
    expect(told(page)).to_contain_text(["This is not a ticket for this event."])

    page.get_by_label("Find by name").fill("guest")
    page.get_by_role("button", name="Search").click()
    rows = page.locator("#guests .row")
    expect(rows.locator(".row-title")).to_have_text(["Guest 0", "Guest 1", "Guest 4"])
    page.get_by_role("button", name="Check in Guest 1").click()
    expect(told(page)).to_contain_text(["Welcome, Guest 1"])
    expect(page.locator("#latest-scans .row-title")).to_have_text(["Guest 1", "Ana"])
    expect(page.locator("#counts-said")).to_have_text("4 of 6 are here")
    if not scripts:
        page.get_by_label("Find by name").fill("guest")
        page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Undo Guest 1").click()
    expect(told(page)).to_contain_text(["Guest 1 is no longer checked in."])
    expect(page.locator("#counts-said")).to_have_text("3 of 6 are here")
    assert complaints(tab) == []
    # Modules find each other under the names that carry their content's hash.
    files = [each for each in tab.paths if each.endswith(".js")]
    assert [each for each in files if not re.search(r"\.[0-9a-f]{12}\.js$", each)] == []
    assert any("/vendor/qr/decode." in each for each in files) == scripts


def test_keys_count_wherever_the_focus_is(
    at_door: Callable[..., Tab], ticket_of: Callable[..., str]
) -> None:
    """A code typed at the page is a scan; at the search it is a search; other words are nothing."""
    ana, ben = ticket_of("Ana"), ticket_of("Ben")
    page = at_door().page
    page.get_by_role("heading", level=1).click()
    scan(page, "hello")
    scan(page, ana)
    expect(result(page)).to_contain_text("Welcome, Ana")
    expect(logged(page)).to_have_count(1)
    # The same code again at once is a scanner's stutter.
    scan(page, ana)
    page.get_by_label("Find by name").focus()
    scan(page, ben)
    expect(page.get_by_text("No guest by that name.")).to_be_visible()
    expect(logged(page)).to_have_count(1)
    expect(page.locator("#counts-said")).to_have_text("1 of 5 are here")


@pytest.fixture
def filmed(player: Playwright, server: Server, tmp_path: Path) -> Iterator[Callable[[str], Tab]]:
    """A phone whose camera sees one picture: the QR code of a text."""
    browsers = []

    def film(text: str) -> Tab:
        video = tmp_path / "camera.y4m"
        video.write_bytes(still(text))
        browser = player.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *FLAGS,
                "--use-fake-device-for-media-stream",
                "--use-fake-ui-for-media-stream",
                f"--use-file-for-fake-video-capture={video}",
            ],
        )
        browsers.append(browser)
        return Tab(browser.new_context(viewport=PHONE), server)

    yield film
    for browser in browsers:
        browser.close()


def test_the_camera_reads_a_ticket(
    filmed: Callable[[str], Tab], make_link: Callable[[str], str], ticket_of: Callable[..., str]
) -> None:
    """One scan, however long the ticket is held before it; stopping gives the camera back."""
    tab = filmed(ticket_of("Ana", guest_count=1))
    page = tab.go(make_link("Main door"))
    page.get_by_role("button", name="Use the camera").click()
    expect(result(page)).to_contain_text("Welcome, Ana")
    page.wait_for_function(
        "start => document.querySelector('video').currentTime > start + 2",
        arg=page.evaluate("document.querySelector('video').currentTime"),
    )
    expect(logged(page)).to_have_count(1)
    page.get_by_role("link", name="Next guest").click()
    page.get_by_role("button", name="Stop the camera").click()
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert complaints(tab) == []


def test_without_a_camera_it_says_so(at_door: Callable[..., Tab]) -> None:
    """And everything else goes on."""
    page = at_door().page
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator(".door-said")).to_have_text(
        "This device has no camera. Type the code, or find the guest by name."
    )
    expect(page.get_by_role("button", name="Use the camera")).to_be_visible()


def test_scans_outlast_the_network_and_a_reload(
    at_door: Callable[..., Tab], ticket_of: Callable[..., str], event: dict[str, Any]
) -> None:
    """Without a network scans wait on the phone; they are sent in order when it is back, and one
    that another door let in meanwhile is told as repeated."""
    ana, ben, cleo = ticket_of("Ana"), ticket_of("Ben"), ticket_of("Cleo")
    garden = at_door("Garden").page
    tab = at_door()
    page = tab.page
    tab.context.set_offline(True)
    scan(page, ana)
    expect(result(page)).to_contain_text("Saved on this phone")
    scan(page, ben)
    expect(page.locator("#waiting")).to_have_text("Offline: 2 scans are waiting on this phone.")
    expect(logged(page).locator(".badge")).to_have_text(["Saved", "Saved"])
    assert ana in page.evaluate("JSON.stringify(localStorage)")

    scan(garden, ana)
    expect(result(garden)).to_contain_text("Welcome, Ana")

    # The server is reached and broken, then the page is opened anew: nothing is lost.
    broken = "**/door/check-ins"
    page.route(broken, lambda route: route.fulfill(status=503))
    tab.context.set_offline(False)
    page.reload()
    expect(page.locator("#waiting")).to_have_text("Offline: 2 scans are waiting on this phone.")
    scan(page, cleo)
    expect(page.locator("#waiting")).to_have_text("Offline: 3 scans are waiting on this phone.")

    sent: list[str] = []

    def note(route: Route) -> None:
        sent.append(re.findall(r"ticket=([\w-]+)", route.request.post_data or "")[0])
        route.continue_()

    page.unroute(broken)
    page.route(broken, note)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#waiting")).to_be_empty()
    badges = logged(page).locator(".badge")
    expect(badges).to_have_text(["Checked in", "Checked in", "Scanned again"])
    expect(logged(page).nth(2)).to_contain_text(
        re.compile(r"Already in · Ana came in at .* \(Garden\)")
    )
    expect(result(page)).to_contain_text("Sent late: Already in")
    assert sent == [ana, ben, cleo]
    assert page.evaluate(f"localStorage.getItem('convene-door-{event['id']}')") is None
    expect(page.locator("#counts-said")).to_have_text("3 of 6 are here")
    page.reload()
    expect(logged(page)).to_have_count(3)
    assert complaints(tab) == []


def test_a_reload_without_a_network(
    at_door: Callable[..., Tab], ticket_of: Callable[..., str], event: dict[str, Any]
) -> None:
    """The page opens from the device, finds guests without accents, and keeps what is scanned."""
    ticket_of("Zoë Müller", guest_count=1)
    tab = at_door()
    page = tab.page
    expect(page.locator("#offline-ready")).to_be_visible()
    # The second visit goes through the worker, which keeps the page and the list.
    page.reload()
    expect(page.locator("#offline-ready")).to_be_visible()
    page.wait_for_function(
        "async () => (await (await caches.open(`convene-door-${door.dataset.event}`)).keys())"
        ".length == 2"
    )
    tab.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_label("Find by name").fill("zoe mull")
    expect(page.locator("#found .row-title")).to_have_text(["Zoë Müller"])
    page.get_by_role("button", name="Check in Zoë Müller").click()
    expect(result(page)).to_contain_text("Saved on this phone")
    page.reload()
    expect(page.locator("#waiting")).to_have_text("Offline: 1 scan is waiting on this phone.")
    tab.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#waiting")).to_be_empty()
    expect(logged(page).locator(".badge")).to_have_text(["Checked in"])
    assert complaints(tab) == []


def test_a_device_forgets_the_guests(
    at_door: Callable[..., Tab], open_tab: Open, event: dict[str, Any]
) -> None:
    """Once the link no longer opens the door."""
    page = at_door("Garden").page
    expect(page.locator("#offline-ready")).to_be_visible()
    page.reload()
    kept = "async id => (await caches.has(`convene-door-${id}`))"
    page.wait_for_function(kept, arg=event["id"])
    organizer = open_tab().go(event["links"]["admin"])
    organizer.goto(f"{organizer.url}/door")
    organizer.get_by_role("button", name="Revoke Garden").click()
    page.reload()
    page.wait_for_function(f"async id => !(await ({kept})(id))", arg=event["id"])


def test_an_ended_link_keeps_the_scans(
    at_door: Callable[..., Tab],
    make_link: Callable[[str], str],
    ticket_of: Callable[..., str],
    open_tab: Open,
    event: dict[str, Any],
) -> None:
    """The helper is told to open a link again; then the scan is sent."""
    ana = ticket_of("Ana")
    tab = at_door("Garden")
    page = tab.page
    organizer = open_tab().go(event["links"]["admin"])
    organizer.goto(f"{organizer.url}/door")
    organizer.get_by_role("button", name="Revoke Garden").click()
    scan(page, ana)
    expect(page.locator("#waiting")).to_contain_text("1 scan is waiting on this phone")
    expect(result(page)).to_contain_text("Saved on this phone")
    page.goto(make_link("Cellar"))
    expect(logged(page).locator(".badge")).to_have_text(["Checked in"])
    expect(page.locator("#waiting")).to_be_empty()
    assert complaints(tab) == []


@each_look
def test_how_it_looks(
    open_tab: Open,
    make_link: Callable[[str], str],
    ticket_of: Callable[..., str],
    event: dict[str, Any],
    shots: Path | None,
    width: int,
    scheme: str,
) -> None:
    """Every outcome, offline too, and the organizer's side: nothing overflows, nothing that WCAG
    2.2 AA forbids; on the phone buttons are tall enough for a thumb."""
    ana = ticket_of("Ana with quite a long name von und zu Arrowsmith", guest_count=2)
    ben, cleo = ticket_of("Ben"), ticket_of("Cleo")
    other = open_tab().go(make_link("Garden"))
    scan(other, ben)
    expect(result(other)).to_contain_text("Welcome")
    found: dict[str, list[str]] = {}

    def look(name: str, tab: Tab) -> None:
        page = tab.page
        page.wait_for_load_state()
        violations = forbidden(page)
        problems = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
        size = "document.documentElement"
        if page.evaluate(f"{size}.scrollWidth > {size}.clientWidth"):
            problems.append("wider than the screen")
        problems += complaints(tab)
        found.update({name: problems} if problems else {})
        if shots:
            page.screenshot(path=shots / f"door-{name}-{width}-{scheme}.png", full_page=True)

    tab = open_tab(width=width, height=844, color_scheme=scheme, reduced_motion="reduce")
    page = tab.go(make_link("Main entrance"))
    look("open", tab)
    for name, code, outcome in (
        ("admitted", ana, "Welcome"),
        ("repeated", ben, "Already in"),
        ("refused", "cvt_" + "A" * 43, "This is not a ticket for this event."),
    ):
        scan(page, code)
        expect(result(page)).to_contain_text(outcome)
        look(name, tab)
    page.get_by_label("Find by name").fill("e")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#guests .row")).not_to_have_count(0)
    look("search", tab)
    tab.context.set_offline(True)
    page.get_by_label("Ticket code").focus()
    scan(page, cleo)
    expect(result(page)).to_contain_text("Saved on this phone")
    look("offline", tab)
    heights = (
        "places => [...document.querySelectorAll(places)]"
        ".filter(each => each.checkVisibility()).map(each => each.offsetHeight)"
    )
    assert min(page.evaluate(heights, "main button, main input:not([type=hidden])")) >= 44
    assert min(page.evaluate(heights, ".door-stage button, #ticket, .rows button")) >= 56
    organizer = open_tab(width=width, height=844, color_scheme=scheme, reduced_motion="reduce")
    organizer.go(event["links"]["admin"])
    organizer.page.goto(f"{organizer.page.url}/door")
    look("links", organizer)
    organizer.page.get_by_label("Name of the link").fill("Cellar")
    organizer.page.get_by_role("button", name="Make the link").click()
    look("made", organizer)
    assert found == {}
