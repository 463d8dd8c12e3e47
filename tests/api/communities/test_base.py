"""Who may call what in the Communities API, how a key is sent, and what its schema says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.test import Client

from accounts.models import ApiKey
from api.communities import urls
from rsvps.models import Rsvp
from tests.community_cast import GUEST, Community, make_community
from tests.conftest import Api
from tests.makers import make_channel, make_tier
from tests.tenant_cast import make_member
from tests.wording import in_words

pytestmark = pytest.mark.once

WHO = (
    *("secret", "organizer", "limited", "publishable", "reads", "sells"),
    *("limited elsewhere", "outsider", "no tenant", "anonymous", "revoked", "expired"),
)
READING = (200, 200, 200, 200, 200, 403, 404, 404, 404, 401, 401, 401)
WRITING = (200, 200, 200, 403, 403, 200, 404, 404, 404, 401, 401, 401)
# 401: no key, or a dead one. 403: a key without the scope. 404: not a community of the key.
TABLE: dict[str, tuple[int, ...]] = {
    "GET communities/{tag}/events": READING,
    "GET communities/{tag}/events.ics": READING,
    "GET communities/{tag}/events/{slug}": READING,
    "GET communities/{tag}/events/{slug}/tiers": READING,
    "GET communities/{tag}/events/{slug}/tiers/{tier_id}/form": READING,
    "GET communities/{tag}/tiers/{tier_id}/form": READING,
    "POST communities/{tag}/events/{slug}/rsvp": WRITING,
}
SCOPE = {"GET": "READ_PUBLIC", "POST": "WRITE_SALES"}
each_endpoint = pytest.mark.parametrize("endpoint", TABLE)


@pytest.fixture
def club(api: Api) -> Community:
    """A community with nothing in it."""
    return make_community(api)


@pytest.fixture
def ids(club: Community) -> dict[str, Any]:
    """An event of the community with a free tier."""
    event = club.event()
    tier = make_tier(event)
    return {"tag": club.channel.slug, "slug": event.row.slug, "tier_id": str(tier.pk)}


def ask(club: Community, endpoint: str, ids: dict[str, Any], who: str) -> Any:
    """One call of the table."""
    method, path = endpoint.format(**ids).split(" ")
    body = GUEST | {"tierId": ids["tier_id"]}
    key = club.keys[who]
    return club.api.get(path, key) if method == "GET" else club.api.post(path, body, key)


@each_endpoint
@pytest.mark.parametrize("who", WHO)
def test_every_endpoint_and_everybody(
    club: Community,
    ids: dict[str, Any],
    endpoint: str,
    who: str,
    everything_stored: Callable[[], Any],
) -> None:
    """The table, the one shape of a refusal, and that a refusal writes nothing."""
    expected = TABLE[endpoint][WHO.index(who)]
    stored = everything_stored()
    response = ask(club, endpoint, ids, who)
    assert response.status_code == expected, response.content
    if expected < 400:
        return
    scope = SCOPE[endpoint.split(" ")[0]]
    codes = {401: "not_authenticated", 403: "missing_scope", 404: "not_found"}
    details = {
        401: in_words("missing_api_key") if who == "anonymous" else in_words("bad_api_key"),
        403: in_words("missing_scope", scope=scope),
        404: in_words("community_not_found"),
    }
    assert response.json() == {"detail": details[expected], "code": codes[expected]}
    assert response.headers.get("WWW-Authenticate") == ("Bearer" if expected == 401 else None)
    assert everything_stored() == stored


def test_the_table_is_complete() -> None:
    """Every route and method of the URL table is in the table above."""
    routes = set()
    for route in urls.urlpatterns:
        path = str(route.pattern).replace("<slug:", "{").replace("<uuid:", "{").replace(">", "}")
        routes |= {f"{name.upper()} {path}" for name in route.callback.actions.keys() - {"head"}}
    assert TABLE.keys() == routes


@each_endpoint
@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": "{key}"},
        {"x-api-key": " {key} "},
        {"Authorization": "Bearer {key}"},
        {"Authorization": "bearer   {key}"},
        {"Authorization": "Basic abc", "X-API-Key": "{key}"},
    ],
)
def test_both_spellings_of_the_key(
    club: Community, ids: dict[str, Any], endpoint: str, headers: dict[str, str]
) -> None:
    """X-API-Key as documented, and a bearer token."""
    method, path = endpoint.format(**ids).split(" ")
    sent = {name: value.format(key=club.keys["secret"]) for name, value in headers.items()}
    body = orjson.dumps(GUEST | {"tierId": ids["tier_id"]}) if method == "POST" else b""
    response = Client().generic(
        method, f"/api/v1/{path}", body, content_type="application/json", headers=sent
    )
    assert response.status_code == 200


@each_endpoint
def test_a_publishable_key_never_writes(
    club: Community, ids: dict[str, Any], endpoint: str
) -> None:
    """Not even when a scope to write was put onto it."""
    ApiKey.objects.update(scopes=["READ_PUBLIC", "WRITE_SALES"])
    response = ask(club, endpoint, ids, "publishable")
    assert response.status_code == (403 if endpoint.startswith("POST") else 200)
    assert not Rsvp.objects.exists()


@each_endpoint
def test_foreign_communities_answer_like_unknown_ones(
    club: Community, ids: dict[str, Any], endpoint: str
) -> None:
    """Another tenant's, an open one, a private one of either and none: the same bytes."""
    tags = [
        make_channel("Theirs", tenant=club.cast.other).slug,
        make_channel("Open").slug,
        make_channel("Secret", visibility="private").slug,
        make_channel("Their secret", visibility="private", tenant=club.cast.other).slug,
        "no-such-community",
    ]
    club.keys["superuser"] = make_member(club.cast.tenant, is_superuser=True).key
    for key in ("secret", "organizer", "superuser", "no tenant"):
        refused = [ask(club, endpoint, ids | {"tag": tag}, key) for tag in tags]
        assert {each.content for each in refused} == {refused[0].content}
        assert refused[0].json() == {
            "detail": in_words("community_not_found"),
            "code": "not_found",
        }


@each_endpoint
def test_an_own_private_channel_is_a_community(
    club: Community, ids: dict[str, Any], endpoint: str
) -> None:
    """By its exact slug."""
    channel = make_channel("Circle", visibility="private", tenant=club.cast.tenant)
    event = club.cast.event(channel_id=channel.pk)
    mine = {"tag": channel.slug, "slug": event.row.slug, "tier_id": str(make_tier(event).pk)}
    assert ask(club, endpoint, mine, "secret").status_code == 200


@each_endpoint
def test_other_methods(club: Community, ids: dict[str, Any], endpoint: str) -> None:
    """405 with what is allowed."""
    method, path = endpoint.format(**ids).split(" ")
    for other in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {method}:
        response = club.api.send(other, path, {}, club.keys["secret"])
        assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
        assert method in response.headers["Allow"]


@pytest.mark.parametrize("tag", ["a.b", "%00", "a%00b", "a%2Fb", "é", "x" * 5000])
def test_tags_and_slugs_that_cannot_be(club: Community, ids: dict[str, Any], tag: str) -> None:
    """404, never another status."""
    for path in (f"communities/{tag}/events", f"{club.path}/events/{tag}"):
        assert club.get(path).status_code == 404
    assert club.get(f"{club.path}/tiers/{tag}/form").status_code == 404
    assert club.get(f"{club.path}/tiers/{uuid4()}/form").status_code == 404


# --- The OpenAPI document -------------------------------------------------------------------------

_READS = {"200", "401", "403", "404"}
DOCUMENTED: dict[str, tuple[str, set[str]]] = {
    "get /events": ("listCommunityTagEvents", _READS | {"400"}),
    "get /events.ics": ("getCommunityTagCalendar", _READS),
    "get /events/{slug}": ("getCommunityTagEvent", _READS | {"304"}),
    "get /events/{slug}/tiers": ("listCommunityTagEventTiers", _READS | {"304"}),
    "get /events/{slug}/tiers/{tier_id}/form": ("getCommunityTagEventTierForm", _READS | {"304"}),
    "get /tiers/{tier_id}/form": ("getCommunityTagTierForm", _READS | {"304"}),
    "post /events/{slug}/rsvp": (
        "rsvpToCommunityTagEvent",
        _READS | {"400", "409", "413", "415", "422", "429"},
    ),
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The Communities API's own document, as it is served."""
    response = Api().client.get("/api/schema/community/", headers={"Accept": "application/json"})
    assert response.status_code == 200
    document: dict[str, Any] = orjson.loads(response.content)
    return document


@pytest.mark.once
def test_every_operation_and_its_errors(schema: dict[str, Any]) -> None:
    """Each once, with exactly the statuses above, behind the key."""
    described = {
        f"{method} {path.removeprefix('/api/v1/communities/{tag}')}": (
            operation["operationId"],
            set(operation["responses"]),
        )
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }
    assert described == DOCUMENTED
    for path, methods in schema["paths"].items():
        # A feed reads a key from its address, too.
        places = ["apiKey", "apiKeyHeader", *(["feedKey"] if path.endswith(".ics") else [])]
        for operation in methods.values():
            assert operation["description"]
            assert operation["security"] == [{place: []} for place in places]


@pytest.mark.once
def test_what_the_reference_names_is_described(schema: dict[str, Any]) -> None:
    """Query parameters with default and bounds; every documented field of event, tier and RSVP."""
    listed = schema["paths"]["/api/v1/communities/{tag}/events"]["get"]
    query = {each["name"]: each["schema"] for each in listed["parameters"] if each["in"] == "query"}
    assert query.keys() == {"limit", "offset", "cursor", "featured", "upcoming"}
    limit = query["limit"]
    assert (limit["default"], limit["minimum"], limit["maximum"]) == (20, 1, 100)
    bodies = {
        name: set(each["properties"])
        for name, each in schema["components"]["schemas"].items()
        if "properties" in each
    }
    assert bodies["CommunityEventBody"] == {
        *("id", "slug", "name", "description", "startDate", "endDate", "location"),
        *(
            "bannerUrl",
            "format",
            "tiers",
            "featured",
            "waitlist",
            "status",
            "hostName",
            "hosts",
            "series",
        ),
    }
    assert bodies["CommunityTierBody"] == {
        *("id", "name", "priceCents", "currency", "capacity", "sold", "isActive", "hasForm"),
    }
    assert bodies["TicketInputRequest"] == {
        *("tierId", "email", "name", "formAnswers", "joinWaitlist")
    }
    assert bodies["TicketBody"] == {
        *("ok", "rsvpId", "tierId", "qrCode", "approvalStatus", "waitlistPosition")
    }
