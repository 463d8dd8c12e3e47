"""Pages of other sites: which addresses they may read, what they may send, and with which keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.errors import Unavailable
from events.api.capability import EventViewSet
from tests.community_cast import Community, make_community
from tests.conftest import Api
from tests.makers import make_event

pytestmark = pytest.mark.once

ELSEWHERE = {"Origin": "https://elsewhere.example"}
SENT = "authorization, x-api-key, content-type, idempotency-key, if-match, if-none-match"
PREFLIGHT = ELSEWHERE | {
    "Access-Control-Request-Method": "PATCH",
    "Access-Control-Request-Headers": SENT,
}
READABLE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, X-Next-Cursor, Retry-After, RateLimit, "
    "RateLimit-Policy, Idempotency-Replayed, X-Request-Id",
}
ID = "4f8ad0a3-5f6a-4b0e-9d35-0d8a5b7b3c11"
OPEN = (
    "/api/v1/events",
    f"/api/v1/events/{ID}",
    f"/api/v1/events/{ID}/event.ics",
    "/api/v1/events/nothing",
    "/api/v1/channels",
    "/api/v1/channels/nothing",
    "/api/v1/communities/nothing/events",
    "/social/api/v1/events",
    "/social/api/v1/files",
    "/api/schema/",
    "/api/schema/tenant/",
)
CLOSED = (
    "/",
    "/create",
    f"/e/{ID}",
    "/admin/login/",
    "/api/docs/",
    "/api/redoc/",
    "/api/v1/community-events",
    "/api/v1/community-events/",
    f"/api/v1/community-events/{ID}",
    "/api/v1/community/comments/video/1",
    "/api/v1/nothing",
    "/api/v1/eventsandmore",
    "/social/nothing",
    "/healthz",
)


def told(response: Any) -> dict[str, str]:
    """What an answer says to browsers of other sites."""
    return {name: said for name, said in response.items() if name.lower().startswith("access-c")}


def shown(response: Any) -> dict[str, str]:
    """The same under the names as they are usually written."""
    return {name.title(): said for name, said in told(response).items()}


def varies(response: Any) -> set[str]:
    return {name.strip().lower() for name in response.get("Vary", "").split(",")}


@pytest.fixture
def community(api: Api) -> Community:
    return make_community(api)


# --- Which addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", OPEN)
def test_open_addresses(db: None, client: Client, path: str) -> None:
    """Whatever the answer is; with or without an Origin it says that it would differ."""
    assert shown(client.get(path, headers=ELSEWHERE)) == READABLE
    alone = client.get(path)
    assert told(alone) == {}
    assert "origin" in varies(alone)


@pytest.mark.parametrize("path", CLOSED)
def test_closed_addresses(db: None, client: Client, path: str) -> None:
    """Neither read nor asked about; their answers do not differ by Origin."""
    for headers in (ELSEWHERE, PREFLIGHT):
        answer = client.get(path, headers=headers)
        assert (told(answer), "origin" in varies(answer)) == ({}, False)
    assert told(client.options(path, headers=PREFLIGHT)) == {}


def test_every_address_is_told_by_its_api(client: Client, db: None) -> None:
    """A new address of an API is open or closed like the others."""
    seen = {"open": 0, "closed": 0}
    for name, open_ in [("capability", 1), ("tenant", 0), ("communities", 1), ("social", 1)]:
        document = {"communities": "community"}.get(name, name)
        accept = {"Accept": "application/json"}
        paths = client.get(f"/api/schema/{document}/", headers=accept).json()["paths"]
        for path in paths:
            answer = client.options(path.replace("{", "").replace("}", ""), headers=PREFLIGHT)
            assert bool(told(answer)) == bool(open_), path
            seen["open" if open_ else "closed"] += 1
    assert seen["open"] > 30
    assert seen["closed"] > 10


# --- Preflights ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OPEN)
def test_a_preflight(client: Client, settings: Any, path: str) -> None:
    """Needs no key and no database (there is none in this test), and is not counted."""
    settings.THROTTLE, settings.THROTTLE_WRITES = True, "1/hour"
    for _ in range(3):
        answer = client.options(path, headers=PREFLIGHT)
        assert (answer.status_code, answer.content) == (200, b"")
        said = shown(answer)
        methods = set(said.pop("Access-Control-Allow-Methods").split(", "))
        assert methods == {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
        assert said.pop("Access-Control-Allow-Headers").lower() == SENT
        assert said == READABLE | {"Access-Control-Max-Age": "86400"}
        assert "RateLimit" not in answer


def test_never_with_credentials(community: Community) -> None:
    """A browser's cookies, or a certificate of its own, are nothing that an answer may follow."""
    for origin in ("https://elsewhere.example", "null", "http://testserver"):
        answer = community.api.client.get("/api/v1/events", headers={"Origin": origin})
        assert shown(answer) == READABLE


# --- Refusals -----------------------------------------------------------------------------------


def test_refusals_are_read(
    api: Api, community: Community, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By status: from views, and from what stands around them."""
    event = make_event()

    def ask(method: str, path: str, body: bytes = b"{}", **headers: str) -> Any:
        return api.client.generic(
            method, path, body, content_type="application/json", headers=ELSEWHERE | headers
        )

    def away(*_: Any) -> None:
        raise Unavailable

    rsvps = f"/api/v1/events/{event.id}/rsvps"
    answers = {
        400: ask("POST", "/api/v1/events"),
        401: ask("GET", f"/api/v1/{community.path}/events"),
        403: ask("PATCH", f"/api/v1/events/{event.id}", Authorization="Bearer x"),
        404: ask("GET", "/api/v1/events/no-id"),
        405: ask("PUT", "/api/v1/events"),
        413: ask("POST", "/api/v1/events", b" " * (1024 * 1024 + 1)),
    }
    settings.THROTTLE, settings.THROTTLE_WRITES = True, "1/hour"
    ask("POST", rsvps)
    answers[429] = ask("POST", rsvps)
    monkeypatch.setattr(EventViewSet, "list", away)
    answers[503] = ask("GET", "/api/v1/events")
    monkeypatch.setattr(EventViewSet, "list", lambda *_: 1 / 0)
    api.client.raise_request_exception = False
    answers[500] = ask("GET", "/api/v1/events")
    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    assert [status for status, answer in answers.items() if shown(answer) != READABLE] == []


# --- Secret keys --------------------------------------------------------------------------------


def reads(community: Community) -> list[str]:
    event = community.event()
    return [
        f"/api/v1/{community.path}/events",
        f"/api/v1/community-events/{event.id}",
        f"/api/v1/community/comments/event/{event.id}",
        f"/social/api/v1/events/{event.id}",
    ]


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.example",
        "null",
        "",
        "https://testserver",
        "http://testserver:8000",
        "http://testserver.elsewhere.example",
        "http://testserver, http://testserver",
        "http://[",
    ],
)
def test_a_secret_key_of_another_site(community: Community, header: str, origin: str) -> None:
    """Is refused before it is looked at: a key that nobody issued is told the same."""
    for key in (community.keys["secret"], "sk_live_nobody"):
        value = f"Bearer {key}" if header == "Authorization" else str(key)
        for path in (*reads(community), "/api/v1/events"):
            answer = community.api.client.get(path, headers={header: value, "Origin": origin})
            assert answer.status_code == 403, path
            assert answer.json()["code"] == "secret_key_in_browser"


def test_it_was_not_used(community: Community, everything_stored: Any) -> None:
    """Not even its last use is noted, and it wrote nothing."""
    path, key = reads(community)[3], community.keys["secret"]
    before = everything_stored()
    answer = community.api.client.delete(
        path, headers={"Authorization": f"Bearer {key}", "Origin": "null"}
    )
    assert answer.status_code == 403
    assert everything_stored() == before


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "http://testserver",
        "https://convene.example",
        "https://office.example:8443",
        "https://team.partner.example",
    ],
)
def test_a_secret_key_at_home(community: Community, settings: Any, origin: str | None) -> None:
    """From no browser, from this instance's own pages, from trusted sites."""
    settings.SITE_URL = "https://convene.example"
    settings.CSRF_TRUSTED_ORIGINS = ["https://office.example:8443", "https://*.partner.example"]
    headers = {"Authorization": f"Bearer {community.keys['secret']}"}
    headers |= {} if origin is None else {"Origin": origin}
    for path in reads(community):
        assert community.api.client.get(path, headers=headers).status_code == 200, path


def test_other_credentials_come_from_anywhere(community: Community) -> None:
    """Publishable keys, and the links of the Capability API."""
    key = {"X-API-Key": str(community.keys["publishable"])} | ELSEWHERE
    for path in reads(community)[:2]:
        assert community.api.client.get(path, headers=key).status_code == 200, path
    event = make_event()
    link = {"Authorization": f"Bearer {event.owner_token}"} | ELSEWHERE
    path = f"/api/v1/events/{event.id}"
    changed = community.api.client.patch(
        path, {"title": "New"}, content_type="application/json", headers=link
    )
    assert changed.status_code == 200
