"""My events and series: the link that opens every occurrence, and answers given to several."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments.domain.erasing import delete_event
from comments.domain.takedown import take_down
from events.domain.links import rotate_link, rotate_series_link
from events.models import Event, EventLink, Series
from pages.base import OWNER_COOKIE, SERIES_COOKIE
from pages.mine import DEVICE_COOKIE, KEEPER_COOKIE
from rsvps.domain.keeping import forget_kept
from rsvps.domain.respond import rotate_guest_link
from rsvps.models import KeptEvent, Rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_link, make_series, occurrences
from tests.pages.test_mine import ANSWER, in_feed, keeps, listed

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = {"title": "Yoga", "start_time": "2100-12-05T18:30", "timezone": "UTC"}
WEEKLY = {"recurrence": "FREQ=WEEKLY", "recurrence_count": "3"}


def host(**typed: str) -> Client:
    """The browser that made a series."""
    browser = Client()
    page = browser.post("/new", TYPED | WEEKLY | typed, follow=True)
    first = Event.objects.filter(series=Series.objects.last()).earliest("series_index")
    assert page.redirect_chain[-1] == (f"/e/{first.pk}/admin", 303)
    return browser


def entries(browser: Client) -> list[Any]:
    context = browser.get("/mine").context
    return [*context.get("upcoming", ()), *context.get("past", ())]


def sent_to(event: MadeEvent, browser: Client, **said: str) -> Any:
    """The answer to the form for an occurrence and all that follow."""
    response = browser.post(f"/e/{event.id}", ANSWER | {"following": "on"} | said)
    assert response.status_code == 303
    return response


class TestHosting:
    def test_every_occurrence_is_listed_and_opens(self) -> None:
        browser = host(location="Town hall", hide_location="on")
        assert KeptEvent.objects.count() == 1
        assert [mine.hosts for mine in entries(browser)] == [True] * 3
        page = browser.get("/mine").content.decode()
        assert page.count("Town hall") == 3
        assert str(in_feed(browser)["Yoga"]["LOCATION"]) == "Town hall"
        for event in Event.objects.all():
            way = f"/s/{event.series_id}/e/{event.pk}"
            assert f'href="{way}"' in page
            assert browser.get(way, follow=True).redirect_chain == [(f"/e/{event.pk}/admin", 303)]

    def test_without_its_cookie_it_asks_for_the_link(self) -> None:
        browser = host()
        without = Client()
        without.cookies[DEVICE_COOKIE] = browser.cookies[DEVICE_COOKIE].value
        event = Event.objects.latest("series_index")
        refused = without.get(f"/s/{event.series_id}/e/{event.pk}")
        assert refused.status_code == 401
        assert 'href="/lost"' in refused.content.decode()
        assert SERIES_COOKIE not in without.cookies

    def test_a_new_link_of_the_series_ends_it(self) -> None:
        browser = host()
        rotate_series_link(series_id=Series.objects.get().pk)
        assert (listed(browser), in_feed(browser)) == ({}, {})

    def test_it_outlives_its_first_occurrence(self) -> None:
        browser = host()
        delete_event(event_id=Event.objects.earliest("series_index").pk)
        assert listed(browser) == {"upcoming": ["Yoga"] * 2}
        for event in Event.objects.all():
            delete_event(event_id=event.pk)
        assert KeptEvent.objects.count() == 0

    def test_until_the_last_occurrence_is_over_for_long(self, clock: Clock) -> None:
        """Those that have been over for a year leave the list one by one."""
        browser = host(start_time=f"{clock.now + timedelta(days=1):%Y-%m-%dT%H:%M}")
        last = Event.objects.latest("series_index")
        assert last.over_at is not None
        clock.advance(seconds=(last.over_at - clock.now).total_seconds() + 365 * 24 * 3600 - 1)
        assert forget_kept(timezone.now()) == 0
        assert listed(browser) == {"past": ["Yoga"]}
        clock.advance(seconds=1)
        assert listed(browser) == {}
        assert [forget_kept(timezone.now()), KeptEvent.objects.count()] == [1, 0]

    def test_forgetting_one_forgets_the_series(self) -> None:
        """And nothing else; the page says so."""
        browser = keeps(host(), make_event(title="Stays"))
        host()
        first = Event.objects.filter(title="Yoga").earliest("created_at", "series_index")
        assert b"Take the series off this list" in browser.get("/mine").content
        browser.post(f"/mine/forget/{first.pk}")
        assert listed(browser) == {"upcoming": ["Stays"]}
        assert KeptEvent.objects.filter(link__isnull=False).count() == 1

    def test_two_series_are_kept_apart(self) -> None:
        browser = host()
        browser.post("/new", TYPED | WEEKLY | {"title": "Pilates"}, follow=True)
        assert sorted(listed(browser)["upcoming"]) == ["Pilates"] * 3 + ["Yoga"] * 3

    def test_an_answer_to_an_occurrence_stands_beside_it(self) -> None:
        browser = host()
        second = Event.objects.get(series_index=2)
        browser.post(f"/e/{second.pk}", ANSWER, follow=True)
        answered = {mine.event.id for mine in entries(browser) if mine.answer}
        assert answered == {second.pk}
        assert len(entries(browser)) == 3

    def test_it_costs_as_much_for_many(self, queries_of: Callable[..., int]) -> None:
        counts = []
        for number in ("3", "20"):
            browser = host(recurrence_count=number)
            for elsewhere in (OWNER_COOKIE, SERIES_COOKIE):
                browser.cookies.pop(elsewhere)
            counts.append(queries_of(lambda browser=browser: browser.get("/mine")))
        # The device, what it keeps, the events, the version of its calendar.
        assert counts == [4, 4]


class TestAnsweringSeveral:
    def test_each_is_kept(self) -> None:
        browser, four = Client(), occurrences(make_series("FREQ=WEEKLY;COUNT=4", title="Yoga"))
        sent = sent_to(four[1], browser)
        page = browser.get(sent["Location"])
        assert [each["event"].id for each in page.context["entries"]] == [e.id for e in four[1:]]
        assert (len(listed(browser)["upcoming"]), KeptEvent.objects.count()) == (3, 3)
        assert in_feed(browser).keys() == {"Yoga"}

    def test_its_page_can_be_read_again_with_the_proof_alone(
        self, clock: Clock, everything_stored: Callable[[], Any]
    ) -> None:
        """The guest's tokens are in no address, no cache, and in nobody else's browser."""
        browser, four = Client(), occurrences(make_series("FREQ=WEEKLY;COUNT=4"))
        sent = sent_to(four[0], browser)
        way = sent["Location"]
        assert "cvr_" not in way
        assert sent.cookies[KEEPER_COOKIE]["path"] == way
        assert "cvr_" in browser.get(way).content.decode()
        before = everything_stored()
        again = browser.get(way)
        assert again.content.decode().count("cvr_") == 4
        assert again["Cache-Control"] == "private, no-store"
        assert everything_stored() == before
        for stranger in (Client(), keeps(Client(), make_event())):
            answer = stranger.get(way)
            assert (answer.status_code, answer["Location"]) == (303, f"/e/{four[0].id}/rsvp")
            assert b"cvr_" not in answer.content
        rotate_guest_link(event_id=four[1].id, rsvp_id=Rsvp.objects.get(event=four[1].id).pk)
        take_down(event_id=four[2].id)
        assert browser.get(way).content.decode().count("cvr_") == 2
        proof = browser.cookies[KEEPER_COOKIE].value
        clock.advance(hours=1)
        browser.cookies[KEEPER_COOKIE] = proof
        assert b"cvr_" not in browser.get(way).content

    def test_one_that_is_taken_leads_to_it(self) -> None:
        browser, two = Client(), occurrences(make_series("FREQ=WEEKLY;COUNT=2"))
        Event.objects.filter(pk=two[0].id).update(rsvps_closed=True)
        page = browser.post(f"/e/{two[0].id}", ANSWER | {"following": "on"}, follow=True)
        assert page.redirect_chain[-1] == (f"/e/{two[1].id}/rsvp", 303)
        assert [message.level_tag for message in page.context["messages"]] == ["warning"]


class TestTakenDown:
    def test_it_is_gone_for_guests_and_marked_for_hosts(self) -> None:
        host_browser = host()
        event = Event.objects.earliest("series_index")
        guest = Client()
        guest.post(f"/e/{event.pk}", ANSWER, follow=True)
        assert listed(guest) == {"upcoming": ["Yoga"]}
        take_down(event_id=event.pk)
        assert (listed(guest), in_feed(guest)) == ({}, {})
        assert listed(host_browser) == {"upcoming": ["Yoga"] * 3}
        assert host_browser.get("/mine").content.decode().count("Taken down") == 1


def test_a_link_of_its_own_opens_an_occurrence_directly() -> None:
    """Who was given the link of one occurrence keeps that one."""
    browser = host()
    event = Event.objects.earliest("series_index")
    device = KeptEvent.objects.get().device
    make_link(MadeEvent(event.pk, ""))
    own = EventLink.objects.get(event=event)
    KeptEvent.objects.create(device=device, event=event, link=own, version=own.version)
    page = browser.get("/mine").content.decode()
    assert f'href="/e/{event.pk}/admin"' in page
    assert f'href="/s/{event.series_id}/e/{event.pk}"' not in page
    rotate_link(event_id=event.pk, link_id=own.pk)
    assert f'href="/s/{event.series_id}/e/{event.pk}"' in browser.get("/mine").content.decode()
