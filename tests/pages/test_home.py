"""The front page: its days, its filters, and who is told of whom."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from config.kept import KEPT
from events.domain.browsing import Wanted, browse
from events.domain.lifecycle import cancel_event
from events.rows import coming_rows, count_coming
from pages.days import Day, summary
from tests.conftest import Clock
from tests.makers import make_event, make_rsvp

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is kept is made of nothing any more."""
    monkeypatch.setattr(KEPT, "_most", 0)


@pytest.fixture
def friday(clock: Clock) -> datetime:
    """A Friday in May. In Auckland it is Saturday already."""
    return clock.set(2030, 5, 17, 14)


def titles(client: Client, query: str = "") -> list[str]:
    """What the front page lists, in order."""
    return [event.title for event in client.get(f"/{query}").context["events"]]


def on(day: int, hour: int, title: str, zone: str = "UTC", **values: Any) -> Any:
    """An event of May 2030, by UTC."""
    start = datetime(2030, 5, day, hour, tzinfo=UTC)
    return make_event(title=title, start_time=start, timezone=zone, **values)


class TestDays:
    def test_each_event_is_on_the_day_of_its_own_clock(
        self, client: Client, friday: datetime
    ) -> None:
        on(17, 23, "Austin", "America/Chicago")
        on(17, 23, "Berlin", "Europe/Berlin")
        on(18, 8, "Oslo", "Europe/Oslo")
        days = client.get("/").context["days"]
        found = [(day.date.day, day.away, [c.event.title for c in day.cards]) for day in days]
        assert found == [(17, 0, ["Austin"]), (18, 1, ["Berlin", "Oslo"])]

    def test_what_began_earlier_and_goes_on_is_on_today(
        self, client: Client, friday: datetime
    ) -> None:
        end = datetime(2030, 5, 20, tzinfo=UTC)
        on(15, 9, "Camp", end_time=end)
        on(17, 20, "Concert")
        (day,) = client.get("/").context["days"]
        assert [card.event.title for card in day.cards] == ["Camp", "Concert"]
        assert titles(client, "?when=today") == ["Camp", "Concert"]

    def test_the_summary_counts_the_days_that_are_complete(
        self, client: Client, friday: datetime
    ) -> None:
        assert "summary" not in client.get("/").context
        on(17, 20, "One")
        assert client.get("/").context["summary"] == "One event today."
        for number in range(8):
            on(18 + number % 7, 20, f"{number}")
        assert client.get("/").context["summary"] == "Nine events in the next eight days."
        for number in range(20):
            on(24, 21, f"More {number}")
        assert client.get("/").context["summary"] == "Eight events in the next seven days."

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            (1, "More than one event coming up."),
            (2, "More than two events coming up."),
        ],
    )
    def test_the_summary_of_a_list_that_goes_on(self, number: int, said: str) -> None:
        days = [Day(date(2030, 5, 17), away, [Mock()] * number) for away in (300, 301)]
        assert summary(days, more=True) == said


class TestFilters:
    def test_today_and_this_weekend_go_by_each_event(
        self, client: Client, friday: datetime
    ) -> None:
        """By the day under which the page lists it, wherever that day begins and ends."""
        on(17, 23, "Berlin, past midnight", "Europe/Berlin")
        on(17, 23, "Austin, in the evening", "America/Chicago")
        on(17, 15, "Auckland, on Saturday", "Pacific/Auckland")
        on(19, 13, "Auckland, on Monday", "Pacific/Auckland")
        on(20, 3, "Austin, late on Sunday", "America/Chicago")
        on(19, 23, "Lisbon, on Monday", "Etc/GMT-1")
        assert titles(client, "?when=today") == [
            "Auckland, on Saturday",
            "Austin, in the evening",
        ]
        assert titles(client, "?when=weekend") == [
            "Auckland, on Saturday",
            "Berlin, past midnight",
            "Austin, late on Sunday",
        ]

    @pytest.mark.parametrize("day", range(7))
    def test_they_show_what_stands_under_these_days(self, clock: Clock, day: int) -> None:
        """On any day of the week, against the page's own days."""
        now = clock.set(2030, 5, 17 + day, 14)
        zones = ("America/Adak", "America/Chicago", "UTC", "Asia/Kolkata", "Pacific/Kiritimati")
        for number in range(9 * 24 // 7):
            start = now - timedelta(hours=2) + timedelta(hours=7 * number)
            make_event(title=str(number), start_time=start, timezone=zones[number % 5])
        client, shown = Client(), {}
        for page in (1, 2):
            for each in client.get(f"/?page={page}").context.get("days", []):
                for card in each.cards:
                    local = now.astimezone(ZoneInfo(card.event.timezone))
                    saturday = local.date() + timedelta(days=5 - local.weekday())
                    shown[card.event.title] = (each.away == 0, each.date, saturday)
        today = {title for title, (is_today, *_) in shown.items() if is_today}
        weekend = {
            title
            for title, (_, day_shown, saturday) in shown.items()
            if day_shown in (saturday, saturday + timedelta(days=1))
        }
        assert set(titles(client, "?when=today")) == today
        assert set(titles(client, "?when=weekend")) == weekend
        assert today

    def test_a_date_is_the_first_day(self, client: Client, friday: datetime) -> None:
        on(17, 20, "Tonight")
        on(21, 21, "Berlin, on the 21st", "Europe/Berlin")
        on(21, 22, "Berlin, on the 22nd", "Europe/Berlin")
        on(25, 8, "Later")
        assert titles(client, "?from=2030-05-22") == ["Berlin, on the 22nd", "Later"]
        assert len(titles(client, "?from=2030-05-01")) == 4

    def test_by_kind_seats_channel_and_tag(self, client: Client) -> None:
        start = timezone.now() + timedelta(days=1)
        plain = {"start_time": start, "timezone": "UTC"}
        make_event(title="Here", format="in_person", channel_name="Walks", **plain)
        make_event(title="There", format="virtual", tags=["music"], **plain)
        make_event(title="Both", format="hybrid", channel_name="Hush", tags=["music"], **plain)
        full = make_event(title="Full", format="virtual", capacity=1, **plain)
        make_rsvp(full)
        make_event(title="Closed", format="virtual", rsvps_closed=True, **plain)
        found = {
            query: set(titles(client, f"?{query}"))
            for query in (
                "format=in_person",
                "format=online",
                "free=1",
                "channel=walks",
                "tag=music",
                "format=online&free=1",
                "channel=walks&format=online",
                "channel=none",
            )
        }
        assert found == {
            "format=in_person": {"Here", "Both"},
            "format=online": {"There", "Both", "Full", "Closed"},
            "free=1": {"Here", "There", "Both"},
            "channel=walks": {"Here"},
            "tag=music": {"There", "Both"},
            "format=online&free=1": {"There", "Both"},
            "channel=walks&format=online": set(),
            "channel=none": set(),
        }

    def test_a_private_channel_is_no_filter(self, client: Client) -> None:
        event = make_event(channel_name="Hush", channel_visibility="private", tags=["quiet"])
        channel = event.row.channel_slug
        page = client.get(f"/?channel={channel}")
        assert page.context["events"] == []
        assert "Hush" not in client.get("/").content.decode()

    @pytest.mark.parametrize(
        "query",
        [
            *("when=x", "format=x", "free=x", "channel=%00", "channel=a/b", "tag=%00", "from="),
            *("from=x", "from=2030-13-40", "from=0001-01-01", "from=9999-12-31", "when=%00"),
            "tag=" + "x" * 300,
        ],
    )
    def test_a_value_that_is_none_is_ignored(self, client: Client, query: str) -> None:
        make_event(title="Garden party")
        page = client.get(f"/?{query}")
        assert (page.status_code, titles(client, f"?{query}")) == (200, ["Garden party"])
        said = query.partition("from=")[2]
        assert page.context["filters"].bad_date == bool(said)

    def test_they_live_in_the_address_and_combine(self, client: Client) -> None:
        """Each link keeps the other filters and the search; the pages keep all."""
        for number in range(25):
            make_event(title=f"Party {number}", tags=["music"], channel_name="Walks")
        page = client.get("/?q=Party&format=in_person&tag=music").content.decode()
        links = re.findall(r'class="chip" href="([^"]*)" rel="nofollow"( aria-current)?', page)
        assert [(link.replace("&amp;", "&"), bool(current)) for link, current in links] == [
            ("/?q=Party", False),
            ("/?q=Party&when=today&format=in_person&tag=music", False),
            ("/?q=Party&when=weekend&format=in_person&tag=music", False),
            ("/?q=Party&format=in_person&free=1&tag=music", False),
            ("/?q=Party&tag=music", True),
            ("/?q=Party&format=online&tag=music", False),
        ]
        assert "/?q=Party&amp;format=in_person&amp;channel=walks&amp;tag=music" in page
        assert "?q=Party&amp;format=in_person&amp;tag=music&amp;page=2" in page
        kept = {'name="format" value="in_person"', 'name="tag" value="music"'}
        assert all(page.count(f'type="hidden" {each}') == 2 for each in kept)

    def test_is_one_function(self, friday: datetime) -> None:
        """What pages list is what browse() gives."""
        on(18, 12, "Walk", tags=["sun"])
        on(18, 12, "Talk", format="virtual")
        wanted = Wanted(when="weekend", format="in_person", tag="sun")
        assert [row.title for row in coming_rows(browse(friday, wanted), 0, 9)] == ["Walk"]

    def test_a_tag_is_meant_as_it_is(self, friday: datetime) -> None:
        """Found by its words where it has any, with the words of a search, and no other tag."""
        for number, tag in enumerate(("music", "musical", "live music", "♪", "C", "C++")):
            on(18, 12 + number, tag, tags=[tag])
        on(18, 20, "Music", description="musical live music ♪ C C++")
        for tag in ("music", "musical", "live music", "♪", "C", "C++"):
            wanted = Wanted(tag=tag)
            assert [row.tags for row in coming_rows(browse(friday, wanted), 0, 9)] == [[tag]]
            for words, number in (("mus", "mus" in tag), ("none", 0), ("!", 0)):
                parts = browse(friday, wanted, words)
                assert count_coming(parts, 9) == len(coming_rows(parts, 0, 9)) == number


class TestGuests:
    def test_the_first_guests_are_shown_to_whoever_may_read_the_list(self, client: Client) -> None:
        event = make_event()
        make_rsvp(event, name="Quiet Quentin", is_private=True)
        make_rsvp(event, name="Not Going", attendance="not_going")
        for name in ("Ada", "Bo", "Cy", "Di"):
            make_rsvp(event, name=name)
        (day,) = client.get("/").context["days"]
        assert [card.guests for card in day.cards] == [["Ada", "Bo", "Cy"]]
        for setting in ("guests", "host"):
            event.stored.__class__.objects.filter(pk=event.id).update(show_guests=setting)
            (day,) = client.get("/").context["days"]
            assert [card.guests for card in day.cards] == [[]]

    def test_counts_that_are_hidden_are_not_told(self, client: Client) -> None:
        event = make_event(show_counts=False, capacity=50)
        make_rsvp(event)
        page = client.get("/").content.decode()
        assert (" going<" in page, "spots left<" in page) == (False, False)
        event.stored.__class__.objects.filter(pk=event.id).update(show_counts=True, version=9)
        page = client.get("/").content.decode()
        assert (" going<" in page, "49 spots left<" in page) == (True, True)


def test_before_the_first_event(client: Client, settings: Any) -> None:
    """It says what this is, and leads to making one, where one may."""
    page = client.get("/").content.decode()
    assert page.count('href="/new"') == 3
    settings.OPEN_EVENTS = "off"
    assert 'href="/new"' not in client.get("/").content.decode()
    assert "welcome" not in client.get("/?when=today").content.decode()


def test_a_filtered_page_takes_as_many_queries_for_3_events_as_for_20(
    client: Client, queries_of: Any
) -> None:
    query = "/?free=1&format=in_person&tag=music&from=2020-01-01"
    for number in range(3):
        make_rsvp(make_event(channel_name=f"Room {number}", tags=["music"]))
    few = queries_of(lambda: client.get(query))
    for number in range(17):
        make_rsvp(make_event(channel_name=f"Hall {number}", tags=["music"]))
    # SQLite is asked how many earlier events hold the words of the tag, PostgreSQL, twice, how many
    # it expects to hold them, and which of these are still going on.
    assert queries_of(lambda: client.get(query)) == few == (7 if settings.ON_SQLITE else 10)


def test_cards_are_kept_for_one_language(client: Client, clock: Clock) -> None:
    """What is cached for one reader is not shown to another."""
    now = clock.set(2030, 5, 17)
    make_event(start_time=now, end_time=now + timedelta(days=4), timezone="UTC")
    said = {}
    for language in ("en", "de"):
        page = client.get("/", headers={"accept-language": language}).content.decode()
        said[language] = re.findall("<time [^>]*>([A-Za-z]+)", page)
    assert said == {"en": ["Fri"], "de": ["Fr"]}


class TestNextEvents:
    """The part that a script fetches."""

    def test_holds_the_next_two_of_this_browser_alone(self, clock: Clock) -> None:
        now = clock.set(2030, 5, 17)
        names = ("Third", "First", "Second", "Declined")
        events = {
            name: make_event(title=name, start_time=now + timedelta(days=days))
            for name, days in zip(names, (9, 2, 5, 1), strict=True)
        }
        browser = Client()
        assert browser.get("/mine/next").status_code == 204
        for name, event in events.items():
            said = "not_going" if name == "Declined" else "going"
            form = {"name": "Ana", "attendance": said, "guest_count": "1"}
            browser.get(browser.post(f"/e/{event.id}", form)["Location"])
        page = browser.get("/mine/next")
        assert [mine.event.title for mine in page.context["events"]] == ["First", "Second"]
        assert (page.status_code, page["Cache-Control"]) == (200, "private, no-store")
        assert f'href="/e/{events["First"].id}/rsvp"' in page.content.decode()
        assert "<html" not in page.content.decode()
        assert Client().get("/mine/next").status_code == 204
        cancel_event(event_id=events["First"].id)
        shown = browser.get("/mine/next").context["events"]
        assert [mine.event.title for mine in shown] == ["Second", "Third"]
