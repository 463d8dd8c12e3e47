"""Following every link as a stranger and as a guest, and asking what fails: nobody is told a secret
that is not theirs. Whatever is looked for is found by an organizer first."""

from __future__ import annotations

import html
import pickle
import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from config.kept import KEPT
from tests.access.world import SECRETS, Caller, World, make_world
from tests.pages.ids import repeated

pytestmark = pytest.mark.django_db
_LINK = re.compile(r'(?:href|src|content)="([^"#]+)')
# So many query strings is each page asked with.
_QUERIES = 3
_PUBLIC = (
    "/",
    "/channels",
    "/new",
    "/lost",
    "/help",
    "/api/v1/events",
    "/api/v1/channels",
    "/robots.txt",
    "/llms.txt",
)


def starts(world: World) -> list[str]:
    """Where everybody begins: what is public, and the event whose address they were given."""
    event = f"/e/{world.event.id}"
    return [
        *_PUBLIC,
        *(event, f"{event}/rsvp", f"{event}/admin", f"{event}/door", f"{event}/view"),
        *(f"{event}/admin/guests.csv", f"{event}/admin/guests/{world.guest.id}"),
        *(f"{event}/event.ics", f"{event}/attendees", f"/c/{world.ids['slug']}"),
        *(f"/c/{world.ids['slug']}{ending}" for ending in (".ics", ".atom")),
        *(f"{world.event.path}{rest}" for rest in ("", "/event.ics", "/tiers", "/rsvps")),
        f"{world.event.path}/rsvps/self",
        *(f"/api/v1/events?q={words}" for words in ("zwiebelgasse", "supper", "zwieb")),
    ]


def crawl(world: World, caller: Caller) -> dict[str, Any]:
    """Every answer on the way, by address; links are followed wherever they lead on this host, but
    for a page's further filters and languages once it was asked with several."""
    client, found = caller.client(), dict[str, Any]()
    waiting, asked = starts(world), Counter[str]()
    while waiting:
        address = waiting.pop()
        path = address.partition("?")[0]
        if address in found or len(found) > 400 or asked[path] >= _QUERIES:
            continue
        asked[path] += 1
        found[address] = answer = client.get(address)
        said = [answer.headers.get("Location", "")]
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            said += _LINK.findall(text_of(answer))
        for link in said:
            parts = urlsplit(urljoin(f"http://testserver{address}", html.unescape(link)))
            if link and parts.netloc == "testserver" and not parts.path.startswith("/static/"):
                waiting.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)
    return found


def text_of(answer: Any) -> str:
    """The body of an answer and its headers, calendar lines put together."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = body.decode("utf-8", "replace").replace("\r\n ", "")
    return html.unescape(said) + "\n".join(f"{name}: {value}" for name, value in answer.items())


def told(caller: Caller, answers: dict[str, Any]) -> dict[str, str]:
    """The letters of the secrets in each answer that tells any."""
    letters = {address: caller.told(text_of(each)) for address, each in answers.items()}
    return {address: said for address, said in letters.items() if said}


# What each caller may come to know, in all, by the letters of SECRETS and ``k``.
MAY_KNOW = {
    "stranger": set(),
    "guest2": set(),
    "ended": set(),
    "waiting": set("nme"),  # their own name, address and answers
    "guest": set("pme"),
    "viewer": set("pn"),
    "door": set("pn"),
    "owner": {*SECRETS, "k"},
}


@pytest.mark.once
@pytest.mark.slow
@pytest.mark.parametrize("name", MAY_KNOW)
def test_what_links_lead_to(
    name: str, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """All that can be reached tells the caller's own secrets, and no other; no page of it has an id
    twice. Caches hold no secret afterwards, nor do tables hold a key."""
    world = make_world()
    caller = world.callers[name]
    answers = crawl(world, caller)
    telling = told(caller, answers)
    assert {letter for said in telling.values() for letter in said} == MAY_KNOW[name], telling
    assert {each.status_code for each in answers.values()} <= {200, 302, 303, 401, 403, 404}
    pages = [each for each in answers.values() if each.headers["Content-Type"][:9] == "text/html"]
    assert {each.headers["Referrer-Policy"] for each in pages} == {"same-origin"}
    number, twice = repeated(answers)
    assert twice == {}
    assert number >= (25 if name == "owner" else 10)
    Client().get("/")
    assert Caller().told(_cached()) == ""
    keys = {token for each in world.callers.values() for token in each.holds}
    keys |= {world.guest.ticket}
    stored = "\n".join(row for rows in everything_stored().values() for row in rows)
    assert "Zwiebelgasse" in stored
    assert [key for key in keys if key[-30:] in stored] == []
    cache.set("planted", world.event.owner_token)
    assert Caller().told(_cached()) == "k"


def wrong_requests(world: World) -> dict[str, str]:
    """Addresses that are refused; several hold somebody's key, or a place."""
    event, owner = f"/e/{world.event.id}", world.event.owner_token
    return {
        f"{event}/nowhere/{owner}": "page with an owner's link that does not exist",
        f"{event}/admin/{owner[:-4]}AAAA": "owner's link with a wrong end",
        f"{event}/rsvp/{owner}": "owner's link at another door",
        f"{event}/door/{world.guest.token}": "guest's link at another door",
        f"/api/v1/nowhere/{owner}": "API address that does not exist",
        f"{world.event.path}/rsvps/{world.waiting.token}/approve": "token for an id",
        f"/api/v1/events?page=x&q={owner}": "page that is no number",
        "/api/v1/events?cursor=Zwiebelgasse": "cursor nobody made",
        f"/c/{owner}": "channel that does not exist",
        f"/c/{owner}.ics": "calendar of a channel that does not exist",
        f"/feeds/{owner}.ics": "owner's link as a calendar's",
        f"/api/v1/channels/{owner}": "channel that does not exist, in the API",
        f"/media/images/{world.guest.token}.png": "image that does not exist",
    }


@pytest.mark.parametrize("name", ["stranger", "guest2"])
def test_refusals_do_not_repeat_what_was_sent(name: str) -> None:
    """Neither a key in the address comes back, nor anything of the event behind it."""
    world = make_world()
    client = world.callers[name].client()
    for address in wrong_requests(world):
        answer = client.get(address)
        assert 400 <= answer.status_code < 500, address
        assert Caller().told(text_of(answer)) in ("", "p" * ("Zwiebel" in address)), address


@pytest.mark.parametrize("path", ["/", "/api/v1/events"])
def test_a_failure_tells_nothing_of_itself(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an exception holds stays in the log."""
    world = make_world()
    secret = (
        f"{world.event.owner_token} {' '.join(word for said in SECRETS.values() for word in said)}"
    )
    assert Caller().told(secret) == "".join([*SECRETS, "k"])

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(secret)

    monkeypatch.setattr("django.template.base.Template.render", fail)
    monkeypatch.setattr("rest_framework.views.APIView.initial", fail)
    client = Client(raise_request_exception=False)
    answer = client.get(path)
    assert answer.status_code == 500
    assert Caller().told(text_of(answer)) == ""


def test_an_unknown_id_and_a_hidden_one_answer_alike() -> None:
    """A private event in the Communities API, which does not find them."""
    world = make_world()
    client = world.callers["pk"].client()
    community = f"/api/v1/communities/{world.ids['circle']}/events"
    hidden = client.get(f"{community}/{world.ids['private_slug']}")
    unknown = client.get(f"{community}/no-such-event")
    assert (hidden.status_code, hidden.content) == (404, unknown.content)


def _cached() -> str:
    """Everything in the cache of this process, and the answers that it keeps. What is made of a
    text is found by nobody who does not have that text."""
    held = cache._cache.values()  # type: ignore[attr-defined]
    entries: dict[Any, Any] = dict(KEPT._held)
    answers = [what for key, (what, _) in entries.items() if not callable(key[0])]
    pages = [piece.plain for each in answers for piece in getattr(each, "pieces", ())[::2]]
    assert b"Open supper" in b"".join(pages)
    return "\n".join(map(str, [*map(pickle.loads, held), *answers, *pages]))
