"""The event's page and its RSVP form: what visitors see, and what happens to their answers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from comments.domain.messages import announce
from events.domain.lifecycle import cancel_event
from pages.base import GUEST_COOKIE, OWNER_COOKIE
from rsvps.domain.approval import approve
from rsvps.models import Rsvp
from rsvps.rows import LISTED_PAGE
from tests.conftest import Clock
from tests.makers import MadeEvent, make_event, make_rsvp, make_series, occurrences
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]

TYPED = {
    "name": "Robin",
    "attendance": "going",
    "guest_count": "1",
    "email": "robin@example.org",
    "pronouns": "they/them",
    "note": "Vegan, please.",
}


def page_of(event: MadeEvent, client: Client | None = None) -> str:
    """The event's page."""
    page = (client or Client()).get(f"/e/{event.id}")
    assert page.status_code == 200
    return page.content.decode()


class TestEventPage:
    def test_tells_what_when_and_where(self) -> None:
        event = make_event(
            title="Lantern walk",
            start_time="2031-01-17T19:00:00",
            end_time="2031-01-18T01:30:00",
            timezone="America/Sao_Paulo",
            location="Town hall",
            online_url="https://example.org/live",
            description="Bring **light**.\n\n# Route\n\n<script>x</script> [map](https://m.example)",
            channel_name="Walks",
            tags=["night"],
        )
        page = page_of(event)
        words = " ".join(re.sub("<[^>]+>", "", page).split())
        assert "Friday, 17 January 2031" in words
        assert "19:00 \N{EN DASH} Sat 18 Jan 2031, 01:30 · Sao Paulo time" in words
        assert 'datetime="2031-01-17T22:00:00Z" data-end="2031-01-18T04:30:00Z"' in page
        assert "Town hall" in page
        assert 'href="https://example.org/live"' in page
        assert "<strong>light</strong>" in page
        assert "<h3>Route</h3>" in page
        assert "<script>x" not in page
        assert '<a href="https://m.example" rel="nofollow noopener noreferrer">map</a>' in page
        assert 'href="/c/walks"' in page
        assert f'href="/e/{event.id}/event.ics"' in page
        assert page.count("<h1") == 1
        assert 'href="/?tag=night"' in page
        assert 'href="https://www.openstreetmap.org/search?query=Town%20hall"' in page

    def test_names_who_is_listed_and_counts_the_others(self) -> None:
        event = make_event(approval_required=True)
        names = {"Public": {}, "Hidden": {"is_private": True}, "Turned": {}, "Waits": {}}
        made = {name: make_rsvp(event, name=name, **more) for name, more in names.items()}
        for name in ("Public", "Hidden"):
            approve(event_id=event.id, rsvp_id=made[name].id)
        make_rsvp(event, name="Perhaps", attendance="interested", pronouns="she/her")
        response = Client().get(f"/e/{event.id}")
        listed = [rsvp.name for rsvp in response.context["listed"].rows]
        assert listed == ["Public", "Perhaps"]
        page = response.content.decode()
        assert "she/her" in page
        assert "1 guest keeps their name private." in " ".join(page.split())
        for name in ("Hidden", "Turned", "Waits"):
            assert name not in page

    def test_pages_through_a_long_list(self) -> None:
        event = make_event()
        for number in range(LISTED_PAGE + 3):
            make_rsvp(event, name=f"Person {number:03}")
        page = page_of(event)
        assert f'href="/e/{event.id}/attendees"' in page
        all_of_them = Client().get(f"/e/{event.id}/attendees").content.decode()
        link = re.search(r'href="(/e/[^"]+/attendees\?after=[^"]+)"', all_of_them)
        assert link is not None
        rest = Client().get(link[1])
        assert [rsvp.name for rsvp in rest.context["listed"].rows] == [
            "Person 100",
            "Person 101",
            "Person 102",
        ]
        assert Client().get(f"/e/{event.id}/attendees?after=forged").status_code == 400

    def test_shows_public_announcements_only(self) -> None:
        event = make_event()
        announce(event_id=event.id, content="Doors at **seven** <script>x</script>")
        announce(event_id=event.id, content="Budget is gone", visibility="admin")
        page = page_of(event)
        assert "Doors at <strong>seven</strong>" in page
        assert "<script>x" not in page
        assert "Budget is gone" not in page

    def test_of_a_private_event_stays_out_of_caches_and_search(self) -> None:
        event = make_event(is_private=True)
        for path in ("", "/attendees"):
            answer = Client().get(f"/e/{event.id}{path}")
            assert answer["Cache-Control"] == "private, no-store"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "Cache-Control" not in Client().get(f"/e/{make_event().id}/attendees")

    def test_leads_its_organizer_on(self) -> None:
        event, client = make_event(), Client()
        assert f"/e/{event.id}/admin" not in page_of(event)
        client.get(f"/e/{event.id}/admin/{event.owner_token}")
        assert f'href="/e/{event.id}/admin"' in page_of(event, client)
        assert event.owner_token not in page_of(event, client)

    def test_takes_as_many_queries_for_3_answers_as_for_60(self, queries_of: Any) -> None:
        event, client = make_event(), Client()
        for _ in range(3):
            make_rsvp(event)
        few = queries_of(lambda: client.get(f"/e/{event.id}"))
        for _ in range(57):
            make_rsvp(event)
        assert queries_of(lambda: client.get(f"/e/{event.id}")) == few == 5


class TestAfterwards:
    """What an event that is over or cancelled says of others, and of why."""

    def test_leads_on_to_the_next_in_its_channel(self) -> None:
        now = timezone.now()
        past = make_event(start_time=now - timedelta(days=2), channel_name="Walks")
        make_event(title="Later", start_time=now + timedelta(days=9), channel_name="Walks")
        coming = make_event(start_time=now + timedelta(days=3), channel_name="Walks")
        hidden = {"is_private": True, "channel_name": "Walks"}
        make_event(title="Hush", start_time=now + timedelta(days=1), **hidden)
        make_event(title="Elsewhere", start_time=now + timedelta(days=1), channel_name="Talks")
        page = page_of(past)
        assert f'href="/e/{coming.id}"' in page
        assert not any(title in page for title in ("Later", "Hush", "Elsewhere"))
        assert f'href="/e/{past.id}"' not in page_of(coming)

    def test_and_in_its_series_first(self) -> None:
        series = make_series("FREQ=WEEKLY;COUNT=3", channel_name="Walks")
        make_event(start_time=timezone.now() + timedelta(days=1), channel_name="Walks")
        first, second, _third = occurrences(series)
        cancel_event(event_id=first.id)
        assert Client().get(f"/e/{first.id}").context["next"].id == second.id

    def test_names_no_event_of_a_private_channel(self) -> None:
        hush = {"channel_name": "Hush", "channel_visibility": "private"}
        past = make_event(start_time=timezone.now() - timedelta(days=2), **hush)
        make_event(title="Next one", **hush)
        assert Client().get(f"/e/{past.id}").context["next"] is None

    def test_says_what_the_hosts_said_since_they_cancelled(self, clock: Clock) -> None:
        event = make_event(start_time=clock.now + timedelta(days=1))
        announce(event_id=event.id, content="Bring cake")
        clock.advance(minutes=1)
        cancel_event(event_id=event.id)
        assert Client().get(f"/e/{event.id}").context["called_off"] is None
        announce(event_id=event.id, content="For us alone", visibility="admin")
        announce(event_id=event.id, content="Black **ice**")
        page = Client().get(f"/e/{event.id}")
        assert page.context["called_off"].content == "Black **ice**"
        assert "“Black ice”" in page.content.decode()


class TestPlace:
    """The place of a guarded event stays off pages and calendars for those who may not know it."""

    SECRETS = ("Hidden lane 7", "https://example.org/secret-room")

    @pytest.mark.parametrize("guard", ["approval_required", "hide_location"])
    def test_is_told_to_approved_guests_and_organizers_only(self, guard: str) -> None:
        event = make_event(
            location=self.SECRETS[0],
            online_url=self.SECRETS[1],
            channel_name="Walks",
            **{guard: True},
        )
        guest = make_rsvp(event, attendance="interested")
        going = make_rsvp(event, name="Goer")
        approve(event_id=event.id, rsvp_id=going.id)
        outsider, asking, attendee, owner = Client(), Client(), Client(), Client()
        asking.get(f"/e/{event.id}/rsvp/{guest.token}")
        attendee.get(f"/e/{event.id}/rsvp/{going.token}")
        owner.get(f"/e/{event.id}/admin/{event.owner_token}")
        public = ["/", "/?q=Hidden", "/c/walks", f"/e/{event.id}/attendees"]
        own = [f"/e/{event.id}", f"/e/{event.id}/event.ics"]
        for path in [*public, *own]:
            said = outsider.get(path).content.decode()
            assert not any(secret in said for secret in self.SECRETS), path
        for path in [*public, *own, f"/e/{event.id}/rsvp", f"/e/{event.id}/rsvp/withdraw"]:
            said = asking.get(path).content.decode()
            assert not any(secret in said for secret in self.SECRETS), path
        for client, paths in (
            (attendee, [f"/e/{event.id}", f"/e/{event.id}/rsvp"]),
            (owner, [f"/e/{event.id}"]),
        ):
            for path in paths:
                said = client.get(path).content.decode()
                assert all(secret in said for secret in self.SECRETS), path
            assert self.SECRETS[0] in client.get(f"/e/{event.id}/event.ics").content.decode()
        assert self.SECRETS[0] not in "".join(
            re.findall(r"<meta[^>]+>", outsider.get(f"/e/{event.id}").content.decode())
        )

    def test_a_private_channel_is_not_named_to_guests(self) -> None:
        event = make_event(channel_name="Hush", channel_visibility="private")
        slug = event.stored.channel.slug  # type: ignore[union-attr]
        client = Client()
        client.get(f"/e/{event.id}/rsvp/{make_rsvp(event).token}")
        for path in ("/", "/channels", f"/e/{event.id}", f"/e/{event.id}/rsvp"):
            said = client.get(path).content.decode()
            assert slug not in said
            assert "Hush" not in said
        client.get(f"/e/{event.id}/admin/{event.owner_token}")
        assert slug in page_of(event, client)


class TestAnswering:
    def test_gives_the_guest_their_own_page(self) -> None:
        event, client = make_event(), Client()
        answer = client.post(f"/e/{event.id}", TYPED)
        assert answer.status_code == 303
        kept = client.get(answer["Location"])  # by way of My events: tests/pages/test_mine.py
        assert (kept.status_code, kept["Location"]) == (303, f"/e/{event.id}/rsvp")
        cookie = answer.cookies[GUEST_COOKIE]
        assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
            f"/e/{event.id}",
            True,
            "Lax",
        )
        assert cookie["max-age"] > 300 * 24 * 3600
        stored = Rsvp.objects.get()
        assert {field: str(getattr(stored, field)) for field in TYPED} == TYPED
        assert client.get(kept["Location"]).context["state"] == "going"
        again = page_of(event, client)
        assert f'href="/e/{event.id}/rsvp"' in again
        assert 'name="attendance"' not in again

    def test_over_https_the_key_travels_over_https_only(self, settings: Any) -> None:
        settings.SESSION_COOKIE_SECURE = True
        answer = Client().post(f"/e/{make_event().id}", TYPED)
        assert answer.cookies[GUEST_COOKIE]["secure"] is True

    @pytest.mark.parametrize(("field", "value"), [("name", ""), ("pronouns", "x" * 65)])
    def test_shows_what_is_wrong_and_keeps_what_was_typed(self, field: str, value: str) -> None:
        event = make_event()
        before = event.row
        page = Client().post(f"/e/{event.id}", TYPED | {field: value})
        assert page.status_code == 400
        form = page.context["form"]
        assert list(form.errors) == [field]
        kept = "pronouns" if field != "pronouns" else "name"
        assert form[kept].value() == TYPED[kept]
        content = page.content.decode()
        assert f'id="id_{field}_error"' in content
        assert "<title>Error: " in content
        assert (Rsvp.objects.count(), event.row) == (0, before)
        assert not page.cookies.get(GUEST_COOKIE)

    def test_a_full_house_takes_maybe_but_not_going(self) -> None:
        event = make_event(capacity=1, waitlist=False)
        make_rsvp(event)
        (going,) = re.findall(r'<input type="radio"[^>]*value="going"[^>]*>', page_of(event))
        assert "disabled" in going
        refused = Client().post(f"/e/{event.id}", TYPED | {"guest_count": "0"})
        assert refused.status_code == 400
        said = refused.content.decode()
        assert in_words("event_full") in said
        assert "Vegan, please." in said
        maybe = Client().post(f"/e/{event.id}", TYPED | {"attendance": "interested"})
        assert maybe.status_code == 303

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"rsvps_closed": True}, "RSVPs are closed"),
            ({"rsvp_close_at": timezone.now() - timedelta(hours=1)}, "RSVPs are closed"),
            ({"start_time": timezone.now() - timedelta(days=2)}, "It’s over"),
        ],
    )
    def test_a_closed_event_says_so_and_takes_nothing(
        self, values: dict[str, Any], said: str
    ) -> None:
        event = make_event(**values)
        page = page_of(event)
        assert said in page
        assert 'name="attendance"' not in page
        refused = Client().post(f"/e/{event.id}", TYPED)
        assert refused.status_code == 400
        assert in_words("rsvps_closed") in refused.content.decode()
        assert Rsvp.objects.count() == 0

    def test_a_cancelled_event_says_so_and_takes_nothing(self) -> None:
        event = make_event()
        cancel_event(event_id=event.id)
        page = page_of(event)
        assert ("Cancelled" in page, 'name="attendance"' in page) == (True, False)
        assert Client().post(f"/e/{event.id}", TYPED).status_code == 400
        assert Rsvp.objects.count() == 0

    def test_tells_all_that_is_wrong_at_once_and_opens_there(self) -> None:
        event = make_event()
        page = Client().post(f"/e/{event.id}", TYPED | {"name": "", "email": "nobody"})
        assert page.status_code == 400
        assert set(page.context["form"].errors) == {"name", "email"}
        (opened,) = re.findall(r'name="(\w+)"[^>]* autofocus', page.content.decode())
        assert opened == "name"

    def test_needs_the_csrf_token(self) -> None:
        event = make_event()
        client = Client(enforce_csrf_checks=True)
        assert client.post(f"/e/{event.id}", TYPED).status_code == 403
        assert Rsvp.objects.count() == 0

    def test_to_an_event_that_is_gone_is_not_found(self) -> None:
        event = make_event()
        event.stored.delete()
        assert Client().post(f"/e/{event.id}", TYPED).status_code == 404

    def test_a_key_nobody_issued_opens_nothing_and_breaks_nothing(self) -> None:
        event = make_event()
        for name in (OWNER_COOKIE, GUEST_COOKIE):
            for token in ("x", "cvo_" + "A" * 43, "cvr_" + "A" * 43, "\u00e4", ""):
                client = Client()
                client.cookies[name] = token
                assert client.get(f"/e/{event.id}").status_code == 200
                assert client.get(f"/e/{event.id}/rsvp")["Location"] == f"/e/{event.id}"


@pytest.mark.parametrize("mail", [True, False])
def test_nobody_learns_from_answering_whether_an_address_has_answered(
    settings: Any, everything_stored: Any, mail: bool
) -> None:
    """A second answer from the same address, in another browser, is taken as the first: the same
    answer and the same page, but for ids, times and keys."""
    settings.MAIL_ENABLED = mail
    event = make_event()
    pages = []
    for address in ("ana@example.org", "ana@example.org", "nobody@example.org"):
        client = Client()
        before = {table: len(rows) for table, rows in everything_stored().items()}
        sent = client.post(f"/e/{event.id}", TYPED | {"email": address})
        after = {table: len(rows) for table, rows in everything_stored().items()}
        page = client.get(client.get(sent["Location"])["Location"])
        varying = r"cv[a-z]_[\w-]+|value=\"[\w-]{36,}\"|\d\d:\d\d|[\w.]+@example.org"
        told = re.sub(varying, "", page.content.decode())
        written = {table: after[table] - before[table] for table in after}
        pages.append((sent.status_code, list(sent.cookies), told, written))
    assert pages[0] == pages[1] == pages[2]
    assert 'href="/lost"' in pages[0][2]
    assert Rsvp.objects.count() == 3
