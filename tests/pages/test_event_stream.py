"""Where to watch: on the event's page and the guest's own, for those who may know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from comments.domain.messages import announce
from rsvps.domain.approval import approve
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_link, make_rsvp, make_stream

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIVE = "https://stream.example.org/zwiebel.m3u8"
SHOWN = ["https://video.example.org/one", "https://video.example.org/two"]
RECORDINGS = [{"url": url, "thumbnail_url": f"{url}.zwiebel.png"} for url in SHOWN]
SECRETS = (LIVE, *SHOWN, "zwiebel", "Watch", "The stream")
GUARDS = ("approval_required", "hide_location")


def page_of(event: MadeEvent, client: Client | None = None, path: str = "") -> str:
    """The content of a page of the event, on one line."""
    page = (client or Client()).get(f"/e/{event.id}{path}")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def visitor(link: str) -> Client:
    """A browser that opened a link."""
    client = Client()
    assert client.get(link).status_code == 303
    return client


def watch(url: str, said: str) -> str:
    """A link that leads there, in a tab that knows nothing of this one."""
    return (
        f'href="{url}" target="_blank" rel="nofollow noopener noreferrer">{said}'
        '<span class="visually-hidden"> (opens in a new tab)</span></a>'
    )


class TestWhatIsSaid:
    def test_while_it_is_live(self) -> None:
        event = make_event()
        make_stream(event, status="live", playback_url=LIVE, recordings=RECORDINGS)
        page = page_of(event)
        assert watch(LIVE, "Watch live") in page
        assert "Live now</h2>" in page
        assert not any(url in page for url in SHOWN)

    @pytest.mark.parametrize("status", ["recorded", "ended", "idle"])
    def test_with_recordings(self, status: str) -> None:
        event = make_event()
        make_stream(event, status=status, playback_url=LIVE, recordings=RECORDINGS)
        page = page_of(event)
        for number, url in enumerate(SHOWN, 1):
            assert watch(url, f"Watch the recording {number}") in page
        assert LIVE not in page
        make_stream(event, recordings=RECORDINGS[:1])
        assert watch(SHOWN[0], "Watch the recording") in page_of(event)

    @pytest.mark.parametrize(
        ("status", "said"),
        [("idle", "The stream hasn’t started."), ("ended", "The stream is over.")],
    )
    def test_with_nothing_to_see(self, status: str, said: str) -> None:
        event = make_event()
        make_stream(event, status=status, playback_url=LIVE)
        page = page_of(event)
        assert said in page
        assert LIVE not in page

    def test_without_a_stream(self) -> None:
        page = page_of(make_event())
        assert not any(secret in page for secret in SECRETS)

    def test_nothing_of_it_is_loaded(self) -> None:
        """No thumbnail, no player: links and nothing else."""
        event = make_event()
        preview = "https://video.example.org/preview.png"
        known = {"playback_url": LIVE, "thumbnail_url": preview, "recordings": RECORDINGS}
        for status in ("live", "recorded"):
            make_stream(event, status=status, **known)
            page = page_of(event)
            assert preview not in page
            assert "zwiebel.png" not in page
            assert 'src="http' not in page
            assert "<iframe" not in page
            assert "<video" not in page

    def test_addresses_are_written_safely(self) -> None:
        event = make_event()
        make_stream(event, status="live", playback_url="https://a.example/?a=1&b='\"><script>x")
        page = page_of(event)
        assert "<script>x" not in page
        assert 'href="https://a.example/?a=1&amp;b=&#x27;&quot;&gt;&lt;script&gt;x"' in page


@pytest.mark.parametrize("guard", GUARDS)
@pytest.mark.parametrize("status", ["live", "recorded"])
class TestWhoIsTold:
    """Of a guarded event's stream."""

    def make(self, guard: str, status: str) -> MadeEvent:
        values: dict[str, Any] = {guard: True, "channel_name": "Club"}
        event = make_event(**values)
        make_stream(event, status=status, playback_url=LIVE, recordings=RECORDINGS)
        announce(event_id=event.id, content="Doors at six")
        return event

    def test_those_who_may_know(self, guard: str, status: str) -> None:
        """Approved guests on both of their pages, helpers and organizers; nobody else, also
        after these have looked, and nothing of it is kept for all."""
        event = self.make(guard, status)
        guest = make_rsvp(event)
        approve(event_id=event.id, rsvp_id=guest.id)
        maybe = make_rsvp(event, attendance="interested")
        url = LIVE if status == "live" else SHOWN[1]
        strangers = [Client(), visitor(f"/e/{event.id}/rsvp/{maybe.token}")]
        knowing = {
            "guest": visitor(f"/e/{event.id}/rsvp/{guest.token}"),
            "door": visitor(f"/e/{event.id}/door/{make_link(event, 'door')}"),
            "owner": visitor(f"/e/{event.id}/admin/{event.owner_token}"),
        }
        for _ in range(2):
            for who in strangers:
                self.knows_nothing(event, who)
            for name, who in knowing.items():
                assert url in page_of(event, who), name
        assert url in page_of(event, knowing["guest"], "/rsvp")
        assert not any(secret in page_of(event, strangers[1], "/rsvp") for secret in SECRETS)
        fragments = [str(each) for each in caches["template_fragments"]._cache.values()]  # type: ignore[attr-defined]
        assert any("Doors at six" in each for each in fragments)
        assert not any(secret in each for each in fragments for secret in SECRETS)

    def knows_nothing(self, event: MadeEvent, who: Client) -> None:
        """No page that a stranger reaches tells of the stream."""
        for path in (f"/e/{event.id}", f"/e/{event.id}/event.ics", "/", "/c/club"):
            page = who.get(path).content.decode()
            assert str(event.id) in page
            assert not any(secret in page.replace("\r\n ", "") for secret in SECRETS), path

    def test_the_open_api_tells_nobody(self, api: Api, guard: str, status: str) -> None:
        """It has no word for streams, for owners neither."""
        event = self.make(guard, status)
        for token in (None, event.owner_token):
            for path in (event.path, "events", "channels/club", f"{event.path}/event.ics"):
                told = api.get(path, token).content.decode()
                assert not any(secret in told for secret in SECRETS)

    def test_one_who_leaves_is_told_no_more(self, guard: str, status: str) -> None:
        event = self.make(guard, status)
        guest = make_rsvp(event)
        approve(event_id=event.id, rsvp_id=guest.id)
        client = visitor(f"/e/{event.id}/rsvp/{guest.token}")
        assert "Watch" in page_of(event, client)
        client.post(f"/e/{event.id}/rsvp", {"name": "Robin", "attendance": "not_going"})
        assert guest.stored.attendance == "not_going"
        self.knows_nothing(event, client)


@pytest.mark.parametrize("guard", [None, *GUARDS])
def test_the_stream_is_read_for_those_who_may_know(
    guard: str | None, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    """One query more, and only for them."""
    values: dict[str, Any] = {guard: True} if guard else {}
    plain, streamed = make_event(**values), make_event(**values)
    make_stream(streamed, status="live", playback_url=LIVE)
    costs = {}
    for who in ("stranger", "owner"):
        for name, event in (("plain", plain), ("streamed", streamed)):
            client = (
                Client()
                if who == "stranger"
                else visitor(f"/e/{event.id}/admin/{event.owner_token}")
            )
            client.get(f"/e/{event.id}")
            costs[who, name] = queries_of(lambda event=event, client=client: page_of(event, client))  # type: ignore[misc]
    assert costs["stranger", "streamed"] - costs["stranger", "plain"] == int(guard is None)
    assert costs["owner", "streamed"] - costs["owner", "plain"] == 1
