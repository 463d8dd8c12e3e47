"""Channels to subscribe to, as iCalendar and as Atom, and the calendar of an account."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from accounts.domain.feeds import feed_token, rotate_feed
from accounts.domain.tenants import update_user
from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from events import limits
from events.domain.lifecycle import cancel_event
from events.models import Event
from rsvps.domain.approval import approve
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp
from tests.makers import MadeEvent, make_channel, make_event, make_rsvp
from tests.tenant_cast import Cast, Member, make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FEEDS = ("/c/walks.ics", "/c/walks.atom")
Count = Callable[[Callable[[], Any]], int]


def walk(**values: Any) -> MadeEvent:
    return make_event(channel_name="Walks", **values)


def read(client: Client, path: str) -> str:
    """The whole feed, calendar lines put together."""
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode().replace("\r\n ", "")


def entries(client: Client, path: str = "/c/walks.ics") -> list[Any]:
    """The entries of a calendar, in their order."""
    calendar: Any = icalendar.Calendar.from_ical(read(client, path))
    return list(calendar.walk("VEVENT"))


def titles(client: Client, path: str = "/c/walks.ics") -> list[str]:
    return [str(each["SUMMARY"]) for each in entries(client, path)]


def asked_again(client: Client, path: str, tag: str) -> Any:
    """What a program gets that still has what ``tag`` stands for."""
    return client.get(path, headers={"If-None-Match": tag})


# --- Channels -----------------------------------------------------------------------------------


def test_a_channel_has_what_is_coming_and_what_was_lately(client: Client) -> None:
    """The next first, cancelled ones too; nothing older than ninety days, and nothing private."""
    now = timezone.now()
    walk(title="Later", start_time=now + timedelta(days=40))
    walk(title="Soon", start_time=now + timedelta(days=1))
    walk(title="Running", start_time=now - timedelta(hours=1))
    walk(title="Lately", start_time=now - timedelta(days=2))
    walk(title="A while ago", start_time=now - timedelta(days=80))
    walk(title="Long ago", start_time=now - timedelta(days=91))
    cancel_event(event_id=walk(title="Called off", start_time=now + timedelta(days=3)).id)
    walk(title="Hush", is_private=True)
    make_event(title="Elsewhere", channel_name="Chess")
    expected = ["Running", "Soon", "Called off", "Later", "Lately", "A while ago"]
    assert titles(client) == expected
    assert {str(each["SUMMARY"]): str(each["STATUS"]) for each in entries(client)} == dict.fromkeys(
        expected, "CONFIRMED"
    ) | {"Called off": "CANCELLED"}


def test_what_is_still_to_come_goes_before_what_was(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there is more than a feed holds."""
    monkeypatch.setattr(limits, "CALENDAR_EVENTS", 3)
    now = timezone.now()
    for days in (-1, 5, 2, -3):
        walk(title=f"{days}", start_time=now + timedelta(days=days))
    assert titles(client) == ["2", "5", "-1"]


@pytest.mark.parametrize("guard", ["approval_required", "hide_location"])
def test_a_guarded_place_is_in_no_feed(client: Client, guard: str) -> None:
    """Not even for the browser that holds the owner's link; an open event's is there."""
    place = {"location": "Zwiebelgasse 7", "online_url": "https://meet.example.org/zwiebel"}
    event = walk(**{guard: True}, **place)
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    for path in FEEDS:
        assert "wiebel" not in read(client, path)
    update_event(event=event.row, values={guard: False})
    for path in FEEDS:
        assert "Zwiebelgasse 7" in read(client, path)


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_says_what_it_is(client: Client, path: str) -> None:
    walk()
    response, asked = client.get(path), client.head(path)
    kinds = {".ics": "text/calendar", ".atom": "application/atom+xml"}
    ending = path.removeprefix("/c/walks")
    assert response["Content-Type"] == f"{kinds[ending]}; charset=utf-8"
    assert response["Content-Disposition"] == f'inline; filename="Walks{ending}"'
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "X-Robots-Tag" not in response
    assert (asked.status_code, asked.content, asked["ETag"]) == (200, b"", response["ETag"])
    assert client.post(path).status_code == 405
    assert client.get(path.replace("walks", "nowhere")).status_code == 404


@pytest.mark.parametrize("path", FEEDS)
def test_a_private_channel_by_its_secret_alone(client: Client, path: str) -> None:
    """With its private events, and for its reader's eyes only, unchanged or not."""
    hush = make_channel("Hush", "private")
    make_event(title="Secret", is_private=True, channel_name=hush.slug)
    path = path.replace("walks", hush.slug)
    assert "Secret" in read(client, path)
    response = client.get(path)
    for answer in (response, asked_again(client, path, response["ETag"])):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(path.replace(hush.slug, "hush")).status_code == 404


@pytest.mark.parametrize("path", FEEDS)
def test_unchanged_is_304_and_each_change_is_told(client: Client, path: str) -> None:
    """What a program that subscribes goes through: it keeps what it has until something is
    changed, called off, taken out, or the channel is called otherwise."""
    event, other = walk(), walk(title="Other")

    def rename() -> None:
        channel = event.stored.channel
        channel.name = "Strolls"
        channel.save()

    changes: list[Callable[[], object]] = [
        lambda: update_event(event=event.row, values={"description": "New"}),
        lambda: cancel_event(event_id=event.id),
        lambda: update_event(event=other.row, values={"is_private": True}),
        lambda: walk(title="Another"),
        lambda: Event.objects.filter(pk=other.id).delete(),
        rename,
    ]
    for number, change in enumerate(changes):
        tag = client.get(path)["ETag"]
        unchanged = asked_again(client, path, tag)
        assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", tag)
        change()
        again = asked_again(client, path, tag)
        if number == 4:  # a private event was in nobody's feed
            assert again.status_code == 304
        else:
            assert (again.status_code, again["ETag"] == tag) == (200, False), number


def test_a_tag_is_of_one_address(client: Client) -> None:
    walk()
    tags = [client.get(path)["ETag"] for path in (*FEEDS, "/c/walks.ics?x=1")]
    tags.append(client.get("/c/walks.ics", headers={"Host": "127.0.0.1"})["ETag"])
    assert len(set(tags)) == 4


@pytest.mark.parametrize("path", FEEDS)
def test_as_many_queries_for_3_events_as_for_60(
    client: Client, queries_of: Count, path: str
) -> None:
    """The channel, the versions of what is to come and of what was, the rows; 304 goes without the
    rows."""
    counts = []
    for more in (3, 57):
        for _ in range(more):
            walk()
        tag = client.get(path)["ETag"]
        counts.append(
            (
                queries_of(lambda: client.get(path)),
                queries_of(lambda tag=tag: asked_again(client, path, tag)),
            )
        )
    assert counts == [(4, 3), (4, 3)]


# --- Atom ---------------------------------------------------------------------------------------
_ATOM = "{http://www.w3.org/2005/Atom}"


def test_atom_by_the_rfc(client: Client) -> None:
    """As feedparser reads it, and with all that RFC 4287 demands of a feed and its entries."""
    first = walk(title="First", description="**Bold** [x](https://x.example)", tags=["a", "b"])
    second = walk(title="Second", location="Elm St 1")
    response = client.get("/c/walks.atom")
    found = feedparser.parse(response.content)
    assert (found.bozo, found.version) == (False, "atom10")
    channel, events = first.stored.channel, [second, first]
    assert (found.feed.id, found.feed.title) == (channel.id.urn, "Walks")
    assert {link.rel: link.href for link in found.feed.links} == {
        "alternate": "http://testserver/c/walks",
        "self": "http://testserver/c/walks.atom",
    }
    assert [each.id for each in found.entries] == [event.id.urn for event in events]
    assert [each.title for each in found.entries] == ["Second", "First"]
    assert [each.link for each in found.entries] == [
        f"http://testserver/e/{event.id}" for event in events
    ]
    assert [each.updated for each in found.entries] == [
        event.stored.updated_at.isoformat() for event in events
    ]
    assert found.feed.updated == second.stored.updated_at.isoformat()
    assert "Elm St 1" in found.entries[0].summary
    assert "<strong>Bold</strong>" in found.entries[1].summary
    assert [tag.term for tag in found.entries[1].tags] == ["a", "b"]
    root = ElementTree.fromstring(response.content)
    for element in (root, *root.iter(f"{_ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{_ATOM}{name}")) == 1, name
    assert len(root.findall(f"{_ATOM}author")) == 1


def test_an_empty_feed_is_one_too(client: Client) -> None:
    """Whose date is the channel's, so that it does not change with each look."""
    channel = make_channel("Walks")
    found = feedparser.parse(client.get("/c/walks.atom").content)
    assert (found.bozo, found.entries) == (False, [])
    assert found.feed.updated == channel.created_at.isoformat()


def test_hostile_text_stays_text(client: Client) -> None:
    """In titles, tags and descriptions; XML that cannot hold a character goes without it."""
    title = "</title><script>alert(1)</script> & ]]> \ufffe\uffff"
    walk(title=title, description="<script>alert(1)</script> [x](javascript:alert(1))", tags=['"<'])
    response = client.get("/c/walks.atom")
    assert b"<script" not in response.content
    found = feedparser.parse(response.content, sanitize_html=False)
    (entry,) = found.entries
    assert (found.bozo, entry.tags[0].term) == (False, '"<')
    text = ElementTree.fromstring(response.content).findtext(f"{_ATOM}entry/{_ATOM}title")
    assert text is not None
    assert text.strip() == "</title><script>alert(1)</script> & ]]>"
    assert "<script" not in entry.summary
    assert "href" not in entry.summary


def test_entries_of_atom(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those made last come first, and no more than so many; a cancelled one says so."""
    monkeypatch.setattr("pages.feeds.ENTRIES", 2)
    now = timezone.now()
    walk(title="First", start_time=now + timedelta(days=1))
    walk(title="Second", start_time=now + timedelta(days=9))
    cancel_event(event_id=walk(title="Third", start_time=now + timedelta(days=5)).id)
    found = feedparser.parse(client.get("/c/walks.atom").content)
    assert [entry.title for entry in found.entries] == ["Cancelled: Third", "Second"]


# --- An account's own ---------------------------------------------------------------------------


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def feed_of(member: Member) -> str:
    return f"/feeds/{feed_token(member.actor)}.ics"


def test_what_an_account_hosts_and_attends(client: Client, cast: Cast) -> None:
    """With the place where it may know it; nothing it only waits for, turned down, or may merely
    find, and nothing of a colleague."""
    guarded = {"is_private": True, "approval_required": True, "location": "Zwiebelgasse 7"}
    cast.event(title="Hosted", **guarded)
    attended = cast.event(cast.colleague, title="Attended", **guarded)
    waiting = cast.event(cast.colleague, title="Waiting", **guarded)
    declined = cast.event(cast.colleague, title="Not going")
    make_rsvp(cast.event(cast.colleague, title="Somebody else's"))
    user = cast.creator.user
    approve(event_id=attended.id, rsvp_id=make_rsvp(attended, user=user).id)
    make_rsvp(waiting, user=user)
    make_rsvp(declined, user=user, attendance="not_going")
    found = {str(each["SUMMARY"]): each for each in entries(client, feed_of(cast.creator))}
    assert found.keys() == {"Hosted", "Attended"}
    assert {str(each["LOCATION"]) for each in found.values()} == {"Zwiebelgasse 7"}
    assert set(titles(client, feed_of(cast.organizer))) == set()


def test_an_account_that_moved_reads_where_it_is(client: Client, cast: Cast) -> None:
    """As its keys do: its events of another tenant are no longer its own to read."""
    cast.event(title="Hosted")
    path = feed_of(cast.creator)
    assert titles(client, path) == ["Hosted"]
    update_user(user_id=cast.creator.id, values={"tenant": cast.other})
    assert titles(client, path) == []


def test_who_is_no_longer_going_is_told_no_more(client: Client, cast: Cast) -> None:
    event = cast.event(cast.colleague, title="Supper", hide_location=True, location="Zwiebelgasse")
    rsvp, path = make_rsvp(event, user=cast.creator.user), feed_of(cast.creator)
    tag = client.get(path)["ETag"]
    assert "Zwiebelgasse" in read(client, path)
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": "interested"})
    again = asked_again(client, path, tag)
    assert (again.status_code, b"Supper" in again.content) == (200, False)


def test_it_is_for_its_reader_alone(client: Client, cast: Cast) -> None:
    """No cache keeps it, no search engine finds it, and it does not repeat its key."""
    cast.event()
    path = feed_of(cast.creator)
    response = client.get(path)
    for answer in (response, asked_again(client, path, response["ETag"]), client.head(path)):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "cvf_" not in f"{answer.content!r} {dict(answer.items())}"
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="My_events.ics"'
    assert asked_again(client, path, response["ETag"]).status_code == 304
    assert "Disallow: /feeds/" in client.get("/robots.txt").content.decode()


def test_links_that_open_nothing(client: Client, cast: Cast) -> None:
    """Replaced, made up, of another kind, of nobody, of somebody deactivated: 404, and none of them
    tells which."""
    path, event = feed_of(cast.creator), cast.event()
    assert client.get(path).status_code == 200
    rotate_feed(cast.creator.actor)
    gone = feed_of(cast.colleague)
    update_user(user_id=cast.colleague.id, values={"is_active": False})
    tokens = [
        *("nonsense", event.owner_token, make_rsvp(event).token, path[7:-5] + "A"),
        mint(TokenKind.FEED, uuid4(), 1),
    ]
    answers = [client.get(each) for each in (path, gone, *(f"/feeds/{t}.ics" for t in tokens))]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert client.get(feed_of(cast.creator)).status_code == 200


def test_its_link_opens_nothing_else(client: Client, cast: Cast) -> None:
    """It is no bearer token: it reads one calendar."""
    event, token = cast.event(), feed_token(cast.creator.actor)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(f"{event.path}/rsvps", headers=headers).status_code == 403
    assert client.get("/api/v1/community-events", headers=headers).status_code == 401
    assert client.get(f"/e/{event.id}/admin/{token}").status_code == 403


def test_logs_do_not_show_it(client: Client, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """Not of a link that was refused, nor a community's key."""
    path = feed_of(cast.creator)
    rotate_feed(cast.creator.actor)
    key = cast.keys["publishable"]
    with caplog.at_level(logging.INFO):
        assert client.get(path).status_code == 404
        client.get(f"/api/v1/communities/nowhere/events.ics?key={key}")
    handler = logging.getLogger().handlers[0]
    assert caplog.records
    for record in caplog.records:
        for each in handler.filters:
            each.filter(record)  # type: ignore[union-attr]
        assert path[11:-4] not in record.getMessage()
        assert str(key)[8:] not in record.getMessage()


def test_queries_of_an_own_calendar(client: Client, cast: Cast, queries_of: Count) -> None:
    """The account, the versions, the rows, its answers to them; 304 takes the first two."""
    path, counts = feed_of(cast.creator), []
    for more in (3, 57):
        for number in range(more):
            event = cast.event(cast.colleague if number % 2 else None)
            make_rsvp(event, user=cast.creator.user)
        tag = client.get(path)["ETag"]
        counts.append(
            (
                queries_of(lambda: client.get(path)),
                queries_of(lambda tag=tag: asked_again(client, path, tag)),
            )
        )
    assert counts == [(4, 2), (4, 2)]
