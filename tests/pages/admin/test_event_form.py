"""The form and the list of events in the admin: clocks, units, lines, and what is shown first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.domain.actors import Actor
from events.models import Event, Tier
from tests.makers import make_event
from tests.pages.admin.cast import House, browser, superuser
from tests.pages.admin.test_event_page import LIST, page_of
from tests.pages.admin.test_two_editors import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_times_are_on_the_events_clock(organizer: Client, ours: House) -> None:
    """Shown in its zone and read in it; another zone leaves the clock as it is."""
    start = datetime(2031, 7, 1, 17, 30, tzinfo=UTC)
    Event.objects.filter(pk=ours.event.id).update(
        start_time=start, timezone="Europe/Berlin", created_at=start
    )
    page = page_of(ours.event)
    form = form_of(organizer, page)
    assert (form["start_time"], form["end_time"]) == ("2031-07-01T19:30", "")
    assert "Tue 1 Jul 2031, 19:30 CEST" in organizer.get(page).content.decode()
    assert organizer.post(page, form | {"end_time": "2031-07-01T22:00"}).status_code == 302
    event = ours.event.stored
    assert (event.start_time, event.end_time) == (start, datetime(2031, 7, 1, 20, tzinfo=UTC))
    form = form_of(organizer, page) | {"timezone": "America/New_York"}
    assert organizer.post(page, form).status_code == 302
    event = ours.event.stored
    assert event.start_time == datetime(2031, 7, 1, 23, 30, tzinfo=UTC)
    assert event.end_time == datetime(2031, 7, 2, 2, tzinfo=UTC)
    assert form_of(organizer, page)["start_time"] == "2031-07-01T19:30"


def test_an_untouched_form_changes_nothing(organizer: Client, ours: House) -> None:
    """Seconds, metadata, tags and reminders are as they were."""
    before = ours.event.row
    assert organizer.post(page_of(ours.event), form_of(organizer, page_of(ours.event)))
    after = ours.event.row
    assert after == before
    assert ours.event.stored.metadata == {"kept": "Our own metadata"}


def test_lists_are_lines_and_numbers(organizer: Client, ours: House) -> None:
    """Of tags one on each line, of reminders numbers; metadata is shown, not asked for."""
    page = page_of(ours.event)
    form = form_of(organizer, page)
    assert "metadata" not in form
    assert "Our own metadata" in organizer.get(page).content.decode()
    sent = form | {"tags": "one\r\ntwo, too", "reminders": "48, 2"}
    assert organizer.post(page, sent).status_code == 302
    event = ours.event.stored
    assert (event.tags, event.reminders) == (["one", "two, too"], [48, 2])
    assert event.metadata == {"kept": "Our own metadata"}


@pytest.mark.parametrize(
    ("price", "currency", "stored"),
    [("12.50", "EUR", 1250), ("12,5", "EUR", 1250), ("300", "JPY", 300), ("", "USD", 0)],
)
def test_prices_are_in_units(
    organizer: Client, ours: House, price: str, currency: str, stored: int
) -> None:
    """With as many decimals as the currency has."""
    page, tier = page_of(ours.event), Tier.objects.get(event=ours.event.id)
    form = form_of(organizer, page)
    assert form["tiers-0-price_cents"] == "0.00"
    form |= {"tiers-0-price_cents": price, "tiers-0-currency": currency}
    assert organizer.post(page, form).status_code == 302
    tier.refresh_from_db()
    assert (tier.price_cents, tier.currency) == (stored, currency)


def test_the_same_number_in_another_currency(organizer: Client, ours: House) -> None:
    """5 euros become 5 yen, not 500; half a yen is none."""
    Tier.objects.filter(event=ours.event.id).update(price_cents=550)
    form = form_of(organizer, page_of(ours.event)) | {"tiers-0-currency": "JPY"}
    assert organizer.post(page_of(ours.event), form).status_code == 200
    form |= {"tiers-0-price_cents": "5"}
    assert organizer.post(page_of(ours.event), form).status_code == 302
    assert Tier.objects.get(event=ours.event.id).price_cents == 5


def test_what_is_wrong_is_listed_and_opened_at(organizer: Client, ours: House) -> None:
    """In the order of the page, rows of tickets too; one field has the focus."""
    page = page_of(ours.event)
    form = form_of(organizer, page)
    sent = form | {"timezone": "Mars/Olympus", "title": "", "tiers-0-name": ""}
    answer = organizer.post(page, sent)
    listed = [each.id for each in answer.context["wrong"]]
    assert listed == ["id_title", "id_tiers-0-name"]
    text = answer.content.decode()
    assert [text.count(f'href="#{each}"') for each in listed] == [1, 1]
    assert text.count("autofocus") == 1
    answer = organizer.post(page, form | {"timezone": "Mars/Olympus"})
    assert [each.id for each in answer.context["wrong"]] == ["id_timezone"]
    assert "autofocus" not in organizer.get(page).content.decode()


def test_the_list_begins_with_what_is_to_come(organizer: Client, ours: House) -> None:
    """The next first; past ones and all the latest first; a search looks among all."""
    actor, now = Actor(staff_of=ours.tenant.pk), timezone.now()
    for days in (-9, -3, 2, 20):
        make_event(actor=actor, title=f"Day {days}", start_time=now + timedelta(days=days))

    def listed(**query: Any) -> list[str]:
        return [event.title for event in organizer.get(LIST, query).context["cl"].result_list]

    coming = ["Day 2", "Our own event", "Day 20"]
    assert listed() == listed(when="upcoming") == listed(when="never") == coming
    assert listed(when="past") == ["Day -3", "Day -9"]
    assert listed(when="all") == [*reversed(coming), "Day -3", "Day -9"]
    assert listed(q="day") == ["Day 20", "Day 2", "Day -3", "Day -9"]


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads small tables without an index"
)
@pytest.mark.parametrize("part", ["upcoming", "past", "all"])
def test_the_list_is_read_along_an_index(ours: House, part: str) -> None:
    """Of any number of events one page is read, without sorting the others."""
    answer = browser(superuser()).get(LIST, {"when": part})
    plan = answer.context["cl"].queryset.explain()
    assert "event_by_end" in plan
    assert "TEMP B-TREE" not in plan


def test_buttons_of_a_past_event_work(organizer: Client, ours: House) -> None:
    """Its page acts among all events, whatever the list shows."""
    past = datetime(2020, 1, 1, tzinfo=UTC)
    Event.objects.filter(pk=ours.event.id).update(start_time=past, end_time=None)
    page = page_of(ours.event)
    where = organizer.get(page).context["in_all"]
    act = {"action": "close_rsvps", "_selected_action": [ours.event.id], "from_page": "1"}
    assert organizer.post(where, act)["Location"] == page
    assert ours.event.stored.rsvps_closed is True
