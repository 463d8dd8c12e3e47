"""My events: what a browser keeps of what it made and answered, and who else gets at it: nobody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from icalendar import Calendar

from accounts.domain.devices import forget_devices
from accounts.domain.tokens import mint
from accounts.enums import LinkRole, TokenKind
from accounts.models import Device
from comments.domain.erasing import delete_event
from config.logs import redact
from events.domain.lifecycle import cancel_event
from events.domain.links import rotate_link
from events.models import Event, EventLink
from pages.base import GUEST_COOKIE
from pages.mine import DEVICE_COOKIE, KEEPER_COOKIE
from rsvps.domain.approval import approve
from rsvps.domain.keeping import forget_kept
from rsvps.domain.respond import delete_rsvp, rotate_guest_link
from rsvps.models import KeptEvent, Rsvp
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = {"title": "Lantern walk", "start_time": "2100-12-05T18:30", "timezone": "UTC"}
ANSWER = {"name": "Robin", "attendance": "going", "guest_count": "0"}
Stored = Callable[[], dict[str, list[str]]]


def answered(event: MadeEvent, browser: Client, **said: str) -> Any:
    """Answers on the event's page; what the POST says."""
    response = browser.post(f"/e/{event.id}", ANSWER | said)
    assert response.status_code == 303
    return response


def keeps(browser: Client, *events: MadeEvent) -> Client:
    """The browser, once it has answered these."""
    for event in events:
        browser.get(answered(event, browser)["Location"])
    return browser


def listed(browser: Client) -> dict[str, list[str]]:
    """The titles on the browser's page, by section."""
    context = browser.get("/mine").context
    return {
        part: [mine.event.title for mine in context[part]]
        for part in ("upcoming", "past")
        if context.get(part)
    }


def feed_of(browser: Client) -> str:
    return str(browser.get("/mine").context["link"]).removeprefix("http://testserver")


def in_feed(browser: Client) -> dict[str, Any]:
    entries = Calendar.from_ical(browser.get(feed_of(browser)).content).walk("VEVENT")
    return {str(entry["SUMMARY"]): entry for entry in entries}


class TestKeeping:
    def test_what_is_made_and_answered_is_listed(self) -> None:
        """The form leads by way of keeping to the page that it led to before."""
        browser, other = Client(), make_event(title="Supper")
        page = browser.post("/new", TYPED, follow=True)
        made = Event.objects.get(title="Lantern walk")
        assert [status for _, status in page.redirect_chain] == [303, 303]
        assert page.redirect_chain[-1][0] == f"/e/{made.pk}/admin"
        assert page.status_code == 200
        page = browser.post(f"/e/{other.id}", ANSWER, follow=True)
        assert (page.redirect_chain[-1][0], page.status_code) == (f"/e/{other.id}/rsvp", 200)
        assert listed(browser) == {"upcoming": ["Supper", "Lantern walk"]}
        content = browser.get("/mine").content.decode()
        assert f'href="/e/{made.pk}/admin"' in content
        assert f'href="/e/{other.id}/rsvp"' in content
        assert (Device.objects.count(), KeptEvent.objects.count()) == (1, 2)

    def test_its_key_is_for_these_pages_alone_and_for_no_script(self, settings: Any) -> None:
        settings.SESSION_COOKIE_SECURE = True
        browser, event = Client(), make_event()
        sent = answered(event, browser)
        kept = browser.get(sent["Location"])
        for response, name, path, age in (
            (sent, KEEPER_COOKIE, sent["Location"], 60),
            (kept, DEVICE_COOKIE, "/mine", 400 * 24 * 3600),
        ):
            cookie = response.cookies[name]
            assert (cookie["path"], cookie["max-age"]) == (path, age)
            assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)
        key = kept.cookies[DEVICE_COOKIE].value
        assert len(key) == 4 + 43  # 256 bits
        page = browser.get("/mine")
        assert key not in page.content.decode()
        for response in (sent, kept, page):
            assert response["Cache-Control"] == "private, no-store"
            assert response["X-Robots-Tag"] == "noindex, nofollow"

    def test_without_cookies_it_leads_on_all_the_same(self) -> None:
        event = make_event()
        way = answered(event, Client())["Location"]
        response = Client().get(way)
        assert (response.status_code, response["Location"]) == (303, f"/e/{event.id}/rsvp")
        assert DEVICE_COOKIE not in response.cookies
        assert Device.objects.count() == 0

    def test_nobody_puts_an_event_into_somebody_elses_browser(
        self, everything_stored: Stored
    ) -> None:
        """The link that an attacker's form was led to does nothing in the victim's browser, be it
        new or not; nor does it with the proof of a form of the victim's own."""
        attacker, planted = Client(), make_event(title="Planted")
        way = answered(planted, attacker)["Location"]
        victim = keeps(Client(), make_event(title="Own"))
        pending = answered(make_event(title="Pending"), victim)
        before = everything_stored()
        for browser in (Client(), victim):
            assert browser.get(way)["Location"] == f"/e/{planted.id}/rsvp"
        assert victim.cookies[KEEPER_COOKIE].value == ""
        victim.cookies[KEEPER_COOKIE] = pending.cookies[KEEPER_COOKIE].value
        victim.get(way)
        assert everything_stored() == before
        assert listed(victim) == {"upcoming": ["Own"]}

    def test_an_offer_is_taken_up_once(self) -> None:
        browser, event = Client(), make_event()
        sent = answered(event, browser)
        proof = sent.cookies[KEEPER_COOKIE].value
        browser.get(sent["Location"])
        for again in (Client(), browser):
            again.cookies[KEEPER_COOKIE] = proof
            response = again.get(sent["Location"])
            assert response["Location"] == f"/e/{event.id}/rsvp"
            assert DEVICE_COOKIE not in response.cookies
        assert Device.objects.count() == 1

    def test_and_within_a_minute(self, clock: Clock) -> None:
        browser, event = Client(), make_event()
        way = answered(event, browser)["Location"]
        clock.advance(seconds=60)
        assert browser.get(way)["Location"] == f"/e/{event.id}/rsvp"
        assert Device.objects.count() == 0
        way = answered(event, browser)["Location"]
        clock.advance(seconds=59)
        browser.get(way)
        assert Device.objects.count() == 1

    @pytest.mark.parametrize(
        "address",
        ["x", "https:example.org", "cvk_" + "A" * 43, mint(TokenKind.KEEP, UUID(int=1), 1), "%00"],
    )
    def test_an_address_that_nobody_made_leads_to_the_list(self, address: str) -> None:
        browser = Client()
        browser.cookies[KEEPER_COOKIE] = mint(TokenKind.KEEPER, uuid4(), 1)
        response = browser.get(f"/mine/keep/{address}")
        assert (response.status_code, response["Location"]) == (303, "/mine")
        assert Device.objects.count() == 0

    def test_looking_at_the_address_without_going_there_takes_nothing_up(self) -> None:
        browser, event = Client(), make_event()
        assert browser.head(answered(event, browser)["Location"]).status_code == 405
        assert Device.objects.count() == 0

    def test_of_an_event_that_is_answered_twice_the_last_answer_is_kept(self) -> None:
        browser, event = Client(), make_event()
        keeps(browser, event, event)
        assert (Rsvp.objects.count(), KeptEvent.objects.count()) == (2, 1)
        assert KeptEvent.objects.get().rsvp == Rsvp.objects.latest("created_at")

    def test_the_latest_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rsvps.limits.KEPT_EVENTS", 2)
        browser = keeps(Client(), *(make_event(title=title) for title in "ABC"))
        assert sorted(listed(browser)["upcoming"]) == ["B", "C"]

    def test_sent_twice_it_is_kept_once(self) -> None:
        """The second tap is answered as the first: it may be the one that the browser follows."""
        browser, event = Client(), make_event()
        once = {"form_key": str(uuid4())}
        first, second = answered(event, browser, **once), answered(event, browser, **once)
        assert second["Location"] == first["Location"]
        browser.get(first["Location"])
        browser.cookies[KEEPER_COOKIE] = second.cookies[KEEPER_COOKIE].value
        browser.get(second["Location"])
        assert (Device.objects.count(), KeptEvent.objects.count()) == (1, 1)

    def test_logs_show_none_of_it(self) -> None:
        browser = keeps(Client(), make_event())
        way = answered(make_event(), browser)["Location"]
        for secret in (browser.cookies[DEVICE_COOKIE].value, way, feed_of(browser)):
            assert re.search(r"cv[a-z]_\[redacted\]", redact(f"GET {secret} 303"))


class TestList:
    def test_an_unknown_browser_sees_an_empty_list(self) -> None:
        for key in ("", "x", "cvd_" + "A" * 43, "\u00e4"):
            browser = Client()
            if key:
                browser.cookies[DEVICE_COOKIE] = key
            page = browser.get("/mine")
            assert (page.status_code, page.context.get("device")) == (200, None)
            assert 'href="/lost"' in page.content.decode()
            assert "cvf_" not in page.content.decode()

    def test_what_comes_next_stands_first_and_what_is_over_last(self, clock: Clock) -> None:
        now = clock.now
        events = {
            title: make_event(title=title, start_time=now + timedelta(days=days))
            for title, days in (("Later", 9), ("Soon", 1), ("Sooner", 0.5), ("Off", 3))
        }
        browser = keeps(Client(), *events.values())
        cancel_event(event_id=events["Off"].id)
        assert listed(browser) == {"upcoming": ["Sooner", "Soon", "Off", "Later"]}
        assert "Cancelled" in browser.get("/mine").content.decode()
        clock.advance(days=2)
        assert listed(browser) == {"upcoming": ["Off", "Later"], "past": ["Soon", "Sooner"]}

    def test_a_place_is_told_as_on_the_page(self) -> None:
        event = make_event(approval_required=True, hide_location=True, location="Zwiebelgasse 7")
        browser = keeps(Client(), event)
        assert "Zwiebelgasse" not in browser.get("/mine").content.decode()
        assert in_feed(browser) == {}
        approve(event_id=event.id, rsvp_id=Rsvp.objects.get().pk)
        assert "Zwiebelgasse 7" in browser.get("/mine").content.decode()
        assert str(in_feed(browser)["Garden party"]["LOCATION"]) == "Zwiebelgasse 7"

    def test_a_link_that_was_replaced_is_kept_no_longer(self) -> None:
        """Who holds the new one has it; the browser that had the old one is told nothing more."""
        browser, event = Client(), make_event(title="Answered")
        browser.post("/new", TYPED, follow=True)
        made = Event.objects.get(title="Lantern walk")
        keeps(browser, event)
        assert set(listed(browser)["upcoming"]) == {"Lantern walk", "Answered"}
        assert in_feed(browser).keys() == {"Lantern walk", "Answered"}
        rotate_link(
            event_id=made.pk, link_id=EventLink.objects.get(event=made, role=LinkRole.OWNER).pk
        )
        rotate_guest_link(event_id=event.id, rsvp_id=Rsvp.objects.get().pk)
        assert listed(browser) == {}
        assert in_feed(browser) == {}

    def test_what_is_erased_goes_with_it(self) -> None:
        one, other = make_event(title="Erased"), make_event(title="Withdrawn")
        browser = keeps(Client(), one, other)
        delete_event(event_id=one.id)
        delete_rsvp(event_id=other.id, rsvp_id=Rsvp.objects.get().pk)
        assert listed(browser) == {}
        assert KeptEvent.objects.count() == 0

    def test_opening_one_without_its_own_cookie_leads_to_lost_links(self) -> None:
        event = make_event()
        browser = keeps(Client(), event)
        without = Client()
        without.cookies[DEVICE_COOKIE] = browser.cookies[DEVICE_COOKIE].value
        page = without.get(f"/e/{event.id}/rsvp", follow=True)
        assert page.redirect_chain == [(f"/e/{event.id}", 303)]
        assert [str(said.level_tag) for said in page.context["messages"]] == ["info"]
        refused = without.get(f"/e/{event.id}/admin")
        assert refused.status_code == 401
        assert 'href="/lost"' in refused.content.decode()

    def test_it_costs_as_much_for_many(self, queries_of: Callable[..., int]) -> None:
        browser, counts = Client(), []
        for more in (3, 17):
            keeps(browser, *(make_event() for _ in range(more)))
            browser.cookies.pop(GUEST_COOKIE)  # which belongs to other pages
            counts.append(queries_of(lambda: browser.get("/mine")))
        # The device, what it keeps, the events, the version of its calendar.
        assert counts == [4, 4]


class TestForgetting:
    def test_an_event(self) -> None:
        event, stays = make_event(title="Forgotten"), make_event(title="Stays")
        browser, other = keeps(Client(), event, stays), keeps(Client(), event)
        response = browser.post(f"/mine/forget/{event.id}")
        assert (response.status_code, response["Location"]) == (303, "/mine")
        assert listed(browser) == {"upcoming": ["Stays"]}
        assert in_feed(browser).keys() == {"Stays"}
        assert listed(other) == {"upcoming": ["Forgotten"]}
        assert Rsvp.objects.count() == 3

    def test_a_device(self) -> None:
        event = make_event()
        browser, other = keeps(Client(), event), keeps(Client(), event)
        key, feed = browser.cookies[DEVICE_COOKIE].value, feed_of(browser)
        assert browser.get(feed).status_code == 200
        response = browser.post("/mine/forget")
        assert (response.status_code, response["Location"]) == (303, "/mine")
        cookie = response.cookies[DEVICE_COOKIE]
        assert (cookie.value, cookie["path"], cookie["max-age"]) == ("", "/mine", 0)
        browser.cookies[DEVICE_COOKIE] = key
        assert browser.get("/mine").context.get("device") is None
        assert browser.get(feed).status_code == 404
        assert (listed(other), other.get(feed_of(other)).status_code) == (
            {"upcoming": ["Garden party"]},
            200,
        )
        assert (Device.objects.count(), KeptEvent.objects.count()) == (1, 1)

    @pytest.mark.parametrize("path", ["forget", f"forget/{UUID(int=1)}", "feed"])
    def test_only_by_a_form_of_ours(self, path: str, everything_stored: Stored) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = keeps(Client(), make_event()).cookies
        before = everything_stored()
        assert browser.post(f"/mine/{path}").status_code == 403
        assert browser.get(f"/mine/{path}").status_code == 405
        assert everything_stored() == before
        assert Client().post(f"/mine/{path}")["Location"] == "/mine"

    def test_devices_that_nobody_uses(self, clock: Clock) -> None:
        """Looking at the list or reading the calendar is using it."""
        looked_at, subscribed, unused = (
            keeps(Client(), make_event(start_time=clock.now + timedelta(days=900)))
            for _ in range(3)
        )
        feed = feed_of(subscribed)
        clock.advance(days=200)
        looked_at.get("/mine")
        Client().get(feed)
        clock.advance(days=201)
        assert (forget_devices(clock.now, dry_run=True), Device.objects.count()) == (1, 3)
        assert forget_devices(clock.now) == 1
        assert "device" not in unused.get("/mine").context
        assert [Client().get(feed).status_code, len(listed(looked_at))] == [200, 1]

    def test_events_long_over_and_offers_that_nobody_took(self, clock: Clock) -> None:
        keeps(Client(), make_event(start_time=clock.now + timedelta(days=1)))
        stays = make_event(start_time=clock.now + timedelta(days=30))
        keeps(Client(), stays)
        clock.advance(days=380)
        answered(make_event(), Client())
        clock.advance(hours=1)
        assert (forget_kept(clock.now, dry_run=True), KeptEvent.objects.count()) == (2, 3)
        assert forget_kept(clock.now) == 2
        assert KeptEvent.objects.get().event_id == stays.id

    def test_old_offers_go_when_others_are_taken_up(self, clock: Clock) -> None:
        answered(make_event(), Client())
        clock.advance(hours=1)
        keeps(Client(), make_event())
        assert KeptEvent.objects.filter(device=None).count() == 0


@pytest.mark.slow
def test_a_leaked_database_opens_nothing() -> None:
    """Every value of every column, as the key of a device, as a calendar's address, as an offer and
    its proof, and as a link: nothing opens."""
    event, offered = make_event(), make_event(title="Offered")
    browser = keeps(Client(), event)
    sent = answered(offered, browser)
    secrets = {
        browser.cookies[DEVICE_COOKIE].value,
        sent["Location"].rpartition("/")[2],
        sent.cookies[KEEPER_COOKIE].value,
        feed_of(browser)[7:-4],
    }
    values = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            values |= {str(value) for row in cursor.fetchall() for value in row}
    told = "\n".join(values)
    assert str(Device.objects.get().digest) in told
    assert not any(secret in told or secret[4:] in told for secret in secrets)
    tried = [value for value in values if 16 <= len(value) <= 200 and " " not in value]
    for value in tried:
        thief = Client()
        for cookie in (DEVICE_COOKIE, KEEPER_COOKIE):
            thief.cookies[cookie] = value.encode("ascii", "ignore").decode()
        assert thief.get("/mine").context.get("device") is None
        assert thief.get(f"/feeds/{value}.ics").status_code == 404
        if "/" not in value:
            assert thief.get(f"/mine/keep/{value}")["Location"] == "/mine"
        assert thief.get(sent["Location"])["Location"] == f"/e/{offered.id}/rsvp"
    assert KeptEvent.objects.filter(device=None).count() == 1
    assert listed(browser) == {"upcoming": ["Garden party"]}
