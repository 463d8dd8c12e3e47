"""The pages and the calendar of a series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from django.test import Client
from icalendar import Calendar

from accounts.domain.tokens import proof_of_reading
from config.dates import day
from events.models import Event, Series
from pages.series_words import rule_words
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_link, make_rsvp, make_series, occurrences
from tests.notify.mail.posting import worked

pytestmark = [pytest.mark.django_db, pytest.mark.once]

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2030, 6, 4, 19, tzinfo=BERLIN)
NEW = {"title": "Yoga", "start_time": "2030-06-04T19:00", "timezone": "Europe/Berlin"}
WHO = {"name": "Ana", "attendance": "going"}


@pytest.fixture(autouse=True)
def _now(clock: Clock) -> None:
    """It is May 2030."""


@pytest.fixture
def four() -> list[MadeEvent]:
    return occurrences(
        make_series("FREQ=WEEKLY;COUNT=4", start_time=START, timezone="Europe/Berlin", title="Yoga")
    )


def page_of(event: MadeEvent) -> str:
    return f"/s/{event.row.series_id}"


# --- Making -------------------------------------------------------------------------------------


def test_making_a_series(client: Client) -> None:
    """Its maker's browser opens every occurrence from the page of the series."""
    repeats = {"recurrence": "FREQ=WEEKLY", "recurrence_count": "4"}
    repeats |= {"recurrence_exdates": "2030-06-11"}
    answer = client.post("/new", NEW | repeats)
    assert answer.status_code == 303
    series = Series.objects.get()
    assert series.rrule == "FREQ=WEEKLY;COUNT=4"
    events = list(Event.objects.order_by("start_time"))
    assert [f"{each.series_date:%m-%d}" for each in events] == ["06-04", "06-18", "06-25"]
    arrived = client.get(client.get(answer["Location"])["Location"])
    assert "Your 3 events are live" in arrived.content.decode()
    page = client.get(f"/s/{series.pk}").content.decode()
    for each in events:
        there = f"/s/{series.pk}/e/{each.pk}"
        assert there in page
        assert client.get(there)["Location"] == f"/e/{each.pk}/admin"
        assert client.get(f"/e/{each.pk}/admin").status_code == 200


@pytest.mark.parametrize(
    ("typed", "rrule"),
    [
        ({"recurrence": "FREQ=MONTHLY", "recurrence_until": "2030-08-31"}, "FREQ=MONTHLY;UNTIL="),
        ({"recurrence": "own", "recurrence_rule": "FREQ=WEEKLY;BYDAY=TU,TH"}, "FREQ=WEEKLY;BYDAY"),
    ],
)
def test_other_rules(client: Client, typed: dict[str, str], rrule: str) -> None:
    assert client.post("/new", NEW | typed).status_code == 303
    assert Series.objects.get().rrule.startswith(rrule)


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"recurrence": "own", "recurrence_rule": "FREQ=HOURLY"}, "recurrence_rule"),
        ({"recurrence": "own"}, "recurrence_rule"),
        ({"recurrence": "FREQ=DAILY", "recurrence_count": "1001"}, "recurrence_count"),
        ({"recurrence": "FREQ=DAILY", "recurrence_until": "soon"}, "recurrence_until"),
        ({"recurrence": "FREQ=DAILY", "recurrence_until": "2020-01-01"}, "recurrence"),
        (
            {"recurrence": "FREQ=DAILY", "recurrence_exdates": "2030-06-05\nno"},
            "recurrence_exdates",
        ),
        ({"recurrence": "FREQ=DAILY", "recurrence_rule": "FREQ=WEEKLY"}, "recurrence_rule"),
        ({"recurrence": "FREQ=HOURLY"}, "recurrence"),
        ({"recurrence_rule": "FREQ=WEEKLY"}, "recurrence"),
        ({"recurrence_count": "3"}, "recurrence"),
        ({"recurrence_exdates": "2030-06-05"}, "recurrence"),
        (
            {"recurrence": "FREQ=DAILY", "recurrence_count": "2", "recurrence_until": "2030-08-01"},
            "recurrence_until",
        ),
    ],
)
def test_rules_that_are_refused(client: Client, typed: dict[str, str], beside: str) -> None:
    """Beside what was typed; nothing that was typed is passed over."""
    answer = client.post("/new", NEW | typed)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [beside]
    assert not Event.objects.exists()


# --- The page and its link ----------------------------------------------------------------------


def test_the_page(client: Client, four: list[MadeEvent]) -> None:
    """Public, with every occurrence, and reached from each of them."""
    answer = client.get(page_of(four[0]))
    assert answer.status_code == 200
    assert [each.id for each in answer.context["events"]["upcoming"]] == [each.id for each in four]
    assert page_of(four[0]) in client.get(f"/e/{four[2].id}").content.decode()
    assert client.get("/s/0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11").status_code == 404


def test_private_occurrences(client: Client, four: list[MadeEvent]) -> None:
    Event.objects.filter(pk=four[1].id).update(is_private=True, title="Secret")
    path, link = page_of(four[0]), f"{page_of(four[0])}/admin/{four[0].owner_token}"
    assert "Secret" not in client.get(path).content.decode()
    assert "Secret" not in client.get(f"{path}.ics").content.decode()
    assert client.get(link)["Location"] == path
    assert "Secret" in client.get(path).content.decode()
    Event.objects.update(is_private=True)
    answer = client.get(path)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert Client().get(path).status_code == 404
    assert Client().get(f"{path}.ics").status_code == 404


@pytest.mark.parametrize(("private", "links"), [(False, [True, True]), (True, [True, False])])
def test_the_organizers_pages_lead_to_all_dates(private: bool, links: list[bool]) -> None:
    """Whoever has the link of one occurrence alone is not led to the others of a private series."""
    event = make_series("FREQ=WEEKLY;COUNT=3", is_private=private)
    for token, linked in zip((event.owner_token, make_link(event)), links, strict=True):
        browser = Client()
        browser.get(f"/e/{event.id}/admin/{token}")
        said = browser.get(f"/e/{event.id}/admin").content.decode()
        assert rule_words("FREQ=WEEKLY;COUNT=3") in said
        assert (f'href="{page_of(event)}"' in said) is linked


def test_the_link_of_one_occurrence_opens_no_series(client: Client, four: list[MadeEvent]) -> None:
    token = make_link(four[1])
    assert client.get(f"{page_of(four[0])}/admin/{token}").status_code == 403
    client.get(f"/e/{four[1].id}/admin/{token}")
    assert "convene_series" not in client.cookies
    other = make_series()
    assert client.get(f"{page_of(four[0])}/admin/{other.owner_token}").status_code == 403
    assert Client().get(f"{page_of(other)}/e/{four[0].id}").status_code == 401


def test_the_link_of_the_series_at_one_occurrence(client: Client, four: list[MadeEvent]) -> None:
    """Opens that one, and the page of the series."""
    answer = client.get(f"/e/{four[1].id}/admin/{four[0].owner_token}")
    paths = {name: cookie["path"] for name, cookie in answer.cookies.items()}
    assert paths == {"convene_owner": f"/e/{four[1].id}", "convene_series": page_of(four[0])}


def test_the_mailed_link_confirms_the_host(client: Client) -> None:
    """In every occurrence that names that address."""
    event = make_series("FREQ=WEEKLY;COUNT=3", host_email="cora@example.org")
    last = occurrences(event)[-1]
    Event.objects.filter(pk=last.id).update(host_email="other@example.org")
    proof = proof_of_reading(event.owner_token, "cora@example.org")
    client.get(f"{page_of(event)}/admin/{event.owner_token}?mailed={proof}")
    confirmed = [each.row.host_confirmed_at is not None for each in occurrences(event)]
    assert confirmed == [True, True, False]


# --- Changing -----------------------------------------------------------------------------------


@pytest.fixture
def owner(client: Client, four: list[MadeEvent]) -> Client:
    for each in four:
        client.get(f"/e/{each.id}/admin/{each.owner_token}")
    return client


def stored_form(client: Client, event: MadeEvent) -> dict[str, Any]:
    form = client.get(f"/e/{event.id}/admin/edit").context["form"]
    values = {field.name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, False, [], "")} | {
        "reminders": "24, 1"
    }


def test_editing_asks_how_far(owner: Client, four: list[MadeEvent]) -> None:
    """It shows first what would become of the series, and then does that."""
    path = f"/e/{four[1].id}/admin/edit"
    form = stored_form(owner, four[1]) | {"title": "Pilates", "scope": "following"}
    asked = owner.post(path, form)
    assert asked.status_code == 200
    assert len(asked.context["outcome"].changed) == 3
    assert set(Event.objects.values_list("title", flat=True)) == {"Yoga"}
    assert owner.post(path, form | {"confirmed": "yes"}).status_code == 303
    assert [each.row.title for each in four] == ["Yoga", *["Pilates"] * 3]


def test_a_new_rule(owner: Client, four: list[MadeEvent]) -> None:
    path = f"/e/{four[0].id}/admin/edit"
    form = stored_form(owner, four[0]) | {"scope": "all", "confirmed": "yes"}
    for wrong in ({"recurrence": "FREQ=HOURLY"}, {"recurrence": "FREQ=DAILY", "scope": "this"}):
        bad = owner.post(path, form | wrong)
        assert bad.status_code == 400
        assert list(bad.context["scoping"].errors) == ["recurrence"]
    form["recurrence"] = "FREQ=WEEKLY;INTERVAL=2;COUNT=3"
    assert owner.post(path, form).status_code == 303
    assert Event.objects.count() == 3


def test_guests_of_the_other_events_are_asked_about(
    settings: Any, owner: Client, four: list[MadeEvent]
) -> None:
    """Also where the one that is changed has none."""
    settings.MAIL_ENABLED = True
    make_rsvp(four[3], email="ana@example.org")
    worked()
    at = f"/e/{four[1].id}/admin"
    assert owner.get(f"{at}/cancel").context["notice"].asks
    for change, first in (
        ({"location": "Roof", "format": "in_person"}, "none"),
        ({"recurrence": "FREQ=DAILY;COUNT=1"}, "all"),
    ):
        form = stored_form(owner, four[1]) | {"scope": "following"} | change
        notice = owner.post(f"{at}/edit", form).context["notice"]
        assert notice["notify"].value() == first
        assert "(1)" in notice.fields["notify"].choices[2][1]
    alone = stored_form(owner, four[1]) | {"scope": "this", "title": "New"}
    assert not owner.post(f"{at}/edit", alone).context["notice"].asks
    told = {"scope": "following", "notify": "all"}
    assert owner.post(f"{at}/cancel", told).status_code == 303
    assert [letter["To"] for letter in worked()] == ["ana@example.org"]


def test_without_a_word_it_is_for_one(owner: Client, four: list[MadeEvent]) -> None:
    form = stored_form(owner, four[1]) | {"title": "Pilates", "confirmed": "yes"}
    assert owner.post(f"/e/{four[1].id}/admin/edit", form).status_code == 303
    assert [each.row.title for each in four] == ["Yoga", "Pilates", "Yoga", "Yoga"]


def test_calling_off_and_deleting(owner: Client, four: list[MadeEvent]) -> None:
    at = f"/e/{four[1].id}/admin"
    for action, cancelled in (("cancel", True), ("uncancel", False)):
        assert owner.post(f"{at}/{action}", {"scope": "following"}).status_code == 303
        states = [each.row.cancelled_at is not None for each in four]
        assert states == [False, *[cancelled] * 3]
    typed = {"scope": "following", "typed": four[1].row.title}
    assert owner.post(f"{at}/delete", typed).status_code == 303
    assert Event.objects.count() == 1


def test_others_are_not_asked(client: Client, four: list[MadeEvent]) -> None:
    """Who holds the link of one occurrence, and the host of an event by itself."""
    single = make_event()
    for event, token in ((four[1], make_link(four[1])), (single, single.owner_token)):
        client.get(f"/e/{event.id}/admin/{token}")
        assert not client.get(f"/e/{event.id}/admin/edit").context["scoping"].asks
        form = stored_form(client, event) | {"title": "New", "scope": "all", "confirmed": "yes"}
        assert client.post(f"/e/{event.id}/admin/edit", form).status_code == 303
    assert [each.row.title for each in four] == ["Yoga", "New", "Yoga", "Yoga"]


# --- Answering ----------------------------------------------------------------------------------


def test_answering_all_that_follow(client: Client, four: list[MadeEvent]) -> None:
    """A page shows what was taken, with the guest's own links, and says what was not."""
    Event.objects.filter(pk=four[2].id).update(capacity=1)
    make_rsvp(four[2])
    sent = client.post(f"/e/{four[1].id}", WHO | {"following": "on"})
    assert sent.status_code == 303
    answer = client.get(sent["Location"])
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    entries = answer.context["entries"]
    assert [each["event"].id for each in entries] == [four[1].id, four[3].id]
    (told,) = answer.context["messages"]
    assert f"{day(four[2].row.start_time)}: " in str(told)
    for each in entries:
        there = Client().get(each["link"].removeprefix("http://testserver"))
        assert there["Location"] == f"/e/{each['event'].id}/rsvp"
    assert client.get(f"/e/{four[1].id}/rsvp").status_code == 200
    assert Rsvp.objects.filter(name="Ana").count() == 2


def test_the_question_is_asked_where_there_are_more(client: Client, four: list[MadeEvent]) -> None:
    single = make_event()
    for event, asked in ((four[0], True), (four[3], False), (single, False)):
        fields = client.get(f"/e/{event.id}").context["form"].fields
        assert ("following" in fields) == asked
    Event.objects.filter(pk__in=[each.id for each in four[1:]]).update(is_private=True)
    assert "following" not in client.get(f"/e/{four[0].id}").context["form"].fields


# --- The calendar -------------------------------------------------------------------------------


RULES = [
    "FREQ=WEEKLY;BYDAY=SU,TU",
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=MONTHLY;BYMONTHDAY=31,-1",
    "FREQ=DAILY;INTERVAL=3;COUNT=200",
    "FREQ=WEEKLY;INTERVAL=2;UNTIL=20320401",
    "FREQ=YEARLY",
]


@pytest.mark.parametrize(
    "zone", ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]
)
@pytest.mark.parametrize("rule", RULES)
def test_calendars_read_the_same_moments(client: Client, zone: str, rule: str) -> None:
    """Over three years, at an hour that clocks skip and show twice: occurrences by themselves and
    the rest by its rule, without a gap and without a double."""
    tz = ZoneInfo(zone)
    start = datetime(2030, 6, 2, 1, 30, tzinfo=tz)
    event = make_series(rule, start_time=start, timezone=zone, end_time=start + timedelta(hours=1))
    until = datetime(2033, 6, 2, tzinfo=UTC)
    calendar: Any = Calendar.from_ical(client.get(f"{page_of(event)}.ics").content)
    found = recurring_ical_events.of(calendar).between(datetime(2030, 6, 1, tzinfo=UTC), until)
    moments = sorted(each["DTSTART"].dt.astimezone(UTC) for each in found)
    written = Series.objects.get().rrule
    expected = [each.astimezone(UTC) for each in _until(rrulestr(written, dtstart=start), until)]
    assert moments == expected


def _until(found: Any, until: datetime) -> list[datetime]:
    moments = []
    for each in found:
        if each >= until:
            break
        moments.append(each)
    return moments


def test_asked_again(client: Client, four: list[MadeEvent], clock: Clock) -> None:
    """304 while nothing changed; cancelled occurrences stay, with their own UID."""
    path = f"{page_of(four[0])}.ics"
    first = client.get(path)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Event.objects.filter(pk=four[1].id).update(cancelled_at=clock.now, version=9)
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    events: Any = Calendar.from_ical(changed.content)
    told = {str(e["UID"]): str(e["STATUS"]) for e in events.walk("VEVENT")}
    cancelled = f"{four[1].id}@convene"
    assert told == {f"{each.id}@convene": "CONFIRMED" for each in four} | {cancelled: "CANCELLED"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=1", "Every 2 weeks on Tuesday, 1 time"),
        ("FREQ=MONTHLY;BYDAY=2TU,-1SU", "Every month on the 2nd Tuesday and the last Sunday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "Every month on the 1st and the last day of the month"),
        ("FREQ=YEARLY;UNTIL=20321224T180000Z", "Every year, until 24 December 2032"),
        (
            "FREQ=MONTHLY;BYDAY=-2MO;BYMONTHDAY=13",
            "Every month on the 2nd to last Monday on the 13th",
        ),
    ],
)
def test_rules_in_words(rule: str, said: str) -> None:
    assert rule_words(rule) == said
