"""Share images: what they say to everybody, and how they are served."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from comments.domain.takedown import take_down
from events.domain.lifecycle import cancel_event
from pages.covers import views
from pages.covers.lettering import fitted, is_rtl, lettered
from pages.covers.share import share_card, share_path
from pages.covers.share_image import SIZE, share_png
from tests.makers import MadeEvent, make_event, make_rsvp

pytestmark = pytest.mark.once

START = datetime(2030, 11, 28, 15, 30, tzinfo=UTC)
END = datetime(2030, 11, 28, 18, 0, tzinfo=UTC)
PLACE = "Maybachufer 12"


def event_with(**values: Any) -> MadeEvent:
    given = {"start_time": START, "end_time": END, "timezone": "Europe/Berlin", "location": PLACE}
    return make_event(**(given | {"title": "Lantern walk"} | values))


def path_of(event: MadeEvent) -> str:
    return share_path(event.id, share_card(event.row, timezone.now()))


def said_by(event: MadeEvent) -> tuple[str, ...]:
    return share_card(event.row, timezone.now())[:-1]


@pytest.mark.django_db
class TestWhatItSays:
    def test_title_date_and_place_on_the_events_clock(self) -> None:
        event = event_with()
        assert said_by(event) == (
            *("Lantern walk", "", "Thu 28 November 2030, 16:30\N{EN DASH}19:00 CET"),
            *(PLACE, "Convene"),
        )
        drawing = share_card(event.row, timezone.now()).drawing
        assert drawing.date_block == ("Nov", "28")

    @pytest.mark.parametrize("private", [False, True])
    def test_a_hidden_place_is_not_there(self, private: bool) -> None:
        event = event_with(hide_location=True, is_private=private)
        assert event.row.location == PLACE
        assert said_by(event)[3] == "Place shared with guests"
        assert PLACE not in repr(share_card(event.row, timezone.now()))

    def test_a_hidden_link_is_not_there(self) -> None:
        url = "https://meet.example.org/secret"
        event = event_with(location="", online_url=url, format="virtual", show_online_url=False)
        assert said_by(event)[3] == "Online"
        assert "meet.example" not in repr(share_card(event.row, timezone.now()))

    def test_a_cancelled_event_says_so(self) -> None:
        event = event_with()
        cancel_event(event_id=event.id)
        assert said_by(event)[1] == "Cancelled"

    def test_the_address_moves_with_what_is_drawn_alone(self) -> None:
        event = event_with()
        before = path_of(event)
        make_rsvp(event)
        assert path_of(event) == before
        cancel_event(event_id=event.id)
        assert path_of(event) != before


@pytest.mark.django_db
class TestServing:
    def test_a_public_one_is_kept_for_good(self, client: Client) -> None:
        path = path_of(event_with())
        answer = client.get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
        assert Image.open(io.BytesIO(answer.content)).size == SIZE
        again = client.get(path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert not answer.cookies

    def test_a_private_one_is_kept_nowhere(self, client: Client) -> None:
        answer = client.get(path_of(event_with(is_private=True)))
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"

    def test_an_older_version_leads_to_the_present_one(self, client: Client) -> None:
        event = event_with()
        older = path_of(event)
        cancel_event(event_id=event.id)
        answer = client.get(older)
        assert (answer.status_code, answer["Location"]) == (302, path_of(event))
        assert answer["Cache-Control"] == "no-cache"

    def test_nothing_is_drawn_for_an_older_version_or_a_known_one(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = path_of(event_with())
        monkeypatch.setattr(views, "share_png", None)
        assert client.get(path.replace(".png", "0.png")).status_code == 302
        version = path.rpartition("/")[2].removesuffix(".png")
        assert client.get(path, headers={"If-None-Match": f'"{version}"'}).status_code == 304

    def test_what_is_taken_down_or_unknown_has_none(self, client: Client) -> None:
        event = event_with()
        path = path_of(event)
        take_down(event_id=event.id)
        assert client.get(path).status_code == 404
        other = f"/share/{'0' * 8}-0000-4000-8000-{'0' * 12}/0.png"
        assert client.get(other).status_code == 404

    def test_the_owners_link_changes_nothing(self, client: Client) -> None:
        event = event_with(hide_location=True)
        path = path_of(event)
        client.cookies["convene_owner"] = event.owner_token
        assert client.get(path).status_code == 200
        head = client.get(f"/e/{event.id}").content.decode().split("</head>")[0]
        assert path in head
        assert PLACE not in head


@pytest.mark.once
class TestDrawing:
    def test_every_title_is_drawn(self, db: None) -> None:
        for title in ("x" * 200, "Фестиваль", "مهرجان الشتاء", "❄️", "夏祭り"):
            png = share_png(share_card(event_with(title=title).row, timezone.now()))
            assert Image.open(io.BytesIO(png)).size == SIZE
            assert len(png) < 200_000

    def test_a_text_gets_a_font_that_has_its_letters(self) -> None:
        heading, said = lettered("Café Łódź 2030")
        assert (heading.rpartition("/")[2], said) == ("besley-700.ttf", "Café Łódź 2030")
        other, said = lettered("Фестиваль شتاء Hội")
        assert (other.rpartition("/")[2], said) == ("dejavu-sans-bold.ttf", "Фестиваль شتاء Hội")
        assert lettered("Winter 🎉 walk")[1] == "Winter walk"
        assert lettered("\ue000\ue001\ue002") == (heading, "")

    def test_lines_fit_or_end_in_an_ellipsis(self) -> None:
        name, _ = lettered("abc")
        size, lines = fitted(
            "word " * 60, name, sizes=range(60, 39, -10), width=400, height=300, most=4, leading=1
        )
        assert size == 40
        assert len(lines) == 4
        assert lines[-1].endswith("…")
        _, broken = fitted(
            "w" * 60, name, sizes=range(40, 39, -1), width=400, height=900, most=9, leading=1
        )
        assert "".join(broken) == "w" * 60

    def test_direction_is_that_of_the_first_letter(self) -> None:
        assert [is_rtl(each) for each in ("2030 شتاء", "walk شتاء", "2030")] == [True, False, False]


@pytest.mark.django_db
def test_the_head_of_an_event_shows_it(client: Client) -> None:
    event = event_with(is_private=True)
    head = client.get(f"/e/{event.id}").content.decode().split("</head>")[0]
    told = dict(re.findall(r'<meta property="(og:image[:a-z]*)" content="([^"]*)">', head))
    assert told == {
        "og:image": f"http://testserver{path_of(event)}",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": f"Lantern walk · Thu 28 November 2030, 16:30\N{EN DASH}19:00 CET · {PLACE}",
    }
    assert '<meta name="twitter:card" content="summary_large_image">' in head
