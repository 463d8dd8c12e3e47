"""Pages of events: the front page, and making, changing, calling off and erasing an event."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Image
from events.domain.lifecycle import cancel_event
from events.models import Event
from pages.base import OWNER_COOKIE
from tests.conftest import Clock
from tests.makers import make_event, make_rsvp
from tests.pictures import png

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = {
    "title": "Lantern walk",
    "start_time": "2030-12-05T18:30",
    "end_time": "2030-12-05T21:00",
    "timezone": "Europe/Berlin",
    "format": "in_person",
    "location": "Town hall",
    "online_url": "",
    "description": "Bring **light**.",
    "capacity": "30",
    "max_guests_per_rsvp": "2",
    "approval_required": "on",
    "rsvp_close_at": "2030-12-05T12:00",
    "channel_name": "Walks",
    "channel_visibility": "public",
    "tags": "night\r\n\r\n families",
}


def picture() -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    return SimpleUploadedFile("lawn.png", png(), "image/png")


def only_event() -> Event:
    """The one event there is."""
    return Event.objects.select_related("channel").get()


class TestHome:
    def test_lists_upcoming_public_events_by_start(self, client: Client) -> None:
        now = timezone.now()
        make_event(title="Second", start_time=now + timedelta(days=2))
        make_event(title="First", start_time=now + timedelta(days=1))
        make_event(title="Hidden one", is_private=True)
        make_event(title="Long over", start_time=now - timedelta(days=1))
        cancel_event(event_id=make_event(title="Called off").id)
        page = client.get("/")
        assert page.status_code == 200
        assert [event.title for event in page.context["events"]] == ["First", "Second"]
        assert b"Hidden one" not in page.content

    def test_shows_time_in_the_zone_of_the_event_place_and_places(self, client: Client) -> None:
        event = make_event(
            start_time=datetime(2031, 1, 17, 18, tzinfo=UTC),
            end_time=datetime(2031, 1, 17, 20, 30, tzinfo=UTC),
            timezone="Europe/Berlin",
            location="Old mill",
            capacity=5,
        )
        make_rsvp(event, guest_count=1)
        page = client.get("/").content.decode()
        assert re.search(r'<time datetime="2031-01-17T18:00:00Z"[^>]*>19:00</time>', page)
        assert "Old mill" in page
        assert "2 going" in page
        assert "3 spots left" in page

    def test_searches_what_everybody_may_read(self, client: Client) -> None:
        make_event(title="Chess night")
        make_event(title="Other", description="with chess, too")
        make_event(title="Dance", location="Chess club", hide_location=True)
        page = client.get("/", {"q": "chess"})
        assert sorted(event.title for event in page.context["events"]) == ["Chess night", "Other"]

    @pytest.mark.parametrize("number", ["0", "-3", "x", "", "9" * 5000, "\x00", "1.5"])
    def test_a_page_that_is_none_is_answered(self, client: Client, number: str) -> None:
        make_event()
        page = client.get("/", {"page": number})
        assert page.status_code == 200

    def test_a_page_past_the_end_is_empty(self, client: Client) -> None:
        make_event(title="Garden party")
        page = client.get("/?page=7")
        assert page.status_code == 200
        assert page.context["events"] == []

    def test_pages_keep_the_search(self, client: Client) -> None:
        for number in range(25):
            make_event(title=f"Party {number}")
        page = client.get("/?q=Party")
        assert len(page.context["events"]) == 24
        assert "?q=Party&amp;page=2" in page.content.decode()
        assert len(client.get("/?q=Party&page=2").context["events"]) == 1

    def test_a_search_that_cannot_be_is_refused(self, client: Client) -> None:
        assert client.get("/", {"q": "a\x00b"}).status_code == 400
        assert client.get("/", {"q": "x" * 300}).status_code == 400

    def test_takes_as_many_queries_for_3_events_as_for_20(
        self, client: Client, queries_of: Any
    ) -> None:
        for number in range(3):
            make_event(channel_name=f"Room {number}")
        few = queries_of(lambda: client.get("/"))
        for number in range(17):
            make_event(channel_name=f"Hall {number}")
        assert queries_of(lambda: client.get("/")) == few == 7


class TestNew:
    def test_shows_an_empty_form(self, client: Client) -> None:
        page = client.get("/new")
        assert page.status_code == 200
        assert "data-prefill-zone" in page.content.decode()

    def test_makes_the_event_and_hands_over_its_key(self, client: Client) -> None:
        answer = client.post("/new", TYPED)
        event = only_event()
        assert answer.status_code == 303
        kept = client.get(answer["Location"])  # by way of My events: test_mine.py
        assert (kept.status_code, kept["Location"]) == (303, f"/e/{event.id}/admin")
        cookie = answer.cookies[OWNER_COOKIE]
        assert cookie["path"] == f"/e/{event.id}"
        assert cookie["httponly"] is True
        assert cookie["samesite"] == "Lax"
        assert event.start_time == datetime(2030, 12, 5, 17, 30, tzinfo=UTC)
        assert event.end_time == datetime(2030, 12, 5, 20, tzinfo=UTC)
        assert event.rsvp_close_at == datetime(2030, 12, 5, 11, tzinfo=UTC)
        assert (event.timezone, event.capacity, event.max_guests_per_rsvp) == (
            "Europe/Berlin",
            30,
            2,
        )
        assert (event.approval_required, event.is_private, event.rsvps_closed) == (
            True,
            False,
            False,
        )
        assert event.tags == ["night", "families"]
        assert event.channel is not None
        assert event.channel.name == "Walks"
        arrived = client.get(kept["Location"]).content.decode()
        assert "Your event is live" in arrived
        assert f"/e/{event.id}/admin/{cookie.value}" in arrived

    def test_needs_a_title_and_a_start_only(self, client: Client) -> None:
        answer = client.post("/new", {"title": "Tea", "start_time": "2030-12-05T18:30"})
        assert answer.status_code == 303
        event = only_event()
        assert (event.timezone, event.max_guests_per_rsvp, event.capacity) == ("UTC", 5, None)

    @pytest.mark.parametrize(
        ("field", "value"), [("title", "x" * 256), ("description", "x" * 20_001), ("capacity", "0")]
    )
    def test_shows_what_is_wrong_and_keeps_what_was_typed(
        self, client: Client, field: str, value: str
    ) -> None:
        page = client.post("/new", TYPED | {field: value})
        assert page.status_code == 400
        form = page.context["form"]
        assert list(form.errors) == [field]
        assert form["title"].value() == (value if field == "title" else "Lantern walk")
        assert form["description"].value() == (
            value if field == "description" else "Bring **light**."
        )
        content = page.content.decode()
        assert f'id="id_{field}_error"' in content
        assert "autofocus" in content
        assert Event.objects.count() == 0

    def test_tells_everything_that_is_wrong_at_once(self, client: Client) -> None:
        """What the form and what the domain refuses, with the focus on the first."""
        wrong = {"title": "", "capacity": "0", "host_email": "ada@example", "recurrence": "x"}
        page = client.post("/new", TYPED | wrong)
        assert page.status_code == 400
        form = page.context["form"]
        assert form.errors.keys() == wrong.keys()
        assert form.wrong_options
        assert form.wrong_repeat
        focused = re.findall(r"<[^>]*\sautofocus[^>]*>", page.content.decode())
        assert ["title" in each for each in focused] == [True]
        assert Event.objects.count() == 0

    @pytest.mark.parametrize(
        ("end", "lasts"),
        [
            ({"end_time_at": "21:00"}, timedelta(hours=2, minutes=30)),
            ({"end_time_at": "01:00"}, timedelta(hours=6, minutes=30)),
            ({"end_time_at": "18:30"}, None),
            ({"end_time_at": "12:00", "end_time_day": "2030-12-07"}, timedelta(hours=41.5)),
            ({"end_time_at": "", "end_time_day": ""}, timedelta()),
            ({"end_time_at": "", "end_time_day": "2030-12-07"}, None),
        ],
    )
    def test_takes_a_day_and_times(
        self, client: Client, end: dict[str, str], lasts: timedelta | None
    ) -> None:
        """An end that names no day is on the same one, or on the next when it is earlier."""
        sent = {"title": "Tea", "timezone": "Europe/Berlin"}
        sent |= {"start_time_day": "2030-12-05", "start_time_at": "18:30"} | end
        answer = client.post("/new", sent)
        if lasts is None:
            assert answer.context["form"].errors.keys() == {"end_time"}
            shown = answer.content.decode()
            for name, value in sent.items():
                assert f'name="{name}"' in shown
                assert value in shown
            return
        assert answer.status_code == 303
        event = only_event()
        assert event.start_time == datetime(2030, 12, 5, 17, 30, tzinfo=UTC)
        assert (event.end_time or event.start_time) - event.start_time == lasts

    @pytest.mark.parametrize(
        "part", [{"start_time_day": ""}, {"start_time_at": ""}, {"start_time_day": "x"}]
    )
    def test_half_a_start_is_refused(self, client: Client, part: dict[str, str]) -> None:
        sent = {"title": "Tea", "start_time_day": "2030-12-05", "start_time_at": "18:30"}
        page = client.post("/new", sent | part)
        assert page.context["form"].errors.keys() == {"start_time"}

    def test_asks_about_a_start_in_the_past(self, client: Client, clock: Clock) -> None:
        clock.set(2030, 12, 5, 18)
        page = client.post("/new", TYPED)  # half an hour ago in Berlin
        assert page.status_code == 400
        assert page.context["form"].errors.keys() == {"start_time"}
        assert 'name="past"' in page.content.decode()
        assert Event.objects.count() == 0
        assert client.post("/new", TYPED | {"past": "on"}).status_code == 303
        assert only_event().start_time == datetime(2030, 12, 5, 17, 30, tzinfo=UTC)

    def test_does_not_ask_about_the_future(self, client: Client) -> None:
        assert 'name="past"' not in client.get("/new").content.decode()

    def test_a_place_that_comes_later_is_none(self, client: Client) -> None:
        sent = TYPED | {"format": "later", "online_url": "https://example.org"}
        assert client.post("/new", sent).status_code == 303
        event = only_event()
        assert (event.format, event.location, event.online_url) == ("in_person", "", "")

    def test_takes_a_picture(self, client: Client) -> None:
        assert client.post("/new", TYPED | {"cover": picture()}).status_code == 303
        assert only_event().cover is not None

    def test_a_picture_of_a_refused_event_is_not_kept(self, client: Client) -> None:
        wrong = {"channel_name": "x" * 300, "cover": picture()}
        assert client.post("/new", TYPED | wrong).status_code == 400
        assert (Event.objects.count(), Image.objects.count()) == (0, 0)

    def test_what_is_no_picture_is_refused(self, client: Client) -> None:
        cover = SimpleUploadedFile("cover.png", b"text", "image/png")
        page = client.post("/new", TYPED | {"cover": cover})
        assert page.context["form"].errors.keys() == {"cover"}
        assert Event.objects.count() == 0

    def test_keeps_the_card_as_it_was(self, client: Client) -> None:
        art = client.get("/new").context["art"]
        page = client.post("/new", {"art": art.seed})
        assert page.context["art"] == art
        for other in ("", "x", "0" * 7, "\u0660" * 8):
            assert client.post("/new", {"art": other}).status_code == 400

    def test_an_over_long_body_is_refused(self, client: Client) -> None:
        answer = client.post("/new", TYPED | {"description": "x" * 2_000_000})
        assert answer.status_code == 413
        assert Event.objects.count() == 0

    def test_a_form_without_its_csrf_token_is_refused(self) -> None:
        answer = Client(enforce_csrf_checks=True).post("/new", TYPED)
        assert answer.status_code == 403
        assert Event.objects.count() == 0

    def test_is_throttled(self, settings: Any) -> None:
        settings.THROTTLE = True
        settings.THROTTLE_EVENTS = "1/hour"
        assert Client().post("/new", TYPED).status_code == 303
        refused = Client().post("/new", TYPED)
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0

    def test_comes_back_filled_in_with_the_time_to_wait(self, settings: Any) -> None:
        settings.THROTTLE = True
        settings.THROTTLE_EVENTS = "1/hour"
        assert Client().post("/new", TYPED).status_code == 303
        sent = TYPED | {"form_key": str(uuid4()), "start_time_day": "", "past": "on"}
        refused = Client().post("/new", sent)
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
        form = refused.context["form"]
        assert (form.must_wait, form["title"].value()) == (True, "Lantern walk")
        assert form.errors.keys() == {"__all__"}
        assert Event.objects.count() == 1


class TestPreview:
    def test_shows_the_description_as_it_will_be_read(self, client: Client) -> None:
        sent = {"title": "A <b>", "description": "Bring **light**. <script>alert(1)</script>"}
        page = client.post("/new/preview", sent)
        assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
        said = page.content.decode()
        assert "<strong>light</strong>" in said
        assert "A &lt;b&gt;" in said
        assert "alert(1)" not in said.replace("&lt;script&gt;alert(1)", "")

    def test_uses_no_key_up(self, client: Client) -> None:
        sent = TYPED | {"form_key": str(uuid4())}
        assert client.post("/new/preview", sent).status_code == 200
        assert client.post("/new", sent).status_code == 303

    def test_is_for_forms(self, client: Client) -> None:
        assert client.get("/new/preview").status_code == 405
        assert Client(enforce_csrf_checks=True).post("/new/preview", {}).status_code == 403


def test_robots_txt_keeps_engines_off_keys(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines()[:4] == [
        "User-agent: *",
        "Disallow: /e/*/admin",
        "Disallow: /e/*/rsvp",
        "Disallow: /e/*/door",
    ]


@pytest.mark.parametrize(
    "path", ["/nothing", "/e/not-a-uuid", "/e/00000000-0000-4000-8000-000000000000", "/c/none"]
)
def test_what_is_not_there_is_a_404_page(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'href="/help"' in answer.content.decode()
