"""Parameters of lists in other styles and as arrays: understood, or refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from notify.domain.endpoints import create_endpoint
from tests.conftest import Api
from tests.document import openapi
from tests.makers import make_rsvp, make_series, make_tier
from tests.social_cast import make_social
from tests.tenant_cast import said

# A value of each filter that leaves something out, or is refused, and so shows that it is read.
SENT: dict[str, Any] = {
    **dict.fromkeys(("page", "per_page", "limit", "offset", "start_after", "start_before"), "x"),
    **dict.fromkeys(("format", "status", "approval_status", "filter_type", "event_type"), "x"),
    **dict.fromkeys(("group_id", "originId", "userId", "onlyAttendee", "upcoming", "type"), "x"),
    **dict.fromkeys(("status_filter", "upcoming_only", "sort_by", "sort_order", "sortBy"), "x"),
    **dict.fromkeys(("orderBy", "originType", "startTimeFrom", "startTimeTo", "featured"), "x"),
    **dict.fromkeys(("cursor", "token", "rsvps_after", "force_accept"), "x"),
    **dict.fromkeys(("isDeleted", "statuses", "preview", "notify"), "x"),
    **dict.fromkeys(("scope", "overwrite", "for"), "x"),
    **dict.fromkeys(("q", "channel", "tags", "notify_message"), "\0"),
}


def asked() -> dict[str, list[str]]:
    """Every parameter of the documents, by the operations that read it."""
    found: dict[str, list[str]] = {}
    for path, operations in openapi()["paths"].items():
        for method, operation in operations.items():
            names = [
                each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"
            ]
            names = [name for name in names if name != "key"]  # a credential, not a filter
            if names:
                found[f"{method.upper()} {path}"] = names
    return found


def styles(name: str) -> set[str]:
    """A name in snake_case, in camelCase, and as an array."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    first, *rest = snake.split("_")
    camel = first + "".join(part.capitalize() for part in rest)
    return {snake, camel, f"{name}[]", f"{name}[0]"}


@pytest.mark.once
def test_every_style_of_every_parameter(api: Api) -> None:
    """What is wrong with a value is told as the parameter was spelt."""
    social = make_social(api)
    event = social.event(channel_id=social.channel.pk)
    rsvp, hook = (
        make_rsvp(event),
        create_endpoint(
            tenant_id=social.cast.tenant.pk, values={"url": "https://hooks.example.org/"}
        ),
    )
    places = {
        "event_id": event.id,
        "rsvp_id": rsvp.id,
        "tier_id": make_tier(event).pk,
        "series_id": make_series().row.series_id,
        "webhook_id": hook.endpoint.pk,
        "tag": social.channel.slug,
        "slug": social.channel.slug,
        "content_type": "video",
        "content_id": 1,
    }
    for operation, names in asked().items():
        method, path = operation.split()
        path = path.format(**places)
        open_to_all = path.startswith(("/api/v1/events", "/api/v1/channels", "/api/v1/series"))
        key = event.owner_token if open_to_all else social.keys["superuser"]
        if "/rsvps/self/" in path:
            key = rsvp.token
        if "/webhooks" in path or "/changes" in path:
            key = social.keys["organizer"]
        for spelling, value in ((each, SENT[name]) for name in names for each in styles(name)):
            answer = api.client.generic(
                method,
                f"{path}?{spelling}={value.replace(chr(0), '%00')}",
                b'{"name": "N", "status": "yes"}' if method == "POST" else b"",
                content_type="application/json",
                headers={"Authorization": f"Bearer {key}"},
            )
            told = [field.removesuffix(".0") for field in said(answer, 400)["errors"]]
            assert told == [spelling], operation


def test_spellings_that_contradict(api: Api) -> None:
    """One parameter has one value, however often and in whatever style it is sent."""
    for query, wrong in (
        ("per_page=1&perPage=2", "perPage"),
        ("format[]=virtual&format[]=hybrid", "format[]"),
        ("format[0]=virtual&format[1]=hybrid", "format[1]"),
    ):
        answer = api.client.get(f"/api/v1/events?{query}")
        assert list(said(answer, 400)["errors"]) == [wrong]
    for query in ("per_page=1&perPage=1", "format[]=virtual&format[]=virtual", "unknown[]=1"):
        said(api.client.get(f"/api/v1/events?{query}"), 200)


def test_other_spellings_find_the_same(api: Api) -> None:
    """And a link to more keeps on from there."""
    social = make_social(api)
    for name in ("one", "two"):
        social.event(channel_id=social.channel.pk, title=name)
    past = social.event(title="past", start_time="2001-01-01T10:00:00Z")
    key = social.keys["organizer"]
    for spelling in ("filter_type", "filterType", "filter_type[]"):
        found = said(
            api.client.get(
                f"/api/v1/community-events?{spelling}=past",
                headers={"Authorization": f"Bearer {key}"},
            ),
            200,
        )
        assert [each["id"] for each in found["events"]] == [str(past.id)]
    first = api.get("communities/club/events", key, limit=1, Offset=0)
    following = first["Link"].partition("<")[2].partition(">")[0]
    assert len(said_list(api.get(following, key))) == 1
    assert said_list(api.get(following, key)) != first.json()


def said_list(response: Any) -> Any:
    """The array of an answer."""
    assert response.status_code == 200, response.content
    return response.json()
