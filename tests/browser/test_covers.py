"""Covers and streams as people see them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Tab, each_look, forbidden
from tests.pictures import encoded, exif
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

_LIVE = "https://stream.example.org/live"
_SHOWN = "https://video.example.org/one"


def _garden(size: tuple[int, int] = (1600, 1000)) -> Image.Image:
    """An evening over hills."""
    width, height = size
    sky = Image.linear_gradient("L").resize(size)
    drawn = Image.composite(
        Image.new("RGB", size, (244, 190, 120)), Image.new("RGB", size, (46, 68, 110)), sky
    )
    pen = ImageDraw.Draw(drawn)
    radius = width // 16
    pen.ellipse(
        (width // 3, height // 2 - radius, width // 3 + 2 * radius, height // 2 + radius),
        fill=(255, 226, 160),
    )
    for shift, top, colour in ((-0.2, 0.58, (52, 92, 84)), (0.35, 0.68, (31, 66, 62))):
        left = int(width * shift)
        pen.ellipse((left, int(height * top), left + width, int(height * 1.6)), fill=colour)
    return drawn


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo taken with the camera upright: its file lies on its side."""
    path = tmp_path / "garden.jpg"
    turned = _garden().rotate(90, expand=True)
    path.write_bytes(encoded(turned, "JPEG", exif=exif(6), quality=90))
    return path


def _upload(page: Page, path: Path, said: str) -> None:
    page.get_by_label("Picture").set_input_files(path)
    page.get_by_label("What it shows").fill(said)
    with page.expect_navigation():
        page.get_by_role("button", name="Save the picture").click()


def _problems(*tabs: Tab) -> list[str]:
    """What went wrong, without the browser's word on a form that was refused, which comes when it
    likes."""
    said = [problem for tab in tabs for problem in tab.problems]
    return [each for each in said if not each.endswith("status of 400 (Bad Request)")]


def _shown(page: Page, name: str) -> dict[str, Any]:
    """What the browser makes of a picture that has come into view."""
    image = page.get_by_role("img", name=name)
    image.scroll_into_view_if_needed()
    expect(image).to_have_js_property("complete", True)
    told: dict[str, Any] = image.evaluate(
        """each => ({
            drawn: [each.naturalWidth, each.naturalHeight],
            shape: Math.round(100 * each.clientWidth / each.clientHeight),
            wait: each.loading,
        })"""
    )
    return told


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_cover_is_uploaded_and_seen(
    open_tab: Open, server: Server, event: dict[str, Any], photo: Path, scripts: bool
) -> None:
    """By the organizer, then on the event's page and on the front page, upright and in shape,
    before and after it has come; a file that is no image is told of first."""
    hills = f"Hills {event['id'][:8]}"
    server.ask("PATCH", event["path"], {"title": hills}, event["admin_token"])
    tab = open_tab(java_script_enabled=scripts)
    page = tab.go(event["links"]["admin"])
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name=re.compile("^Picture")).click()
    fake = photo.with_name("fake.png")
    fake.write_text("<script>alert(1)</script>")
    _upload(page, fake, hills)
    expect(page.get_by_role("alert")).to_contain_text("Upload a JPEG, PNG, WebP or GIF image.")
    _upload(page, photo, page.get_by_label("What it shows").input_value())
    expect(page.get_by_role("status")).to_have_text("Your picture is saved.")
    expect(page.get_by_role("img", name=hills)).to_be_visible()
    visitor = open_tab(width=390, height=844)
    # Across the whole phone on its own page, 390 to 250; on a card as tall as its words.
    for path, shapes in ((f"/e/{event['id']}", {156}), (f"/?q={hills}", range(30, 161))):
        visitor.go(path)
        shown = _shown(visitor.page, hills)
        width, height = shown["drawn"]
        assert round(width / height, 1) == 1.6
        assert shown["shape"] in shapes
    assert visitor.hosts == {server.url.removeprefix("http://")}
    assert _problems(tab, visitor) == []
    page.get_by_role("button", name="Remove the picture").click()
    expect(page.get_by_role("img", name=hills)).to_have_count(0)
    visitor.go(f"/e/{event['id']}")
    expect(visitor.page.get_by_role("img", name=hills)).to_have_count(0)


@pytest.mark.parametrize("megabytes", [5.5, 7, 40])
def test_a_file_that_is_too_large(
    open_tab: Open, event: dict[str, Any], photo: Path, megabytes: float
) -> None:
    """The visitor reads why, however large it is; no blank page, no lost connection."""
    tab = open_tab()
    page = tab.go(event["links"]["admin"])
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name=re.compile("^Picture")).click()
    large = photo.with_name("large.jpg")
    large.write_bytes(photo.read_bytes().ljust(int(megabytes * 1024 * 1024), b"\0"))
    _upload(page, large, "Hills")
    expect(page.get_by_role("main")).to_contain_text("5 MB")


def test_who_is_led_to_the_stream(open_tab: Open, server: Server, event: dict[str, Any]) -> None:
    """The organizer goes live on a page of theirs. Everybody finds the stream, until its place is
    for guests only; then an approved guest does, and a stranger does not."""
    owner = open_tab()
    page = owner.go(event["links"]["admin"])
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name=re.compile("^Stream")).click()
    page.get_by_label("Status").select_option("Live")
    page.get_by_role("button", name="Save the stream").click()
    wrong = "A live stream needs an address where people can watch it."
    expect(page.get_by_role("alert")).to_contain_text(wrong)
    page.get_by_label("Where to watch it").fill(_LIVE)
    page.get_by_role("button", name="Save the stream").click()
    expect(page.get_by_role("status")).to_have_text("Your stream is saved.")

    stranger = open_tab(width=390, height=844)
    address = f"/e/{event['id']}"
    link = stranger.go(address).get_by_role("link", name="Watch live (opens in a new tab)")
    expect(link).to_have_attribute("href", _LIVE)
    expect(link).to_have_attribute("target", "_blank")
    expect(link).to_have_attribute("rel", "nofollow noopener noreferrer")
    assert link.evaluate("each => each.getBoundingClientRect().bottom") < 844

    hidden = {"hide_location": True}
    assert server.ask("PATCH", event["path"], hidden, event["admin_token"]).status == 200
    stranger.go(address)
    expect(stranger.page.get_by_role("link", name=re.compile("Watch"))).to_have_count(0)
    going = {"name": "Sky", "status": "yes"}
    answer = server.ask("POST", f"{event['path']}/rsvps", going).json()
    guest = open_tab(width=390, height=844)
    guest.go(answer["links"]["html"])
    expect(guest.page.get_by_role("link", name=re.compile("Watch live"))).to_be_visible()
    guest.go(address)
    expect(guest.page.get_by_role("link", name=re.compile("Watch live"))).to_be_visible()

    page.get_by_label("Status").select_option("Recorded")
    page.get_by_label("Recordings").fill(_SHOWN)
    page.get_by_role("button", name="Save the stream").click()
    guest.page.reload()
    recording = guest.page.get_by_role("link", name=re.compile("Watch the recording"))
    expect(recording).to_have_attribute("href", _SHOWN)
    assert _problems(owner, stranger, guest) == []
    assert owner.hosts | stranger.hosts | guest.hosts == {server.url.removeprefix("http://")}


@each_look
def test_every_page(
    open_tab: Open,
    event: dict[str, Any],
    photo: Path,
    shots: Path | None,
    width: int,
    scheme: str,
) -> None:
    """With cover and stream: no horizontal scrolling, no message on the console, no WCAG 2.2 AA
    violation found; the same for refused forms."""
    tab = open_tab(width=width, height=844, color_scheme=scheme, reduced_motion="reduce")
    page = tab.go(event["links"]["admin"])
    organizers = f"/e/{event['id']}/admin"
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        page.wait_for_load_state()
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        violations = forbidden(page)
        problems = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
        if overflow > 0:
            problems.append(f"{overflow}px wider than the screen")
        if problems + _problems(tab):
            found[name] = problems + _problems(tab)
        if shots:
            page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)

    tab.go(f"{organizers}/cover")
    look("cover-empty")
    fake = photo.with_name("fake.png")
    fake.write_text("x")
    _upload(page, fake, "Hills in the evening")
    look("cover-refused")
    _upload(page, photo, "Hills in the evening")
    look("cover")
    tab.go(f"{organizers}/stream")
    page.get_by_label("Recordings").fill("nowhere")
    with page.expect_navigation():
        page.get_by_role("button", name="Save the stream").click()
    look("stream-refused")
    page.get_by_label("Recordings").fill(f"{_SHOWN}\n{_SHOWN}{'x' * 300}")
    page.get_by_label("Status").select_option("Live")
    page.get_by_label("Where to watch it").fill(_LIVE)
    with page.expect_navigation():
        page.get_by_role("button", name="Save the stream").click()
    look("stream")
    for status in ("live", "recorded", "ended", "idle"):
        tab.go(f"{organizers}/stream")
        page.get_by_label("Status").select_option(status)
        if status == "ended":
            page.get_by_label("Recordings").fill("")
        page.get_by_role("button", name="Save the stream").click()
        tab.go(f"/e/{event['id']}")
        look(f"event-{status}")
    for name, path in {"home": "/", "channel": "/c/atx-cigars", "owner": organizers}.items():
        tab.go(path)
        look(name)
    assert found == {}
