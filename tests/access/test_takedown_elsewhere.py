"""An event that was taken down, where its own addresses are not asked: its series, other sites'
frames, comments by their thread, lost links, the waitlist, and what is told outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from comments.domain.series_changes import change_series
from comments.domain.takedown import bring_back, take_down
from events.domain.series import extend_all
from events.enums import Scope
from events.models import Event, Series
from notify.domain.mail.lost_links import ask_for_lost_links
from notify.models import Mail
from outbox.models import Change
from rsvps.domain.bulk import act_on_all, choose
from rsvps.domain.respond import delete_rsvp
from rsvps.domain.waitlist import overlooked
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_event, make_rsvp, make_series, occurrences
from tests.notify.mail.posting import text_of, worked
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db
WHO = {"name": "Ana", "status": "yes"}


@pytest.fixture
def posting(settings: Any) -> None:
    """Mail goes into a list."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://events.example.org"
    settings.DEFAULT_FROM_EMAIL = "Convene <noreply@events.example.org>"


@pytest.fixture
def three() -> list[MadeEvent]:
    """A weekly series."""
    return occurrences(make_series("FREQ=WEEKLY;COUNT=3", title="Yoga"))


class TestSeries:
    def listed(self, three: list[MadeEvent], api: Api, token: str | None = None) -> list[int]:
        """Which occurrences the API, the page and, without a token, the calendar show."""
        path = f"/s/{three[0].row.series_id}"
        answer = api.get(f"/api/v1{path.replace('/s/', '/series/')}", token)
        if answer.status_code == 404:
            assert Client().get(path).status_code == 404
            assert Client().get(f"{path}.ics").status_code == 404
            return []
        found = [str(event["id"]) for event in answer.json()["events"]]
        browser = Client()
        if token:
            browser.cookies["convene_series"] = token
        else:
            calendar = Calendar.from_ical(browser.get(f"{path}.ics").content)
            entries = [str(each["UID"]) for each in calendar.walk("VEVENT")]
            assert len(entries) == len(found)
        page = browser.get(path).content.decode()
        shown = [str(event.id) in page for event in three]
        assert shown == [str(event.id) in found for event in three]
        return [number for number, event in enumerate(three) if str(event.id) in found]

    def test_it_is_there_for_the_owner_alone(self, three: list[MadeEvent], api: Api) -> None:
        assert self.listed(three, api) == [0, 1, 2]
        take_down(event_id=three[1].id)
        assert self.listed(three, api) == [0, 2]
        assert self.listed(three, api, three[0].owner_token) == [0, 1, 2]
        for each in three:
            take_down(event_id=each.id)
        assert self.listed(three, api) == []
        owner = Client()
        owner.cookies["convene_series"] = three[0].owner_token
        page = owner.get(f"/s/{three[0].row.series_id}")
        assert page["Cache-Control"] == "private, no-store"
        assert page.content.decode().count("Taken down") == 3

    @pytest.mark.once
    def test_nobody_answers_it_with_the_others(self, three: list[MadeEvent], api: Api) -> None:
        take_down(event_id=three[1].id)
        given = api.post(f"{three[0].path}/rsvps?for=following", WHO).json()["rsvps"]
        assert [each["event_id"] for each in given] == [str(three[0].id), str(three[2].id)]
        assert Rsvp.objects.filter(event=three[1].id).count() == 0

    def test_no_more_of_it_are_made(self, clock: Clock) -> None:
        """Not by the worker, not by a new rule, until it is back."""
        start = clock.now + timedelta(days=1)
        series = occurrences(make_series("FREQ=WEEKLY", start_time=start))
        for each in series:
            take_down(event_id=each.id)
        clock.advance(days=15)
        assert extend_all(timezone.now()) == 0
        daily = {"recurrence": {"rrule": "FREQ=DAILY"}}
        outcome = change_series(event=series[20].row, values=daily, scope=Scope.ALL)
        assert outcome.made == []
        known = Event.objects.count()
        for each in Event.objects.all():
            bring_back(event_id=each.pk)
        Series.objects.update(extend_at=timezone.now())
        assert extend_all(timezone.now()) == Event.objects.count() - known > 0


class TestOtherSites:
    def test_no_frame_shows_it(self) -> None:
        event = make_event()
        card, about = f"/embed/e/{event.id}", f"/oembed?url=http://testserver/e/{event.id}"
        owner = Client()
        owner.cookies["convene_owner"] = event.owner_token
        assert [owner.get(each).status_code for each in (card, about)] == [200, 200]
        take_down(event_id=event.id)
        assert [owner.get(each).status_code for each in (card, about)] == [404, 404]


class TestWaitlist:
    def test_nobody_is_let_in_until_it_is_back(self, posting: None, clock: Clock) -> None:
        event = make_event(capacity=1, host_email="host@example.org")
        seated = make_rsvp(event)
        waits = make_rsvp(event, email="ana@example.org", join_waitlist=True)
        worked()
        take_down(event_id=event.id)
        delete_rsvp(event_id=event.id, rsvp_id=seated.id)
        assert waits.stored.approval == "waitlisted"
        assert (worked(), overlooked(timezone.now())) == ([], [])
        clock.advance(hours=1)
        bring_back(event_id=event.id)
        assert waits.stored.approval == "approved"
        told = Mail.objects.filter(kind="promoted").values_list("rsvp_id", "state")
        assert [letter["To"] for letter in worked()] == ["ana@example.org"]
        assert list(told) == [(waits.id, "sent")]

    def test_nor_by_many_at_once(self) -> None:
        event = make_event(capacity=2)
        make_rsvp(event), make_rsvp(event)
        waits = make_rsvp(event, join_waitlist=True)
        take_down(event_id=event.id)
        seated = list(Rsvp.objects.filter(approval="approved").values_list("id", flat=True))
        act_on_all(event_id=event.id, chosen=choose(ids=seated), act=delete_rsvp)
        assert waits.stored.approval == "waitlisted"


class TestComments:
    def test_the_thread_is_gone(self, api: Api) -> None:
        """By its content, too, and for its authors."""
        cast = make_cast()
        event = cast.event(title="Supper")
        key, path = cast.keys["colleague"], "/api/v1/community/comments"
        said = {"content_type": "event", "content_id": str(event.id), "comment": "Lovely"}
        thread = f"{path}/event/{event.id}"
        assert api.post(path, said, key).status_code == 200
        assert api.get(thread, key).status_code == 200
        take_down(event_id=event.id)
        assert api.get(thread, key).status_code == 404
        assert api.post(path, said, key).status_code == 404


class TestLostLinks:
    def test_hosts_get_theirs_and_guests_do_not(self, posting: None) -> None:
        series = make_series("FREQ=WEEKLY;COUNT=2", host_email="ana@example.org")
        event = make_event(host_email="ana@example.org")
        for each in (event, *occurrences(series)):
            make_rsvp(each, email="ben@example.org")
        worked()
        for each in (event, *occurrences(series)):
            take_down(event_id=each.id)
        ask_for_lost_links("ben@example.org")
        assert worked() == []
        ask_for_lost_links("ana@example.org")
        (letter,) = worked()
        text = text_of(letter)
        assert f"/e/{event.id}/admin/" in text
        assert f"/s/{series.row.series_id}/admin/" in text


class TestOutside:
    def test_the_feed_of_its_tenant_tells_it(self) -> None:
        """As an update: for the organisation it is there."""
        event = make_cast().event()
        Change.objects.all().delete()
        take_down(event_id=event.id)
        changes = Change.objects.values_list("kind", "object_id")
        assert list(changes) == [("event.updated", event.id)]
