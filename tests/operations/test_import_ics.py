"""import_ics: a calendar's entries become events, and none twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as stored_settings

from accounts.models import Tenant
from channels.models import Channel
from comments.domain.erasing import delete_event
from events.domain.lifecycle import change_event
from events.models import Event, Series
from events.rows import event_row
from operations.ics import fetching, storing
from operations.reindex import is_in_step
from tests.conftest import Api, Clock
from tests.makers import make_channel
from tests.operations.calendar_file import calendar, entry, write
from tests.root import refusal, run, run_json
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db
Stored = Callable[[], dict[str, list[str]]]
Load = Callable[..., dict[str, Any]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Imports a calendar of these parts into the channel Choir, and says what was said."""

    def imported(*parts: list[str], more: tuple[str, ...] = ()) -> dict[str, Any]:
        file = write(tmp_path / "calendar.ics", *parts)
        return dict(run_json("import_ics", file, "--channel", "Choir", *more))

    return imported


def counts(said: dict[str, Any]) -> tuple[int, int, int]:
    """(events, series, here already)"""
    return said["events"], said["series"], said["already_here"]


def reasons(said: dict[str, Any]) -> list[tuple[str, str, int]]:
    """What was left out: (what, why, how many)."""
    return [(left["what"], left["why"], left["number"]) for left in said["left"]]


def test_everything_comes_along(load: Load) -> None:
    """Each property where it belongs."""
    full = entry(
        "ORGANIZER;CN=Ada:mailto:ada@example.org",
        "CONFERENCE;VALUE=URI:https://meet.example.org/x",
        "CATEGORIES:Music,Evening",
        "CATEGORIES:Free",
        DESCRIPTION="Bring a cup\\, and a friend<br>See <b>you</b> &amp; them",
        LOCATION="Old Mill",
        URL="https://choir.example.org",
        CLASS="PRIVATE",
    )
    said = load(full)
    assert (counts(said), said["left"], said["dry_run"]) == ((1, 0, 0), [], False)
    event = Event.objects.get()
    assert {name: getattr(event, name) for name in FIELDS} == {
        "title": "Choir practice",
        "description": "Bring a cup, and a friend\nSee you & them\n\nhttps://choir.example.org",
        "start_time": datetime(2031, 5, 20, 17, tzinfo=UTC),
        "end_time": datetime(2031, 5, 20, 19, tzinfo=UTC),
        "timezone": "Europe/Berlin",
        "location": "Old Mill",
        "online_url": "https://meet.example.org/x",
        "format": "hybrid",
        "tags": ["Music", "Evening", "Free"],
        "is_private": True,
        "host_name": "Ada",
        "tenant_id": None,
        "slug": "choir-practice",
    }
    assert Channel.objects.values_list("slug", "visibility").get() == ("choir", "public")
    assert is_in_step()


FIELDS = (
    *("title", "description", "start_time", "end_time", "timezone", "location", "online_url"),
    *("format", "tags", "is_private", "host_name", "tenant_id", "slug"),
)


def test_times(load: Load) -> None:
    """Whole days, lengths, floating times and UTC; a time without a zone is in the calendar's, the
    calendar's is what the operator says where it says nothing."""
    parts = (
        ["X-WR-TIMEZONE:America/Lima"],
        entry("DTSTART;VALUE=DATE:20310520", UID="1"),
        entry("DTSTART;VALUE=DATE:20310520", "DTEND;VALUE=DATE:20310523", UID="2"),
        entry("DTSTART:20310520T190000", "DURATION:PT90M", UID="3"),
        entry("DTSTART:20310520T190000Z", UID="4"),
        entry("DTSTART;TZID=W. Europe Standard Time:20310520T190000", UID="5"),
        entry("DTSTART:20310520T190000", "DTEND:20310520T190000", UID="6"),
    )
    said = load(*parts)
    assert reasons(said) == [
        ("entries", "Without its end, which was not after its start.", 1),
    ]
    hour = timedelta(hours=1)
    midnight, evening = datetime(2031, 5, 20, 5, tzinfo=UTC), datetime(2031, 5, 20, 19, tzinfo=UTC)
    lima, berlin = "America/Lima", "Europe/Berlin"
    columns = ("start_time", "end_time", "timezone")
    assert sorted(Event.objects.values_list(*columns), key=str) == sorted(
        [
            (midnight, midnight + 24 * hour, lima),
            (midnight, midnight + 72 * hour, lima),
            (evening + 5 * hour, evening + 6.5 * hour, lima),
            (evening, None, lima),
            (evening - 2 * hour, None, berlin),
            (evening + 5 * hour, None, lima),
        ],
        key=str,
    )
    Event.objects.all().delete()
    load(entry("DTSTART:20310520T190000"), more=("--timezone", "Asia/Tokyo"))
    assert Event.objects.values_list("start_time", "timezone").get() == (
        datetime(2031, 5, 20, 10, tzinfo=UTC),
        "Asia/Tokyo",
    )


def test_series(load: Load, clock: Clock) -> None:
    """Its rule and exceptions, and single dates that were moved or called off."""
    clock.set(2031, 5, 1)
    zone = "TZID=Europe/Berlin"
    said = load(
        entry(
            "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=TU;COUNT=5",
            f"EXDATE;{zone}:20310527T190000",
        ),
        entry(
            f"RECURRENCE-ID;{zone}:20310603T190000",
            f"DTSTART;{zone}:20310604T200000",
            SUMMARY="Choir practice, a day later",
        ),
        entry(f"RECURRENCE-ID;{zone}:20310610T190000", STATUS="CANCELLED"),
    )
    assert counts(said) == (1, 1, 0)
    assert reasons(said) == [("entries", "Left out: it was called off.", 1)]
    assert Series.objects.get().rrule == "FREQ=WEEKLY;BYDAY=TU;COUNT=5"
    starts = Event.objects.order_by("start_time").values_list("start_time", flat=True)
    assert [each.date() for each in starts] == [
        date(2031, 5, 20),
        date(2031, 6, 4),
        date(2031, 6, 17),
    ]


def test_twice(load: Load, api: Api) -> None:
    """Nothing doubles, and nothing that was changed here is undone; what is new comes along."""
    first, weekly = entry(UID="1"), entry("RRULE:FREQ=WEEKLY;COUNT=3", UID="2")
    assert counts(load(first, weekly)) == (1, 1, 0)
    event = Event.objects.get(series=None)
    row = event_row(event.pk)
    assert row is not None
    change_event(event=row, values={"title": "Renamed"})
    moved = entry("RECURRENCE-ID:20310527T170000Z", UID="2")
    said = load(first, weekly, moved, entry(UID="3", SUMMARY="New"))
    assert counts(said) == (1, 0, 2)
    assert reasons(said) == [("entries", "Left out: its series is here already.", 1)]
    titles = sorted(Event.objects.filter(series=None).values_list("title", flat=True))
    assert (titles, Event.objects.count()) == (["New", "Renamed"], 5)
    # Of the series, the first occurrence was erased meanwhile.
    delete_event(event_id=Event.objects.exclude(series=None).earliest("start_time").pk)
    assert counts(load(first, weekly)) == (0, 0, 2)
    # The key of the ids was replaced meanwhile.
    stored_settings.CAPABILITY_KEYS.insert(0, "another key of the instance's own")
    try:
        assert counts(load(first, weekly)) == (0, 0, 2)
    finally:
        del stored_settings.CAPABILITY_KEYS[0]


@pytest.mark.once
def test_a_dry_run(load: Load, everything_stored: Stored) -> None:
    """Says what would be and writes nothing, not even the channel."""
    parts = (entry(UID="1"), entry("RRULE:FREQ=DAILY;COUNT=2", UID="2"), entry(UID="3", SUMMARY=""))
    before = everything_stored()
    said = load(*parts, more=("--dry-run",))
    assert everything_stored() == before
    assert load(*parts) == said | {"dry_run": False}
    assert counts(said) == (1, 1, 0)


def test_what_cannot_be_taken(load: Load) -> None:
    """Is named with its reason; the rest comes along."""
    said = load(
        entry(UID="1"),
        entry(UID="1", SUMMARY="Same id"),
        entry("DTSTART:2031", UID="2", SUMMARY="Bad start"),
        entry("DTSTART:99991231T000000Z", UID="3", SUMMARY="Too late"),
        entry("RRULE:FREQ=SECONDLY", UID="4", SUMMARY="Too often"),
        entry("RRULE:FREQ=MONTHLY;BYDAY=FR;BYSETPOS=1", UID="5", SUMMARY="Odd rule"),
        entry("DTSTART:20010101T100000Z", "RRULE:FREQ=DAILY", UID="6", SUMMARY="Long rule"),
        entry(UID="7", STATUS="CANCELLED", SUMMARY="Called off"),
        ["BEGIN:VTODO", "UID:8", "SUMMARY:Wash up", "END:VTODO"],
        entry(
            *("ATTENDEE:mailto:ana@example.org", "ATTENDEE:mailto:ben@example.org"),
            "ORGANIZER;CN=ada@example.org:mailto:ada@example.org",
            UID="9",
            SUMMARY="x" * 300,
            CATEGORIES="x" * 30,
            LOCATION="https://meet.example.org/y",
        ),
    )
    assert [(*left["examples"], left["number"]) for left in said["left"]] == [
        ("Bad start", 1),
        ("VTODO", 1),
        ("Same id", 1),
        ("Too late", 1),
        ("Too often", 1),
        ("Odd rule", 1),
        ("Called off", 1),
        ("x" * 60, 1),
        ("x" * 60, 1),
        ("x" * 60, 2),
    ]
    assert counts(said) == (2, 1, 0)
    kept = Event.objects.get(title__startswith="xxx")
    assert (len(kept.title), kept.host_name, kept.location, kept.format) == (255, "", "", "virtual")
    assert kept.online_url == "https://meet.example.org/y"


def test_whose_events_they_are(tmp_path: Path) -> None:
    """A tenant's, in its own channel; nobody else's come into that."""
    cast = make_cast()
    channel = make_channel("Club", tenant=cast.tenant)
    file = write(tmp_path / "calendar.ics", entry())
    assert refusal("import_ics", file, "--channel", "Club") == "channel_of_organisation"
    assert refusal("import_ics", file, "--channel", "Club", "--tenant", "x") == "tenant_not_found"
    run("import_ics", file, "--channel", "Club", "--tenant", cast.tenant.slug)
    assert Event.objects.values_list("tenant", "channel").get() == (cast.tenant.pk, channel.pk)
    assert Tenant.objects.count() == 2


def test_a_private_channel(tmp_path: Path) -> None:
    """Is reached by its slug alone."""
    channel = make_channel("Club", "private")
    file = write(tmp_path / "calendar.ics", entry())
    run("import_ics", file, "--channel", channel.slug)
    assert Event.objects.get().channel == channel
    assert Channel.objects.count() == 1


def test_few_at_a_time(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the batches are, all of it arrives."""
    monkeypatch.setattr(storing, "_AT_A_TIME", 2)
    parts = [entry(UID=str(number)) for number in range(5)]
    assert counts(load(*parts)) == (5, 0, 0)
    assert len(set(Event.objects.values_list("slug", flat=True))) == 5


@pytest.mark.once
def test_files_that_are_refused(
    tmp_path: Path, everything_stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by what is wrong with it."""
    before = everything_stored()
    file = tmp_path / "calendar.ics"
    whole = calendar(entry())
    for content in (b"", b"hello", b"\xff\xfe", whole[: len(whole) // 2], b"END:VCALENDAR"):
        file.write_bytes(content)
        assert refusal("import_ics", file, "--channel", "Choir") == "source: not_a_calendar"
    file.write_bytes(whole)
    no_zone = refusal("import_ics", file, "--channel", "Choir", "--timezone", "Moon")
    assert no_zone == "timezone: bad_zone"
    assert refusal("import_ics", file, "--channel", "!") == "channel_name: no_letter_or_number"
    missing = refusal("import_ics", tmp_path / "none.ics", "--channel", "Choir")
    assert missing == "no_such_file"
    monkeypatch.setattr(fetching, "MOST_BYTES", 10)
    assert refusal("import_ics", file, "--channel", "Choir") == "file_too_large"
    assert everything_stored() == before


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a server that has a calendar, and some that it has not."""
    done = Signal()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            moved = {"/moved": "/calendar.ics", "/away": "http://127.0.0.2:9/calendar.ics"}
            if self.path == "/slow":
                done.wait(60)
            if self.path in moved:
                self.send_response(302)
                self.send_header("Location", moved[self.path])
            else:
                self.send_response(200 if self.path == "/calendar.ics" else 404)
            self.end_headers()
            self.wfile.write(calendar(entry()))

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        server.daemon_threads = False  # they are waited for at the end
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        done.set()
        server.shutdown()


@pytest.mark.once
def test_a_calendar_at_an_address(
    site: str, everything_stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that was typed, and no other host that it leads to; within bounds of time and
    size."""
    before = everything_stored()

    def refused(address: str) -> str:
        return refusal("import_ics", address, "--channel", "Choir")

    assert refused(f"{site}/away") == "source: leads_elsewhere"
    assert refused(f"{site}/none") == "source: not_fetched"
    assert refused("http://127.0.0.1:9/calendar.ics") == "source: not_fetched"
    assert refused("http://") == "source: not_fetched"
    assert refused("http://[::/calendar.ics") == "source: not_fetched"
    assert refused("ftp://127.0.0.1/calendar.ics") == "no_such_file"
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_SECONDS", 0.2)
        assert refused(f"{site}/slow") == "source: not_fetched"
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "MOST_BYTES", 10)
        assert refused(f"{site}/calendar.ics") == "file_too_large"
    assert everything_stored() == before
    said = run("import_ics", f"{site}/moved", "--channel", "Choir")
    assert said == "1 event and 0 series; already here: 0."
