"""What other sites may frame, and oEmbed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.html import escape

from channels.models import Channel
from events.domain.lifecycle import cancel_event
from events.models import Event
from pages.base import GUEST_COOKIE, OWNER_COOKIE
from rsvps.domain.event_changes import update_event
from tests.makers import MadeEvent, make_event, make_rsvp, make_stream, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SITE = "http://testserver"


@pytest.fixture
def event() -> MadeEvent:
    return make_event(title="Onion <supper>", channel_name="Club", capacity=5, location="Rua 1")


def card(event: MadeEvent) -> str:
    return f"/embed/e/{event.id}"


def told(client: Client, url: str, **more: Any) -> Any:
    """What oEmbed answers about an address."""
    return client.get("/oembed", {"url": url, **more})


def test_other_sites_may_frame_these_pages_alone(client: Client, event: MadeEvent) -> None:
    """CSP and X-Frame-Options; nothing in them loads from elsewhere or is sent anywhere."""
    for path in (card(event), "/embed/c/club"):
        page = client.get(path)
        policy = page["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "default-src 'none'" in policy
        assert "form-action 'none'" in policy
        assert "X-Frame-Options" not in page
        text = page.content.decode()
        assert "<form" not in text
        assert "<script" not in text
        assert re.findall(r'(?:src|<link[^>]* href)="(?!/static/|/covers/)([^"]*)"', text) == []
        for link in re.findall(r"<a [^>]*>", text):
            assert 'target="_blank" rel="noopener"' in link
            assert f'href="{SITE}/' in link
    for path in ("/", f"/e/{event.id}", "/c/club", "/oembed", "/channels"):
        page = client.get(path)
        assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
        assert page["X-Frame-Options"] == "DENY"


def test_they_know_no_visitor(event: MadeEvent) -> None:
    """Whatever links and sessions a browser holds: the same bytes, and no cookie set."""
    update_event(event=event.row, values={"hide_location": True, "online_url": "https://x.org/y"})
    make_stream(event, status="live", playback_url="https://x.org/z")
    stranger = Client().get(card(event))
    for name, token in (
        (OWNER_COOKIE, event.owner_token),
        (GUEST_COOKIE, make_rsvp(make_event()).token),
    ):
        holder = Client()
        holder.cookies[name] = token
        holder.force_login(make_user(is_superuser=True, is_staff=True))
        page = holder.get(card(event))
        assert page.content == stranger.content
        assert not page.cookies
        assert "Vary" not in page or "Cookie" not in page["Vary"]
    assert b"Rua 1" not in stranger.content
    assert b"x.org" not in stranger.content


def test_a_card_tells_what_everybody_may_know(client: Client, event: MadeEvent) -> None:
    make_rsvp(event, name="Zwiebelina", guest_count=1)
    text = client.get(card(event)).content.decode()
    assert "Onion &lt;supper&gt;" in text
    assert ("2 going" in text, "3 spots left" in text, "Rua 1" in text) == (True,) * 3
    assert "Zwiebelina" not in text
    update_event(event=event.row, values={"show_counts": False})
    text = client.get(card(event)).content.decode()
    assert ("going" in text, "left" in text) == (False, False)
    assert "2 going" not in client.get("/embed/c/club").content.decode()
    cancel_event(event_id=event.id)
    assert "Cancelled" in client.get(card(event)).content.decode()


def test_a_list_holds_what_is_coming(client: Client, event: MadeEvent) -> None:
    """No private event, none that is called off, none of another channel."""
    make_event(title="Hidden", channel_name="Club", is_private=True)
    make_event(title="Elsewhere", channel_name="Other")
    cancel_event(event_id=make_event(title="Off", channel_name="Club").id)
    text = client.get("/embed/c/club").content.decode()
    assert re.findall(r"<h2[^>]*><a[^>]*>([^<]*)", text) == ["Onion &lt;supper&gt;"]


def test_what_is_private_is_not_there(client: Client) -> None:
    """404, in oEmbed too; its own page tells of it."""
    hidden = make_event(title="Zwiebel", is_private=True)
    circle = make_event(channel_name="Zwiebelkreis", channel_visibility="private").stored.channel
    assert isinstance(circle, Channel)
    for own, embed in (
        (f"/e/{hidden.id}", card(hidden)),
        (f"/c/{circle.slug}", f"/embed/c/{circle.slug}"),
    ):
        assert b"Zwiebel" in client.get(own).content
        for response in (client.get(embed), told(client, f"{SITE}{own}")):
            assert response.status_code == 404
            assert b"Zwiebel" not in response.content
        assert b"json+oembed" not in client.get(own).content
    assert client.get(f"/embed/e/{uuid4()}").status_code == 404
    assert client.get("/embed/c/nobody").status_code == 404


def test_caches_keep_it_until_it_changes(client: Client, event: MadeEvent) -> None:
    for path in (card(event), "/embed/c/club", f"/oembed?url={quote(f'{SITE}/e/{event.id}')}"):
        first = client.get(path)
        assert first["Cache-Control"] == "public, max-age=60"
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    tag = client.get(card(event))["ETag"]
    make_rsvp(event)
    assert client.get(card(event), headers={"If-None-Match": tag}).status_code == 200


def test_oembed_whole(client: Client, event: MadeEvent) -> None:
    response = told(client, f"{SITE}/e/{event.id}")
    assert response["Content-Type"] == "application/json"
    assert response.json() == {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Convene",
        "provider_url": SITE,
        "title": "Onion <supper>",
        "cache_age": 60,
        "width": 480,
        "height": 360,
        "html": f'<iframe src="{SITE}/embed/e/{event.id}" title="Onion &lt;supper&gt;" width="480"'
        ' height="360" loading="lazy" style="border:0;max-width:100%"></iframe>',
    }
    channel = told(client, f"{SITE}/c/club").json()
    assert (channel["title"], f"{SITE}/embed/c/club" in channel["html"]) == ("Club", True)


def test_oembed_keeps_to_the_room_there_is(client: Client, event: MadeEvent) -> None:
    url = f"{SITE}/e/{event.id}?x=1#y"
    body = told(client, url, maxwidth="300", maxheight="9999", format="json").json()
    assert (body["width"], body["height"]) == (300, 360)
    assert 'width="300" height="360"' in body["html"]
    assert told(client, url, maxwidth=1, maxheight=1).json()["height"] == 1


@pytest.mark.parametrize("wrong", ["", "0", "-1", "x", "1.5", "9" * 5000, "\0", "\u0663"])
def test_oembed_refuses_what_is_no_size(client: Client, event: MadeEvent, wrong: str) -> None:
    response = told(client, f"{SITE}/e/{event.id}", maxwidth=wrong)
    assert (response.status_code, list(response.json()["errors"])) == (400, ["maxwidth"])


def test_oembed_is_of_this_site_and_in_json(
    client: Client, event: MadeEvent, settings: Any
) -> None:
    path = f"/e/{event.id}"
    in_xml = told(client, f"{SITE}{path}", format="xml")
    assert (in_xml.status_code, list(in_xml.json()["errors"])) == (400, ["format"])
    assert list(client.get("/oembed").json()["errors"]) == ["url"]
    for url in (
        *(f"https://evil.example{path}", f"https://testserver{path}", path, "x", "http://[", "\0"),
        *(f"{SITE}@evil.example{path}", f"http://testserver.evil.example{path}"),
        *(f"{SITE}/", f"{SITE}/new", f"{SITE}{path}/attendees", f"{SITE}/embed{path}"),
        f"{SITE}/e/{uuid4()}",
    ):
        response = told(client, url)
        assert (response.status_code, response.json()["code"]) == (404, "not_found"), url
    settings.SITE_URL = "https://events.example.org"
    assert told(client, f"{SITE}{path}").status_code == 404
    assert told(client, f"https://events.example.org{path}").status_code == 200


def test_pages_name_their_oembed(client: Client, event: MadeEvent) -> None:
    for path in (f"/e/{event.id}", "/c/club"):
        text = client.get(path).content.decode()
        found = re.search(r'type="application/json\+oembed" href="([^"]*)"', text)
        assert found is not None
        assert client.get(found[1].removeprefix(SITE)).json()["type"] == "rich"


def test_organizers_copy_the_frame(event: MadeEvent) -> None:
    """There is none for a private event."""
    owner = Client()
    owner.cookies[OWNER_COOKIE] = event.owner_token
    frame = told(owner, f"{SITE}/e/{event.id}").json()["html"]
    page = owner.get(f"/e/{event.id}/admin/share")
    assert page.context["embed"] == frame
    # To be read, and not shown.
    assert (escape(frame) in page.content.decode(), b"<iframe" in page.content) == (True, False)
    Event.objects.update(is_private=True)
    assert not owner.get(f"/e/{event.id}/admin/share").context["embed"]


def test_as_many_queries_for_any_number(client: Client, event: MadeEvent, queries_of: Any) -> None:
    def read() -> None:
        assert client.get("/embed/c/club").status_code == 200

    few = queries_of(read)
    for number in range(9):
        make_rsvp(make_event(title=f"No. {number}", channel_name="Club"))
    assert queries_of(read) == few
